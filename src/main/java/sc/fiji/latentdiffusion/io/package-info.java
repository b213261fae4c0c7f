/**
 * The files of a model, read only. {@link sc.fiji.latentdiffusion.io.Model} is what the rest of the
 * software sees: components with settings and tensors under diffusers' names. Two kinds of files
 * are seen so: {@link sc.fiji.latentdiffusion.io.ModelFolder}, diffusers' layout on disk or inside
 * the jar, and {@link sc.fiji.latentdiffusion.io.SingleFile}, one file with the original names,
 * which {@code Layout} recognises and {@code UNetKeys}, {@code VaeKeys} and {@code OpenClipKeys}
 * translate. {@link sc.fiji.latentdiffusion.io.TensorFile} reads one file of tensors in any format;
 * {@link sc.fiji.latentdiffusion.io.LoraFile}, {@link sc.fiji.latentdiffusion.io.ControlNetFile}
 * and {@link sc.fiji.latentdiffusion.io.EmbeddingFile} are what is added to a model; pickles are
 * read as data and execute nothing. {@link sc.fiji.latentdiffusion.io.ModelScan} finds what looks
 * like a model, {@link sc.fiji.latentdiffusion.io.Checksum} keeps what was computed of gigabytes.
 * Whatever is wrong with a file ends in an {@link java.io.IOException} whose message names the
 * file, what was expected, what was found and what to do. Nothing here knows a network, an engine
 * or an image.
 */
package sc.fiji.latentdiffusion.io;
