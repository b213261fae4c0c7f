/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.probes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.pipeline.FiniteCheck;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * A model's denoiser with one prompt, at any time: the conditional half of a run, outside of one. A
 * model that sees an image is shown none; a model with classes draws its first one. Not for use by
 * several threads.
 */
public final class PromptedDenoiser {

  private final LatentDiffusion model;
  private final Request request;
  private final Denoiser.Session session;
  private final Shape shape;
  private final NDManager owner;

  /**
   * Encodes a prompt.
   *
   * @param model it belongs to
   * @param request for messages, with the size in pixels that the text encoder is told
   * @param prompt with learned words
   * @param shape of the latents, {@code [b, c, h, w]}
   * @param owner owns what lasts as long as this
   */
  public PromptedDenoiser(
      LatentDiffusion model, Request request, Prompt prompt, Shape shape, NDManager owner) {
    this(model, request, encoded(model, request, prompt, shape, owner), shape, owner);
  }

  /**
   * Takes a conditioning as it is.
   *
   * @param model it belongs to
   * @param request for messages
   * @param conditioning of b batch entries; it must stay open
   * @param shape of the latents, {@code [b, c, h, w]}
   * @param owner owns what lasts as long as this
   */
  public PromptedDenoiser(
      LatentDiffusion model,
      Request request,
      Conditioning conditioning,
      Shape shape,
      NDManager owner) {
    this.model = model;
    this.request = request;
    this.shape = shape;
    this.owner = owner;
    int first = model.networks().denoiser().takes().classes() > 0 ? 0 : -1;
    int label = model.sight().map(one -> one.toldClass(first, 0)).orElse(first);
    Conditioning whole =
        conditioning.withChannels(model.unseen(shape, owner)).withGuidanceScale(1).withLabel(label);
    session = model.networks().denoiser().begin(whole, owner);
  }

  private static Conditioning encoded(
      LatentDiffusion model, Request request, Prompt prompt, Shape shape, NDManager owner) {
    return model
        .conditioner()
        .encode(Prompts.of(prompt), request.width(), request.height(), owner)
        .repeated(Math.toIntExact(shape.get(0)));
  }

  /**
   * Evaluates the network.
   *
   * @param x scaled noisy latents, {@code [b, c, h, w]}, rows first
   * @param evaluation gives the time
   * @return the output (noise, velocity or sample, as trained), of the same shape
   * @throws IllegalStateException if it holds numbers that are not finite
   */
  public float[] output(float[] x, Evaluation evaluation) {
    try (NDManager local = owner.newSubManager()) {
      NDArray input = model.networks().kernels().create(local, x, shape);
      NDArray output = session.predict(input, evaluation, List.of());
      return FiniteCheck.latents(output, request, model).toFloatArray();
    }
  }
}
