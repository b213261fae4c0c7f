package sc.fiji.latentdiffusion.ij1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ij.IJ;
import ij.ImagePlus;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandDialogTest {

  private static final List<String> DEPENDING =
      List.of(
          "feather", "context", "channels", "intensity", "minimum", "maximum", "slices", "seeds");

  private static List<String> asked(ImagePlus imp) {
    return DEPENDING.stream().filter(key -> CommandDialog.isOfUse(key, imp)).toList();
  }

  @Test
  void onlyWhatMakesADifferenceToTheImageIsAsked() {
    ImagePlus rgb = IJ.createImage("c", "rgb", 8, 8, 1);
    assertEquals(List.of(), asked(rgb));
    rgb.setRoi(1, 1, 4, 4);
    assertEquals(List.of("feather", "context"), asked(rgb));
    ImagePlus stack = IJ.createImage("s", "16-bit", 8, 8, 3);
    assertEquals(List.of("intensity", "minimum", "maximum", "slices", "seeds"), asked(stack));
    ImagePlus composite = IJ.createHyperStack("h", 8, 8, 3, 1, 1, 8);
    assertEquals(List.of("channels", "intensity", "minimum", "maximum"), asked(composite));
    assertEquals(DEPENDING, asked(null));
  }
}
