/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package toyscaling;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOn;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.Entry;
import sc.fiji.latentdiffusion.addons.Kind;
import sc.fiji.latentdiffusion.addons.ListSyntax;

/** The kind: files of scales, in the folder {@code scaling} of the models folder. */
@Plugin(type = AddOn.class)
public final class ScalingAddOn implements AddOn {

  static final Kind KIND =
      new Kind(
          "scaling",
          "scaling",
          "scaling",
          List.of(".safetensors"),
          List.of(),
          "",
          new ListSyntax("names or paths, each with or without a weight", ListSyntax.Part.WEIGHT),
          "Several are written name:0.8, other:0.5");

  @Override
  public Kind kind() {
    return KIND;
  }

  @Override
  public Added find(List<Entry> entries, Path modelsFolder) throws IOException {
    List<Scalings.One> found = new ArrayList<>();
    for (Entry entry : entries) {
      found.add(new Scalings.One(KIND.find(entry.name(), modelsFolder), entry.weight()));
    }
    return new Scalings(found);
  }
}
