package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is said to have made numbers that are not finite. */
class FiniteCheckTest {

  private static final Request REQUEST = Request.defaults();

  @Test
  void whatIsFarBeyondUsualValuesIsNamedFirst() {
    assertEquals(
        ": the weight 1.0E38 of the LoRA plain is far beyond usual values. Choose less.",
        FiniteCheck.cause(REQUEST.withAddOn("lora", "plain:1e38, other:0.8"), true));
    assertEquals(
        ": guidance=1.0E30 and the weight -50.0 of the LoRA a are far beyond usual values. Choose"
            + " less.",
        FiniteCheck.cause(REQUEST.withGuidance(1e30).withAddOn("lora", "a:-50"), false));
  }

  @Test
  void addOnsAreNamedBeforeTheModel() {
    assertEquals(
        ". The run used the textual inversion huge. Leave it out to see whether it is broken; else"
            + " the model or its scheduler's config is.",
        FiniteCheck.cause(REQUEST.withAddOn("embeddings", "huge"), true));
    assertEquals(
        ": the model or its scheduler's config is broken.", FiniteCheck.cause(REQUEST, true));
    assertEquals(
        ". Choose precision=float32.",
        FiniteCheck.cause(REQUEST.withAddOn("embeddings", "huge"), false));
  }
}
