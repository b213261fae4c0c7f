package sc.fiji.latentdiffusion.images.results;

import ij.process.ColorProcessor;

/**
 * The picture that a run predicts at its present step, computed on demand. It is valid only while
 * it is shown, as the run goes on afterwards.
 */
public interface Preview {

  /** A place where previews are shown. */
  interface Display {

    /** Shows nothing. */
    Display NONE =
        new Display() {
          @Override
          public void show(Preview preview) {}

          @Override
          public boolean wantsTiny() {
            return false;
          }
        };

    /** Offers a preview, which the display may compute and show. */
    void show(Preview preview);

    /** Returns whether it will ask for {@link Preview#tiny}, which needs the tiny decoder. */
    boolean wantsTiny();
  }

  /** Computes it roughly by a linear map of the latents' colours; decodes if none is known. */
  ColorProcessor linear();

  /**
   * Decodes it roughly by a tiny decoder.
   *
   * @throws IllegalStateException if the tiny decoder was not loaded before the run
   */
  ColorProcessor tiny();

  /** Decodes it by the model's decoder. */
  ColorProcessor decoded();
}
