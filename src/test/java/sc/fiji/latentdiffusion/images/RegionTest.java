package sc.fiji.latentdiffusion.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.gui.TextRoi;
import ij.process.ByteProcessor;
import java.awt.Rectangle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionTest {

  private static ImagePlus image(Roi roi) {
    ImagePlus imp = new ImagePlus("i", new ByteProcessor(30, 20));
    imp.setRoi(roi);
    return imp;
  }

  private static String refusal(Roi roi) {
    return assertThrows(IllegalArgumentException.class, () -> Region.of(image(roi))).getMessage();
  }

  @Test
  void noSelectionIsTheWholeImage() {
    assertEquals(new Region(0, 0, 30, 20), Region.of(image(null)));
  }

  @Test
  void rectangleIsTheRegion() {
    assertEquals(new Region(3, 4, 5, 6), Region.of(image(new Roi(3, 4, 5, 6))));
  }

  @Test
  void rectangleIsClippedToTheImage() {
    assertEquals(new Region(0, 10, 4, 10), Region.of(image(new Roi(-6, 10, 10, 50))));
  }

  @Test
  void rectangleOutsideIsRefusedWithItsPosition() {
    String message = refusal(new Roi(40, 2, 5, 5));
    assertTrue(message.contains("30×20") && message.contains("(40, 2)"), message);
  }

  @Test
  void emptySelectionIsRefusedWithItsSize() {
    Roi empty =
        new Roi(3, 4, 5, 6) {
          private static final long serialVersionUID = 1L;

          @Override
          public Rectangle getBounds() {
            return new Rectangle(3, 4, 0, 6);
          }
        };
    assertTrue(refusal(empty).contains("0×6"));
  }

  @Test
  void otherShapesAreRefusedByName() {
    assertTrue(refusal(new OvalRoi(1, 1, 5, 5)).contains("\"Oval\""));
    assertTrue(refusal(new Line(1, 1, 5, 5)).contains("\"Straight Line\""));
    assertTrue(refusal(new PointRoi(1, 1)).contains("\"Point\""));
    assertTrue(refusal(new TextRoi(1, 1, "words")).contains("\"Text\""));
    ShapeRoi two = new ShapeRoi(new Roi(1, 1, 3, 3)).or(new ShapeRoi(new Roi(9, 9, 3, 3)));
    assertTrue(refusal(two).contains("\"Composite\""));
    Roi rounded = new Roi(1, 1, 9, 9, 4);
    assertTrue(refusal(rounded).contains("\"Rounded Rectangle\""));
  }

  @ParameterizedTest
  @CsvSource({"1,1,8,8", "8,16,8,16", "9,17,16,24"})
  void paddingRoundsUpToTheFactor(int width, int height, int paddedWidth, int paddedHeight) {
    assertEquals(
        new Region(3, 4, paddedWidth, paddedHeight), new Region(3, 4, width, height).padded(8));
  }

  @Test
  void tooLargeLatentsAreRefusedWithTheLimit() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Region.decoded(1025, 1, 8)).getMessage();
    assertTrue(message.contains("1024") && message.contains("1025×1"), message);
  }
}
