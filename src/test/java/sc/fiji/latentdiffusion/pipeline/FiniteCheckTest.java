/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;

/** What is said to have made numbers that are not finite. */
class FiniteCheckTest {

  private static final Request REQUEST = Request.defaults();

  @Test
  void whatIsFarBeyondUsualValuesIsNamedFirst() {
    assertEquals(
        ": the weight 1.0E38 of the LoRA plain is far beyond usual values. Choose less.",
        FiniteCheck.cause(REQUEST.withAddOn("lora", "plain:1e38, other:0.8"), true, List.of()));
    assertEquals(
        ": guidance=1.0E30 and the weight -50.0 of the LoRA a are far beyond usual values. Choose"
            + " less.",
        FiniteCheck.cause(REQUEST.withGuidance(1e30).withAddOn("lora", "a:-50"), false, List.of()));
  }

  @Test
  void weightsInThePromptAreNamed() throws IOException {
    Model builtIn = Model.find("", Path.of("none"));
    List<PromptTokenizer> tokenizers = Families.of(builtIn).tokenizers(builtIn);
    Request request = REQUEST.withPrompt("a (nuclei:5e4) (cell:50000) (red:10)", "[(x:-99)]");
    assertEquals(
        ": the weight 50000 of \"cell\" and the weight -90 of \"x\" are far beyond usual values."
            + " Choose less.",
        FiniteCheck.cause(request, false, tokenizers));
    Request unweighted = request.withPrompting(request.prompting().withReading(1, false));
    assertEquals(". Choose precision=float32.", FiniteCheck.cause(unweighted, false, tokenizers));
  }

  @Test
  void addOnsAreNamedBeforeTheModel() {
    assertEquals(
        ". The run used the textual inversion huge. Leave it out to see whether it is broken; else"
            + " the model or its scheduler's config is.",
        FiniteCheck.cause(REQUEST.withAddOn("embeddings", "huge"), true, List.of()));
    assertEquals(
        ": the model or its scheduler's config is broken.",
        FiniteCheck.cause(REQUEST, true, List.of()));
    assertEquals(
        ". Choose precision=float32.",
        FiniteCheck.cause(REQUEST.withAddOn("embeddings", "huge"), false, List.of()));
  }
}
