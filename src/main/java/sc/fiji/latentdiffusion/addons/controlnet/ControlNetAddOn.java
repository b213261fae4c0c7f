/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.controlnet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOn;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.Contents;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.Kind;
import sc.fiji.latentdiffusion.addons.ListSyntax;
import sc.fiji.latentdiffusion.addons.ListSyntax.Part;

/** ControlNet: networks that steer the U-Net by an image. */
@Plugin(type = AddOn.class, priority = 300)
public final class ControlNetAddOn implements AddOn {

  /** Where ControlNets lie and how their list is written. */
  public static final Kind KIND =
      new Kind(
          "control",
          "ControlNet",
          "controlnet",
          List.of(".safetensors", ".pth", ".ckpt", ".bin"),
          List.of(),
          ControlNetFile.CONFIG,
          new ListSyntax(
              "ControlNets with commas between them, each with or without a colon and a weight, @"
                  + " and a part of the steps, and = and an image (canny:0.8@0-0.6=edges.tif,"
                  + " depth=Depth Map), a name or image with a comma in quotes",
              Part.WEIGHT,
              Part.STEPS,
              Part.IMAGE),
          "It is written name:0.8@0-0.6=image title; a name with one of : @ = or a comma stands in"
              + " quotes");

  @Override
  public Kind kind() {
    return KIND;
  }

  @Override
  public Added find(List<Entry> entries, Path modelsFolder) throws IOException {
    List<ControlNetFile> files = new ArrayList<>();
    for (Entry entry : entries) {
      files.add(ControlNetFile.find(entry.name(), modelsFolder));
    }
    return new ControlNets(entries, List.copyOf(files));
  }

  /** A ControlNet that stands several times is in memory once. */
  @Override
  public double parameters(List<Entry> entries, Path modelsFolder) throws IOException {
    double parameters = 0;
    for (String name : entries.stream().map(Entry::name).distinct().toList()) {
      parameters += ControlNetFile.find(name, modelsFolder).parameters();
    }
    return parameters;
  }

  @Override
  public Optional<Contents> contents(String name, Path modelsFolder) throws IOException {
    Optional<ControlNetFile> file = ControlNetFile.ifOne(name, modelsFolder);
    return file.isPresent() ? Optional.of(file.get().contents()) : Optional.empty();
  }
}
