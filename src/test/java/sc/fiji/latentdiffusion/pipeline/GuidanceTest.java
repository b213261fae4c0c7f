package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        Guidance.note(REQUEST.withGuidance(1), Takes.PROMPTS));
    assertEquals(
        Optional.of(
            start + "the model takes the scale of guidance as an input, and no second prompt."),
        Guidance.note(REQUEST.withGuidance(4), new Takes(true, false, true)));
  }

  @Test
  void promptsOfAModelThatTakesNoneAreNoted() {
    assertEquals(
        Optional.of("The prompts are not used: the model takes none."),
        Guidance.note(REQUEST.withGuidance(4), Takes.NOTHING));
    Request none = REQUEST.withPrompt("", " ");
    assertEquals(Optional.empty(), Guidance.note(none, Takes.NOTHING));
  }

  @Test
  void negativePromptThatIsUsedOrEmptyIsNotNoted() {
    assertEquals(Optional.empty(), Guidance.note(REQUEST.withGuidance(1.1), Takes.PROMPTS));
    Request without = REQUEST.withGuidance(1).withPrompt("nuclei", " ");
    assertEquals(Optional.empty(), Guidance.note(without, Takes.PROMPTS));
  }
}
