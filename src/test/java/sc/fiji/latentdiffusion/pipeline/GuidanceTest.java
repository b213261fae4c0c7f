package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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
            start + "the model takes the scale of guidance as an input, and no second prompt."),
        RequestFit.note(REQUEST.withGuidance(4), new Takes(true, true, 0, 0)));
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
