package sc.fiji.latentdiffusion.pipeline;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import sc.fiji.latentdiffusion.io.model.ModelFolder;

/** The tiny models with random weights among the test resources. */
public final class TestModels {

  private TestModels() {}

  public static Path path(String name) {
    try {
      return Path.of(TestModels.class.getResource("/oracle/models/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static LatentDiffusion load(String name) throws IOException {
    return LatentDiffusion.load(ModelFolder.open(path(name)), "float32", "cpu");
  }
}
