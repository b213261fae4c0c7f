/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.LoadedParts;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.addons.Steering;

/**
 * ControlNets that steer runs.
 *
 * @param entries of their list
 * @param files of each entry's ControlNet
 */
public record ControlNets(List<Entry> entries, List<ControlNetFile> files) implements Added {

  /** A file that was replaced has another SHA-256. */
  private record Identity(Path path, String sha256) {

    static Identity of(ControlNetFile file) throws IOException {
      return new Identity(file.path(), file.sha256());
    }
  }

  @Override
  public List<Steering> steering(LoadedParts parts, NamedImages images, NDManager owner)
      throws IOException {
    Map<Identity, LoadedParts.Loader<ControlNet>> wanted = new LinkedHashMap<>();
    for (ControlNetFile file : files) {
      wanted.put(Identity.of(file), model -> ControlNet.load(file, model));
    }
    Map<Identity, ControlNet> nets = parts.keep(ControlNet.class, wanted);
    List<Steering> steering = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Entry entry = entries.get(i);
      ControlNet net = nets.get(Identity.of(files.get(i)));
      steering.add(new Control(net, images.pixels(entry.image(), owner), entry));
    }
    return steering;
  }

  /** Returns name, weight, part of the steps, image and SHA-256 of each. */
  @Override
  public Map<String, Object> info(NamedImages images) throws IOException {
    Map<String, Object> lines = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i++) {
      Entry entry = entries.get(i);
      String key = "control" + (i + 1);
      lines.put(key, files.get(i).name());
      lines.put(key + "Weight", entry.weight());
      lines.put(key + "Start", entry.start());
      lines.put(key + "End", entry.end());
      lines.put(key + "Image", images.title(entry.image()));
      lines.put(key + "Sha256", files.get(i).sha256());
    }
    return lines;
  }
}
