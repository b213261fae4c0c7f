package sc.fiji.latentdiffusion.addons.lora;

/**
 * A LoRA that is to be merged into a model.
 *
 * @param file with its tensors
 * @param weight how much of it: 0 none, 1 as it was trained, below 0 its opposite
 */
public record Lora(LoraFile file, double weight) {}
