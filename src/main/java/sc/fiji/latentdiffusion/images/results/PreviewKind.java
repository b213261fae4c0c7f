/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ij.process.ColorProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;

/** How a preview is made of latents: the choices of the key {@code preview}. */
public enum PreviewKind {
  /** No preview. */
  OFF {
    @Override
    ColorProcessor picture(ModelView view, NDArray latents) {
      throw new IllegalStateException("There is no preview.");
    }
  },
  /** Roughly, by a linear map of the latents' colours; decodes if none is known. */
  LINEAR {
    @Override
    ColorProcessor picture(ModelView view, NDArray latents) {
      return LatentColours.of(view.model().declaration().latents())
          .map(colours -> view.enlarged(colours.picture(latents)))
          .orElseGet(() -> DECODED.picture(view, latents));
    }
  },
  /** Roughly, by a tiny decoder. */
  TINY {
    @Override
    public void prepare(LatentDiffusion model, Path modelsFolder) throws IOException {
      if (!isOfPixels(model)) model.loadTinyDecoder(modelsFolder);
    }

    @Override
    ColorProcessor picture(ModelView view, NDArray latents) {
      LatentDiffusion model = view.model();
      if (isOfPixels(model)) return view.decode(latents);
      try (NDManager manager = model.manager().newSubManager()) {
        return view.picture(model.tinyDecoder().decode(latents, manager));
      }
    }
  },
  /** By the model's decoder. */
  DECODED {
    @Override
    ColorProcessor picture(ModelView view, NDArray latents) {
      return view.decode(latents);
    }
  };

  /**
   * Returns a kind by its name in macros.
   *
   * @param name one of the key's choices
   * @throws IllegalArgumentException if it is none; the message lists them
   */
  public static PreviewKind of(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.key().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        "preview must be one of %s, but is %s.",
                        Arrays.stream(values()).map(PreviewKind::key).toList(), name)));
  }

  /** Returns whether latents are the picture, and need no decoder. */
  private static boolean isOfPixels(LatentDiffusion model) {
    return model.factor() == 1;
  }

  private String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether a network makes it, which takes time. */
  public boolean isDecoded() {
    return this == TINY || this == DECODED;
  }

  /**
   * Loads the files that it needs beside the model's.
   *
   * @param model of the run
   * @param modelsFolder in which they are looked up
   * @throws IOException if they are missing, or for another model
   */
  public void prepare(LatentDiffusion model, Path modelsFolder) throws IOException {}

  /** Makes the picture, in the size of the region that the model sees. */
  abstract ColorProcessor picture(ModelView view, NDArray latents);

  /** Returns its name in macros. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
