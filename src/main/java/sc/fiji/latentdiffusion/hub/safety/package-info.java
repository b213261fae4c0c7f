/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * What a hub says is not trusted before it reaches the disk or the screen: {@link
 * sc.fiji.latentdiffusion.hub.safety.PortablePath} tells which names are written, {@link
 * sc.fiji.latentdiffusion.hub.safety.WrittenFile} where, and {@link
 * sc.fiji.latentdiffusion.hub.safety.ForeignText} how texts are shown.
 */
package sc.fiji.latentdiffusion.hub.safety;
