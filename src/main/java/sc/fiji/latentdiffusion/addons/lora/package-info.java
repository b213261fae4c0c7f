/**
 * LoRA and its kin: changes of weights. LoraFile reads a file and LoraLayers finds the model's
 * layer of each of its tensors. Each algebra by which tensors make a change is one file that
 * implements Algebra.
 */
package sc.fiji.latentdiffusion.addons.lora;
