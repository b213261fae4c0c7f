/**
 * What networks are built of: {@link sc.fiji.latentdiffusion.nn.Weights} is a place among named
 * tensors of a file, {@link sc.fiji.latentdiffusion.nn.Kernels} the fused operations that run on
 * them. What changes weights, such as a LoRA, is a {@link sc.fiji.latentdiffusion.nn.LowRank} that
 * {@link sc.fiji.latentdiffusion.nn.TensorStore} merges while it reads, so that a network knows
 * nothing of it; {@link sc.fiji.latentdiffusion.nn.TensorHeaders} gives shapes alone. The kernels
 * are TorchScript text beside this package's classes; each of them is one native call, and what it
 * needs in between is freed while it runs. Nothing here knows which network it serves.
 *
 * <p>In float32 on a CPU, convolutions of 3 × 3 with many pixels are computed by fewer products
 * ({@code winograd.torchscript}, Winograd 1980; Lavin and Gray 2016): by bands of tiles, which stay
 * in the processor's cache, normed on their way in. Over a U-Net of Stable Diffusion 1.5's sizes
 * (random weights) the error against float64 is 5e-6 of the result (rms), with direct convolutions
 * 3e-6; over its VAE's decoder both are 2e-5.
 *
 * <p>A CPU that multiplies faster in float32 than in bfloat16 keeps bfloat16's weights and images,
 * which take half the memory, and computes their large products in float32 ({@code
 * float32.torchscript}).
 */
package sc.fiji.latentdiffusion.nn;
