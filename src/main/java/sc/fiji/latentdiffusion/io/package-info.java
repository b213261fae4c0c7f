/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Files of tensors and settings, read only. {@link sc.fiji.latentdiffusion.io.TensorFile} reads one
 * file of tensors in any format: safetensors, PyTorch's, whose pickles are read as data and execute
 * nothing, or GGUF, whose tensors may be quantised. {@link sc.fiji.latentdiffusion.io.Json} reads
 * settings, {@link sc.fiji.latentdiffusion.io.Checksum} remembers the SHA-256 of files of
 * gigabytes. Whatever is wrong with a file ends in an {@link java.io.IOException} whose message
 * names the file, what was expected, what was found and what to do. Nothing here knows a model, a
 * network, an engine or an image.
 */
package sc.fiji.latentdiffusion.io;
