/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The commands of the menu, one file each. A command declares its own keys as fields and makes one
 * call to {@code images.ImageDiffusion}, where a new verb stands. {@code hosts} declares the keys
 * that several commands share, and everything else of a command. The menu also needs the command's
 * line in {@code plugins.config}; a test says which. Class names are public: scripts run a command
 * by its class.
 */
package sc.fiji.latentdiffusion.commands;
