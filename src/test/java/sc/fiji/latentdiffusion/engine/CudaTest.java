/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.util.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaTest {

  private static final ClassLoader OWN = CudaTest.class.getClassLoader();

  @Test
  void aDownloadIsNeededForAGpuThatWasAskedForAlone() {
    Cuda card = new Cuda(true, false);
    assertTrue(card.isMissing("gpu"));
    assertFalse(card.isMissing("auto") || card.isMissing("cpu"));
    assertFalse(new Cuda(false, false).isMissing("gpu"));
    assertFalse(new Cuda(true, true).isMissing("gpu"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "gpu"})
  void withoutACardTheLibraryBesideThePluginIsUsed(String device) {
    assertSame(OWN, new Cuda(false, false).loader(OWN, device, true));
  }

  @Test
  void withoutAgreementTheLibraryBesideThePluginIsUsed() {
    assertSame(OWN, new Cuda(true, false).loader(OWN, "gpu", false));
    assertSame(OWN, new Cuda(true, false).loader(OWN, "auto", true));
  }

  @Test
  void whereCudaIsThereOrMayComeDjlDoesNotSeeTheLibraryBesideThePlugin() {
    assertFalse(seen(OWN).isPlaceholder());
    assertTrue(seen(new Cuda(true, false).loader(OWN, "gpu", true)).isPlaceholder());
    assertTrue(seen(new Cuda(true, true).loader(OWN, "auto", false)).isPlaceholder());
  }

  /** Returns the library that DJL would load: a placeholder if DJL downloads it, now or before. */
  private static Platform seen(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return Platform.detectPlatform("pytorch");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void theHiddenLibraryIsOfTheVersionThatDjlDownloads() {
    Platform hidden = seen(new Cuda(true, true).loader(OWN, "gpu", false));
    assertTrue(seen(OWN).getVersion().startsWith(hidden.getVersion()), hidden::getVersion);
    assertEquals(seen(OWN).getClassifier(), hidden.getClassifier());
  }

  @Test
  void theReasonSaysWhatIsMissing() {
    assertTrue(new Cuda(false, false).reason().contains("CUDA's runtime library"));
    assertTrue(new Cuda(true, true).reason().contains("Restart ImageJ"));
  }

  @Test
  void aCardHasTheNameThatItsDriverTellsOrNone() {
    assertFalse(GraphicsCard.name(0).isBlank());
    assertTrue(Cuda.found().hasCard() || GraphicsCard.name(0).equals("unknown"));
  }
}
