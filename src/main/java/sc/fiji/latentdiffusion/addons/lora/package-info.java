/**
 * LoRA and its kin: changes of weights. {@code LoraFile} reads a file, {@code LoraLayers} finds the
 * model's layer of each of its tensors. Each {@code Algebra} by which tensors make a change is one
 * file, found by {@code @Plugin}: it names its tensors, and its formula stands in the kernel text
 * of this package.
 */
package sc.fiji.latentdiffusion.addons.lora;
