/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.dialogs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ij.IJ;
import ij.ImagePlus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import org.scijava.module.ModuleService;
import sc.fiji.latentdiffusion.commands.DenoiseLatent;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.keys.Inputs;

/** Denoise Latent's dialog begins with the values of the run that made the latents. */
class ContinuedRunTest {

  /** Keys of Denoise Latent that a run which continues another one does not take from it. */
  private static final Set<String> ANEW =
      Set.of(
          "to",
          "precision",
          "device",
          "type",
          "preview",
          "latents",
          "noise",
          "predicted",
          "decoded",
          "split",
          "table",
          "attention",
          "montage",
          "point");

  @Test
  void everyKeyThatDecidesTheResultIsTakenFromTheInfo() throws ModuleException {
    try (Context context = new Context(CommandService.class, DiffusionService.class)) {
      Module module =
          context
              .service(ModuleService.class)
              .createModule(context.service(CommandService.class).getCommand(DenoiseLatent.class));
      Inputs inputs = new Inputs(module);
      inputs.setImage(latents(inputs.names()));
      DenoiseLatent command = (DenoiseLatent) module.getDelegateObject();
      Map<String, String> given = command.dialogStart(Map.of()).given();
      Set<String> expected = new TreeSet<>(inputs.names());
      expected.removeAll(ANEW);
      assertEquals(expected, new TreeSet<>(given.keySet()));
      assertEquals("5", given.get("class"));
    }
  }

  /** A latent image whose Info has the value 5 for each key. */
  private static ImagePlus latents(List<String> names) {
    ImagePlus latents = IJ.createImage("latents", "32-bit", 8, 8, 4);
    latents.setProperty(
        "Info", names.stream().map(name -> name + "=5").collect(Collectors.joining("\n")));
    return latents;
  }
}
