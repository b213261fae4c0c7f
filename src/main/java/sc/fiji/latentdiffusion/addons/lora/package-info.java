/**
 * LoRA and its kin: changes of weights. One file reads the files, one finds the layers, one an
 * algebra.
 */
package sc.fiji.latentdiffusion.addons.lora;
