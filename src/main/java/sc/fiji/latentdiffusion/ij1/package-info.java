/**
 * The entry from plain ImageJ 1.x, which knows nothing of SciJava: {@code plugins.config} names
 * {@code DiffusionPlugIn} with a command's class as argument.
 *
 * <p>{@code DiffusionPlugIn} sees to it that all code runs in the first class loader that ImageJ
 * made for the plugin; {@code CommandRunner} then takes the inputs from the macro's options ({@link
 * sc.fiji.latentdiffusion.images.MacroOptions}), or from a dialog ({@code CommandDialog}) made of
 * the command's own annotations ({@code Choices}, {@code ModelField}) in the order of {@link
 * sc.fiji.latentdiffusion.dialogs}, runs it, records it and shows what it made. {@code Main} is the
 * way to all this from the source tree, with windows or, for a macro, without ({@code
 * HeadlessMacro}). In Fiji nothing of this package is used: there the SciJava command of the same
 * label wins.
 */
package sc.fiji.latentdiffusion.ij1;
