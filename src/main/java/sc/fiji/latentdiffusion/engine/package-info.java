/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The machine: device, number format, memory, processor, threads, and the native library of PyTorch
 * with its download. {@code Hardware} decides where and in which precision a model runs.
 */
package sc.fiji.latentdiffusion.engine;
