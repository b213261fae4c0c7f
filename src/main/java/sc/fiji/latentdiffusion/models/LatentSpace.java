package sc.fiji.latentdiffusion.models;

import java.util.Optional;

/**
 * The latents of an autoencoder. The denoiser works on {@code (mean − shift) · scale}.
 *
 * @param channels number of channels, for example 4
 * @param factor pixels of the picture's width that one pixel of the latents covers: 8, or 1 where
 *     the denoiser works on pixels
 * @param scale factor of the encoder's mean
 * @param shift subtracted from the encoder's mean before scaling
 * @param colours linear map to RGB: one row {red, green, blue} for each channel, then a row of
 *     offsets; empty if none is known
 * @param tinyDecoder name of the small decoder for previews, for example {@code taesd}; empty if
 *     there is none
 */
public record LatentSpace(
    int channels,
    int factor,
    double scale,
    double shift,
    Optional<double[][]> colours,
    Optional<String> tinyDecoder) {}
