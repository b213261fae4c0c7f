package sc.fiji.latentdiffusion.models;

/**
 * A component of a model.
 *
 * @param name as {@code model_index.json} has it, for example {@code unet}
 * @param role its part in the model
 */
public record Component(String name, Role role) {}
