/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * A family without prompts, on pixels: an example to copy. {@link toypixels.ToyPixels} declares it;
 * {@link toypixels.PixelDenoiser} predicts noise, with the network {@link toypixels.MeanColour};
 * {@link toypixels.Pixels} is the autoencoder that changes nothing. There is no conditioner. No
 * part of the plugin: the tests compile this folder.
 */
package toypixels;
