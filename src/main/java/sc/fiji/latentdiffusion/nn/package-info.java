/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The parts that networks are built of. {@link sc.fiji.latentdiffusion.nn.Weights} are tensors by
 * name, read from files and changed by adapters ({@link sc.fiji.latentdiffusion.nn.WeightChange});
 * quantised ones are expanded for each call of a kernel that takes them. {@link
 * sc.fiji.latentdiffusion.nn.Kernels} run the TorchScript functions of every network. Their text
 * lies in the network's package, in {@code src/main/resources}; a class there, such as {@code
 * models.unet.UNetKernels}, has a typed method for each. The README beside the texts of this
 * package explains how they are written.
 */
package sc.fiji.latentdiffusion.nn;
