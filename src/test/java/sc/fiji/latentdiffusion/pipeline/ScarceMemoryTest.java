package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.LoadedModel;

/** A network's weights are in memory from its first use on, and go where memory is scarce. */
class ScarceMemoryTest {

  private static final double ENOUGH = 1L << 40;
  private static final double SCARCE = 1;
  private static final Request REQUEST =
      Request.defaults().withPrompt("cells", "").withSeed(1).withSteps(2).withSize(32, 32);

  private static LatentDiffusion load(double memory) throws IOException {
    Model model = ModelFolder.open(TestResources.SD1);
    Hardware hardware = Hardware.of("float32", "cpu", 0);
    return LatentDiffusion.load(model, List.of(), hardware, memory);
  }

  /** Every step's prediction decoded, as for a preview, and the picture at the end. */
  private static float[] picture(LatentDiffusion model) {
    try (Run run = model.textToImage(REQUEST)) {
      while (run.hasNext()) {
        NDArray predicted = run.next().predOriginalSample();
        model.decode(predicted, predicted.getManager()).close();
      }
      return model.decode(run.latents(), run.latents().getManager()).toFloatArray();
    }
  }

  @Test
  void loadingReadsNoWeightsAndALatentIsDecodedByTheVaeAlone() throws IOException {
    try (LatentDiffusion model = load(ENOUGH)) {
      LoadedModel networks = model.networks();
      assertFalse(networks.unet().isLoaded());
      assertFalse(networks.vae().encoder().isLoaded() || networks.vae().decoder().isLoaded());
      NDArray latents = model.manager().zeros(new Shape(1, 4, 4, 4));
      NDArray picture = model.decode(latents, model.manager());
      assertTrue(networks.vae().decoder().isLoaded());
      assertFalse(networks.vae().encoder().isLoaded());
      model.encode(picture, model.manager());
      assertTrue(networks.vae().encoder().isLoaded());
      assertFalse(networks.unet().isLoaded());
    }
  }

  @Test
  void aRunHasReadTheUnetBeforeItsFirstStep() throws IOException {
    try (LatentDiffusion model = load(ENOUGH);
        Run run = model.textToImage(REQUEST)) {
      assertTrue(model.networks().unet().isLoaded());
      assertFalse(model.networks().vae().decoder().isLoaded());
      assertTrue(run.warnings().isEmpty(), run.warnings()::toString);
    }
  }

  @Test
  void whereMemoryIsScarceTheUnetGoesBeforeDecodingAndNoBitChanges() throws IOException {
    try (LatentDiffusion enough = load(ENOUGH);
        LatentDiffusion scarce = load(SCARCE)) {
      float[] expected = picture(enough);
      assertTrue(enough.networks().unet().isLoaded());
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(expected, picture(scarce));
        assertFalse(scarce.networks().unet().isLoaded());
      }
    }
  }

  @Test
  void aRunSaysBeforehandThatTheUnetWillGo() throws IOException {
    try (LatentDiffusion scarce = load(SCARCE);
        Run run = scarce.textToImage(REQUEST)) {
      assertTrue(run.warnings().get(0).contains("the U-Net is let go"), run.warnings()::toString);
    }
  }
}
