/**
 * Fits a model's picture to the image into which it goes, before the edge of the selection is
 * blended: first brightness ({@code Level}), then noise and texture ({@code Detail}). {@code
 * Fitting} holds the options, {@code Fitted} the result.
 */
package sc.fiji.latentdiffusion.images.fitting;
