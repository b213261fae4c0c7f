/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.process.ColorProcessor;

/**
 * The picture that a run predicts at its present step, computed on demand. It is valid only while
 * it is shown, as the run goes on afterwards.
 */
@FunctionalInterface
public interface Preview {

  /** A place where previews are shown. */
  interface Display {

    /** Shows nothing. */
    Display NONE =
        new Display() {
          @Override
          public void show(Preview preview) {}

          @Override
          public PreviewKind kind() {
            return PreviewKind.OFF;
          }
        };

    /** Offers a preview, which the display may compute and show. */
    void show(Preview preview);

    /** Returns the kind that it will ask for, which is prepared before the run. */
    PreviewKind kind();
  }

  /**
   * Computes it.
   *
   * @param kind any but off
   * @throws IllegalStateException if the kind was not prepared before the run
   */
  ColorProcessor picture(PreviewKind kind);
}
