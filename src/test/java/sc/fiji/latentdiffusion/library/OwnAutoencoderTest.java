/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelNames;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;

/** A loaded model with another autoencoder is another loaded model. */
class OwnAutoencoderTest {

  private final LoadedModels models = new LoadedModels();

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    for (String name : new String[] {"tiny", "quantised"}) {
      ModelCopies.into(folder.resolve(name), TestResources.golden("autoencoders/" + name));
    }
  }

  @AfterEach
  void close() {
    models.close();
  }

  private static Request request(String vae) {
    return Request.defaults()
        .withModel(TestResources.SD1.toString())
        .withVae(vae)
        .withHardware("float32", "cpu");
  }

  private LatentDiffusion get(String vae) throws IOException {
    return models.get(request(vae), Added.NONE, folder);
  }

  @Test
  void theModelIsLoadedAnewForAnother() throws IOException {
    LatentDiffusion own = get("");
    String sha256 = own.sha256();
    LatentDiffusion tiny = get("tiny");
    assertNotSame(own, tiny);
    assertNotEquals(sha256, tiny.sha256());
    assertSame(tiny, get(" tiny "));
    assertSame(tiny, models.forVae(request("tiny"), folder));
    String before = tiny.sha256();
    assertNotSame(tiny, get("quantised"));
    assertNotEquals(before, get("quantised").sha256());
    assertNotSame(tiny, models.forVae(request(""), folder));
  }

  @Test
  void filesOfItThatWereReplacedAreReadAgain() throws IOException {
    LatentDiffusion loaded = get("tiny");
    Path weights = folder.resolve("tiny/diffusion_pytorch_model.safetensors");
    Files.setLastModifiedTime(weights, FileTime.fromMillis(1_000_000));
    String message = assertThrows(IOException.class, loaded::sha256).getMessage();
    assertTrue(message.contains("were replaced while it was in use"), message);
    LatentDiffusion second = get("tiny");
    assertNotSame(loaded, second);
    Files.setLastModifiedTime(folder.resolve("tiny/config.json"), FileTime.fromMillis(2_000_000));
    assertNotSame(second, get("tiny"));
  }

  @Test
  void speedAndMemoryAreThoseOfBoth() throws IOException {
    ModelSize own = size("");
    ModelSize tiny = size("tiny");
    assertNotEquals(own.autoencoderWeights(), tiny.autoencoderWeights());
    assertEquals(own.denoiserWeights(), tiny.denoiserWeights());
  }

  private ModelSize size(String vae) throws IOException {
    Request request = request(vae);
    return models.size(Model.find(new ModelNames(request.model(), vae, ""), folder), request);
  }

  @Test
  void aloneItEncodesAndRunsNothing() throws IOException {
    Request alone = request("").withModel("tiny");
    assertEquals(8, models.forVae(alone, folder).factor());
    String message =
        assertThrows(IOException.class, () -> models.get(alone, Added.NONE, folder)).getMessage();
    assertTrue(message.contains("tiny is an autoencoder alone"), message);
  }
}
