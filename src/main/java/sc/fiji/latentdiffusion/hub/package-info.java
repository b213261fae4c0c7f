/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Downloads of models from the hub (huggingface.co, or a mirror with the same interface). The user
 * gives a {@link sc.fiji.latentdiffusion.hub.HubName}. The hub's {@code Listing} of that repository
 * and the {@code FileSelection} of the files that make a model become a {@link
 * sc.fiji.latentdiffusion.hub.DownloadPlan}, which knows its size before anything is downloaded. A
 * {@code Download} brings one file: by parts that a later attempt continues, verified by the hub's
 * checksum, and only then under its own name. The last file of a folder is its {@code
 * model_index.json}: a folder is a model only when it is whole. Only {@link
 * sc.fiji.latentdiffusion.hub.HubClient} speaks HTTP. It follows redirects itself and sends the
 * user's {@code Token} to no other host than the hub.
 */
package sc.fiji.latentdiffusion.hub;
