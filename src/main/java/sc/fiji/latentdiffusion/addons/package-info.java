/**
 * Add-ons of a model: the shape that LoRA, ControlNet and textual inversion share, and the syntax
 * of their lists. Each kind of add-on is a package below this one.
 */
package sc.fiji.latentdiffusion.addons;
