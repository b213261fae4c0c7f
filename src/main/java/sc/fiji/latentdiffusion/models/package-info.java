/**
 * The families of models and their networks. A {@link sc.fiji.latentdiffusion.models.Family} is one
 * file that recognises its models and makes a {@link sc.fiji.latentdiffusion.models.Conditioning}
 * of prompts; {@link sc.fiji.latentdiffusion.models.Networks} is a loaded model of any of them. A
 * {@link sc.fiji.latentdiffusion.models.Prompt} becomes pieces with weights, then blocks of tokens,
 * then the states of one or two text encoders.
 *
 * <p>A network is built from nothing but its weights and its {@code config.json}: which blocks
 * there are, how wide and how deep, is read from the names and shapes of the tensors; heads, groups
 * and activations from the config. Class, field and tensor names are diffusers' own. A constructor
 * proves by {@code LayerShapes} that its tensors fit each other and reads them, {@code forward}
 * runs them, and whoever builds a whole network asks {@link
 * sc.fiji.latentdiffusion.nn.Weights#requireAllRead} at the end, so that a tensor without a place
 * is an error and not a silently different picture. A network of a model is a {@link
 * sc.fiji.latentdiffusion.models.ReleasableNetwork}: built twice of the same constructors, once of
 * the headers of its files when the model is loaded, which proves that it fits, and once of the
 * numbers when it first has something to do; {@code Residents} lets it go where memory is scarce. A
 * U-Net's first half is a {@code UNetEncoder}, of which a {@link
 * sc.fiji.latentdiffusion.models.ControlNet} has a second one. {@link
 * sc.fiji.latentdiffusion.models.LoraLayers} finds the layers that the tensors of LoRAs belong to,
 * by the names of every tool that writes them, before anything is read.
 */
package sc.fiji.latentdiffusion.models;
