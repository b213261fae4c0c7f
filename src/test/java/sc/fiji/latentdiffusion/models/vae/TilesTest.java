/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.TestLoading;
import sc.fiji.latentdiffusion.models.stablediffusion.StableDiffusion;

class TilesTest {

  @PyTorch private NDManager manager;

  @Test
  void tilesCoverTheWholeAndTheLastEndsWithIt() {
    Tiles tiles = new Tiles(10, 4, 1);
    assertArrayEquals(new int[] {0}, tiles.starts(7));
    assertArrayEquals(new int[] {0}, tiles.starts(10));
    assertArrayEquals(new int[] {0, 1}, tiles.starts(11));
    assertArrayEquals(new int[] {0, 6}, tiles.starts(16));
    assertArrayEquals(new int[] {0, 6, 12, 13}, tiles.starts(23));
  }

  @Test
  void aPointwiseNetworkGivesTheSameInTiles() {
    NDArray input = manager.arange(2 * 13 * 17f).reshape(1, 2, 13, 17);
    NDArray result = new Tiles(6, 2, 1).run(input, tile -> tile.mul(2), manager);
    assertArrayEquals(input.mul(2).toFloatArray(), result.toFloatArray(), 1e-3f);
  }

  @Test
  void sizesScaleWithTheNetwork() {
    NDArray input = manager.ones(new Shape(1, 1, 9, 14));
    NDArray result = new Tiles(5, 2, 3).run(input, tile -> tile.repeat(2, 3).repeat(3, 3), manager);
    assertEquals(new Shape(1, 1, 27, 42), result.getShape());
    assertEquals(1, result.min().getFloat(), 1e-6);
  }

  /**
   * Measured with the built-in model and smooth latents: largest difference 0.101, mean 0.0089 of
   * −1…1.
   */
  @Test
  void tiledPictureIsCloseToTheWhole() throws IOException {
    try (LoadedModel networks =
        TestLoading.load(Model.find("", null), new StableDiffusion(), manager)) {
      float[] worst = difference(networks);
      assertTrue(worst[0] < 0.015, "mean " + worst[0]);
      assertTrue(worst[1] < 0.15, "largest " + worst[1]);
      assertFalse(config(networks).isTiled(1024, 1024));
    }
  }

  private static VaeConfig config(LoadedModel networks) {
    return TestLoading.vae(networks).halves().decoder().outline().config();
  }

  /** Returns mean and largest difference of the whole picture and the tiled one. */
  private float[] difference(LoadedModel networks) {
    NDArray picture =
        manager.arange(256f).mul(0.05f).sin().reshape(1, 1, 1, 256).broadcast(1, 3, 192, 256);
    NDArray waves = picture.mul(manager.arange(192f).mul(0.03f).cos().reshape(1, 1, 192, 1));
    NDArray latents =
        TestLoading.vae(networks).halves().encoder().use(encoder -> encoder.encode(waves));
    Tiles tiles = new Tiles(16, 8, config(networks).factor());
    NDArray difference =
        TestLoading.vae(networks)
            .halves()
            .decoder()
            .use(decoder -> decoder.tiled(latents, tiles).sub(decoder.decode(latents)).abs());
    return new float[] {difference.mean().getFloat(), difference.max().getFloat()};
  }
}
