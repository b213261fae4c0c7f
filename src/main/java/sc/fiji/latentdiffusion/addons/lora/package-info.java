/**
 * LoRA and its kin: changes of weights. {@code LoraFile} reads a file, {@code LoraLayers} finds the
 * model's layer of each of its tensors. Each {@code Algebra} by which tensors make a change is one
 * file, found by {@code @Plugin}: it names its tensors. Its formula is a function of the kernel
 * text {@code lora.torchscript}, which it calls through {@code LoraKernels}. {@code LoraTensorName}
 * names the kinds that are refused.
 */
package sc.fiji.latentdiffusion.addons.lora;
