/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The add-ons of a request as the user names them: {@code AddOnFiles} finds their files and {@code
 * AddOnImages} the images that ControlNets see, before anything is loaded.
 */
package sc.fiji.latentdiffusion.images.addons;
