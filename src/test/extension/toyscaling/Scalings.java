/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyscaling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.io.files.FileStamp;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorReader;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * Files of scales. A tensor {@code unet/conv_out.weight}, {@code [out]}, scales the outputs of that
 * weight of that component.
 *
 * @param files in the order of the list
 */
record Scalings(List<One> files) implements Added {

  /** A file and how much of it is used. */
  record One(Path file, double weight) {}

  @Override
  public Loading.Changes changes(Model model, Declaration declaration) throws IOException {
    Map<String, Map<String, List<WeightChange>>> changes = new HashMap<>();
    for (One one : files) {
      for (StoredTensor scale : TensorFile.read(one.file()).tensors().values()) {
        String[] names = scale.name().split("/", 2);
        if (!model.has(names[0]) || !model.tensors(names[0]).containsKey(names[1])) {
          throw new IOException(
              one.file() + " scales " + scale.name() + ", which " + model.path() + " lacks");
        }
        changes
            .computeIfAbsent(names[0], component -> new HashMap<>())
            .computeIfAbsent(names[1], tensor -> new ArrayList<>())
            .add(new Scale(scale, one.weight(), "the scaling " + one.file()));
      }
    }
    return component -> changes.getOrDefault(component, Map.of());
  }

  @Override
  public List<Object> identity() throws IOException {
    List<Object> all = new ArrayList<>();
    for (One one : files) all.add(List.of(FileStamp.of(one.file()), one.weight()));
    return all;
  }

  @Override
  public Map<String, Object> info(NamedImages images) {
    Map<String, Object> lines = new LinkedHashMap<>();
    for (One one : files)
      lines.put("scaling" + (lines.size() + 1), ScalingAddOn.KIND.stem(one.file()));
    return lines;
  }

  /**
   * The change (l − 1) ⊙ W of one weight.
   *
   * @param scale l, {@code [out]}
   */
  private record Scale(StoredTensor scale, double factor, String source) implements WeightChange {

    @Override
    public NDArray of(NDArray weight, Kernels kernels, NDManager local) throws IOException {
      long[] rows = new long[weight.getShape().dimension()];
      Arrays.fill(rows, 1);
      rows[0] = scale.elements();
      NDArray more = TensorReader.float32(scale, kernels, local).sub(1).reshape(rows);
      NDArray change = weight.mul(more);
      change.attach(local);
      return change;
    }
  }
}
