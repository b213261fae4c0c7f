package sc.fiji.latentdiffusion.addons.lora;

import sc.fiji.latentdiffusion.io.StoredTensor;

/**
 * A change to one weight that a file holds as factors of small size (LoRA, Hu et al. 2021): {@code
 * ΔW = scale · up · down}, of a convolution also {@code up · mid · down} with the kernel in {@code
 * mid} (a Tucker decomposition); with a magnitude (DoRA, Liu et al. 2024) {@code ΔW = magnitude ·
 * (W + scale · up · down) / ‖W + scale · up · down‖ − W}, the norm being taken over all axes but
 * the magnitude's own. The shapes fit one another and the weight.
 *
 * @param down {@code [rank, in]} or {@code [rank, in, kh, kw]}
 * @param up {@code [out, rank]} or {@code [out, rank, 1, 1]}
 * @param mid {@code [rank, rank, kh, kw]}, or null
 * @param magnitude as many numbers as the weight has on the magnitude's axis, or null
 * @param magnitudeAxis 0 for the weight's outputs, 1 for its inputs
 * @param scale alpha / rank
 * @param weight how much of the change is made: 0 none, 1 all
 * @param transposed whether the file has the weight's inputs first, so that its transpose is
 *     changed
 */
public record LowRankChange(
    StoredTensor down,
    StoredTensor up,
    StoredTensor mid,
    StoredTensor magnitude,
    int magnitudeAxis,
    double scale,
    double weight,
    boolean transposed) {}
