/**
 * Plain ImageJ 1.x: the plugin that every menu entry starts, and the dialog that it makes of a
 * command's inputs. Fiji does not use this package.
 */
package sc.fiji.latentdiffusion.ij1;
