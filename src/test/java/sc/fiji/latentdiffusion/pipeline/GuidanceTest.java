/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.Takes;

class GuidanceTest {

  private static final Request REQUEST = Request.defaults().withPrompt("nuclei", "blur");

  @Test
  void negativePromptThatIsNotUsedIsNoted() {
    String start = "The negative prompt is not used: ";
    assertEquals(
        Optional.of(start + "guidance is 1 or less."),
        RequestFit.note(REQUEST.withGuidance(1), Takes.PROMPTS));
    assertEquals(
        Optional.of(
            start + "the model was trained to need one half alone; truecfg above 1 computes both."),
        RequestFit.note(REQUEST.withGuidance(4), new Takes(true, GuidanceForm.INPUT, 0, 0)));
  }

  @Test
  void guidanceThatIsAddedIsOffAt0() {
    Takes added = new Takes(true, GuidanceForm.ADDED, 0, 0);
    Request off = RequestFit.fitted(REQUEST.withGuidance(0), added);
    assertFalse(off.guidance().isOn());
    assertTrue(RequestFit.note(off, added).orElseThrow().endsWith("guidance is 0."));
    Request on = RequestFit.fitted(REQUEST.withGuidance(0.5), added);
    assertTrue(on.guidance().isOn());
    assertEquals(1.5, on.guidance().joining(0.5));
    assertEquals(on, RequestFit.fitted(on, added));
    assertFalse(on.guidance().off().isOn());
  }

  @Test
  void aModelThatNeedsOneHalfComputesBothByTrueScale() {
    Takes input = new Takes(true, GuidanceForm.INPUT, 0, 0);
    Request alone = RequestFit.fitted(REQUEST.withGuidance(7), input);
    assertFalse(alone.guidance().isOn());
    Request both = RequestFit.fitted(withTrueScale(alone, 3), input);
    assertEquals(3, both.guidance().joining(7));
    assertEquals(7, both.guidance().largest());
    assertTrue(both.guidance().isOn() && both.guidance().isConstant());
    assertEquals(Optional.empty(), RequestFit.note(both, input));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RequestFit.fitted(withTrueScale(REQUEST, 3), Takes.PROMPTS));
    assertTrue(e.getMessage().startsWith("truecfg must be 1"), e::getMessage);
  }

  private static Request withTrueScale(Request request, double scale) {
    return request.withGuidance(request.guidance().withTrueScale(scale));
  }

  @Test
  void promptsOfAModelThatTakesNoneAreRefused() {
    for (Request wrong :
        List.of(REQUEST.withPrompt("cells", ""), REQUEST.withPrompt("", "grain"))) {
      var e =
          assertThrows(
              IllegalArgumentException.class, () -> RequestFit.fitted(wrong, Takes.NOTHING));
      assertTrue(e.getMessage().contains("must be empty, as the model takes no words"));
    }
  }

  @Test
  void negativePromptThatIsUsedOrEmptyIsNotNoted() {
    assertEquals(Optional.empty(), RequestFit.note(REQUEST.withGuidance(1.1), Takes.PROMPTS));
    Request without = REQUEST.withGuidance(1).withPrompt("nuclei", " ");
    assertEquals(Optional.empty(), RequestFit.note(without, Takes.PROMPTS));
  }
}
