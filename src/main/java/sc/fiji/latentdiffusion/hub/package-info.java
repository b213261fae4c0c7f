/**
 * Models from the hub (huggingface.co, or a mirror that speaks its language). A {@link
 * sc.fiji.latentdiffusion.hub.HubName} is what the user asks for; the hub's {@code Listing} of that
 * repository, and the {@code Wanted} files of it that make a model, become a {@link
 * sc.fiji.latentdiffusion.hub.Fetch}: a plan that knows its size before anything is downloaded.
 * {@code Download} brings one file: by parts that a later attempt goes on from, verified by the
 * checksum that the hub tells, and only then under its own name. The last of a folder is its {@code
 * model_index.json}, so that a folder is a model only when it is whole.
 *
 * <p>{@link sc.fiji.latentdiffusion.hub.HubClient} is the only one that speaks HTTP. It follows
 * redirects itself, so that the {@code Token} of a user never goes to any other host than the hub.
 * Nothing here knows a network's layers, an engine or an image.
 */
package sc.fiji.latentdiffusion.hub;
