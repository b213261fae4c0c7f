package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * What one evaluation of the network did. All arrays have the latents' shape {@code [1, channels,
 * height, width]}, are float32, belong to the sampler and are valid until its next step; two of
 * them may be the same array. Whoever needs one for longer copies it.
 *
 * @param step the row of the plan
 * @param sample x_t, the sample before the step, not scaled
 * @param noise the noise ε̂ that the network believes is in it, after guidance
 * @param predOriginalSample the data x̂0 that the network believes is in it
 * @param next x_(t−1), the sample after the step
 */
public record Evaluated(
    Evaluation step, NDArray sample, NDArray noise, NDArray predOriginalSample, NDArray next) {}
