/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ij.IJ;
import ij.ImagePlus;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scijava.command.CommandInfo;
import org.scijava.module.Module;
import org.scijava.module.ModuleException;
import sc.fiji.latentdiffusion.commands.ProbeNoise;

/** The range of values that a dialog shows where none is asked for. */
class UsedRangeTest {

  private static Map<String, String> used(ImagePlus image) throws ModuleException {
    Module module = new CommandInfo(ProbeNoise.class).createModule();
    module.setInput("image", image);
    return ((ProbeNoise) module.getDelegateObject()).used();
  }

  @Test
  void aPictureHasItsDisplayRangeAndLatentsHaveNone() throws ModuleException {
    ImagePlus image = IJ.createImage("x", "32-bit black", 8, 8, 4, 1, 1);
    image.setDisplayRange(2, 5);
    Map<String, String> picture = used(image);
    image.setProperty("Info", "latentFactor: 0.18");
    assertEquals(Map.of("minimum", "–", "maximum", "–"), used(image));
    assertEquals("2", picture.get("minimum").split(",")[0]);
  }
}
