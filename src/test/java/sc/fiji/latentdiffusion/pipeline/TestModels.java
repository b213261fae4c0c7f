package sc.fiji.latentdiffusion.pipeline;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import sc.fiji.latentdiffusion.io.ModelFolder;

/** The tiny models with random weights among the test resources. */
final class TestModels {

  private TestModels() {}

  static Path path(String name) {
    try {
      return Path.of(TestModels.class.getResource("/oracle/models/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static LatentDiffusion load(String name) throws IOException {
    return LatentDiffusion.load(ModelFolder.open(path(name)), "float32", "cpu");
  }
}
