/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.io.IOException;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;

/** The tiny models of the resources, loaded. */
public final class TestModels {

  private TestModels() {}

  /** Loads a tiny model in float32 on the CPU. */
  public static LatentDiffusion load(String name) throws IOException {
    return ModelLoader.load(ModelFolder.open(TestResources.model(name)), "float32", "cpu");
  }
}
