/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.vae.AutoencoderKL;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/** A network's weights are loaded at its first use, and unloaded where memory is scarce. */
class ScarceMemoryTest {

  private static final double ENOUGH = 1L << 40;
  private static final double SCARCE = 1;
  private static final Request REQUEST =
      Request.defaults().withPrompt("cells", "").withSeed(1).withSteps(2).withSize(32, 32);

  private static LatentDiffusion load(double memory) throws IOException {
    Model model = ModelFolder.open(TestResources.SD1);
    Hardware hardware = Hardware.of("float32", "cpu", 0);
    return ModelLoader.load(model, Added.NONE, hardware, memory);
  }

  /** Returns each step's decoded prediction, like a preview, and the picture at the end. */
  private static float[] picture(LatentDiffusion model) {
    try (Run run = model.textToImage(REQUEST)) {
      for (Evaluated evaluated : run) {
        NDArray predicted = evaluated.predOriginalSample();
        model.decode(predicted, predicted.getManager()).close();
      }
      return run.picture().toFloatArray();
    }
  }

  private static LazyNetwork<UNet2DConditionModel> unet(LatentDiffusion model) {
    return TestLoading.unet(model.networks());
  }

  @Test
  void loadingReadsNoWeightsAndALatentIsDecodedByTheVaeAlone() throws IOException {
    try (LatentDiffusion model = load(ENOUGH)) {
      AutoencoderKL.Halves vae = TestLoading.vae(model.networks()).halves();
      assertFalse(unet(model).isLoaded());
      assertFalse(vae.encoder().isLoaded() || vae.decoder().isLoaded());
      NDArray latents = model.manager().zeros(new Shape(1, 4, 4, 4));
      NDArray picture = model.decode(latents, model.manager());
      assertTrue(vae.decoder().isLoaded());
      assertFalse(vae.encoder().isLoaded());
      model.encode(picture, model.manager());
      assertTrue(vae.encoder().isLoaded());
      assertFalse(unet(model).isLoaded());
    }
  }

  @Test
  void aRunComputesNothingBeforeItsFirstStepIsAskedFor() throws IOException {
    try (LatentDiffusion model = load(ENOUGH);
        Run run = model.textToImage(REQUEST)) {
      assertTrue(run.size() > 0 && run.warnings().isEmpty(), run.warnings()::toString);
      assertFalse(unet(model).isLoaded());
      run.iterator().next();
      assertTrue(unet(model).isLoaded());
      assertFalse(TestLoading.vae(model.networks()).halves().decoder().isLoaded());
    }
  }

  @Test
  void whereMemoryIsScarceTheUnetGoesBeforeDecodingAndNoBitChanges() throws IOException {
    try (LatentDiffusion enough = load(ENOUGH);
        LatentDiffusion scarce = load(SCARCE)) {
      float[] expected = picture(enough);
      assertTrue(unet(enough).isLoaded());
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(expected, picture(scarce));
        assertFalse(unet(scarce).isLoaded());
      }
    }
  }

  @Test
  void aRunSaysBeforehandThatTheUnetWillGo() throws IOException {
    try (LatentDiffusion scarce = load(SCARCE);
        Run run = scarce.textToImage(REQUEST)) {
      assertTrue(
          run.warnings().get(0).contains("they are unloaded before decoding"),
          run.warnings()::toString);
    }
  }
}
