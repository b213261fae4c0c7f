/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.fitting;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.images.pixels.Continuation;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Picture;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;

/**
 * A selection of a picture on its way through a model: what the model sees, and what it changes.
 */
public final class Repainting {

  private final ModelView view;
  private final Picture picture;
  private final Selection selection;
  private final boolean repairs;
  private final Fitting fitting;

  /**
   * @param view of the region that the model sees
   * @param picture of the same region, into which the result goes
   * @param selection the pixels that change
   * @param options how the result is fitted to what is around it
   * @param repairs whether the model continues what is around the selection, and sees nothing in it
   */
  public Repainting(
      ModelView view,
      Picture picture,
      Selection selection,
      RegionOptions options,
      boolean repairs) {
    this.view = view;
    this.picture = picture;
    this.selection = selection;
    this.repairs = repairs;
    Fitting asked = Fitting.of(options, selection, view.seen());
    fitting = repairs ? asked.ofRepair() : asked;
  }

  /**
   * Returns what the model sees.
   *
   * @param memory owns the result
   * @return {@code [1, channels, h, w]}, float32, −1…1
   */
  public NDArray seen(NDManager memory) {
    return view.tensor(picture, memory);
  }

  /**
   * Returns how much each latent pixel may change.
   *
   * @param memory owns the result
   * @return {@code [1, 1, h/f, w/f]}, float32, 0…1; empty if all may change
   */
  public Optional<NDArray> mask(NDManager memory) {
    if (repairs) return Optional.of(view.mask(Continuation.hidden(picture), memory));
    return selection.covers(view.seen())
        ? Optional.empty()
        : Optional.of(view.mask(selection, memory));
  }

  /**
   * Returns what the model's autoencoder makes of the picture.
   *
   * @param memory owns the result
   */
  public NDArray reconstructed(NDManager memory) {
    return view.reconstructed(picture, memory);
  }

  /**
   * Fits a result to the picture, and replaces the selection by it.
   *
   * @param decoded of the model, {@code [1, channels, h, w]}, float32, about −1…1
   * @param reconstructed as {@link #reconstructed(NDManager)}; asked only if it is needed
   * @param seed of the run
   * @param memory owns the result
   * @return what was put into the picture, and how it was fitted
   */
  public Fitted replace(
      NDArray decoded, Supplier<NDArray> reconstructed, long seed, NDManager memory) {
    Fitted made = fitted(view.sized(decoded), reconstructed, seed, memory);
    picture.replace(made.picture());
    return made;
  }

  private Fitted fitted(
      NDArray sized, Supplier<NDArray> reconstructed, long seed, NDManager memory) {
    if (fitting.isNone() && !repairs) return new Fitted(sized, List.of(), List.of());
    NDArray before = fitting.givesDetail() ? reconstructed.get() : null;
    Fitted fitted = Fitted.of(sized, before, picture, fitting, seed, memory);
    if (!repairs) return fitted;
    NDArray constant = Continuation.withConstants(picture, fitted.picture(), memory);
    return new Fitted(constant, fitted.levels(), fitted.noises());
  }

  /** Returns the picture. */
  public Picture picture() {
    return picture;
  }
}
