package sc.fiji.latentdiffusion.images.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The columns of a montage. */
class MontageTest {

  @Test
  void theFirstAndTheLastEvaluationAreShownAndAtMostFourBetween() {
    assertEquals(List.of(0), Montage.shown(1));
    assertEquals(List.of(0, 1), Montage.shown(2));
    assertEquals(List.of(0, 1, 2, 3, 4, 5), Montage.shown(6));
    assertEquals(List.of(0, 4, 8, 11, 15, 19), Montage.shown(20));
  }
}
