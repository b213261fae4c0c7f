/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * An add-on of another algebra in one folder, as a developer outside of the plugin writes one: an
 * example to copy. It scales the outputs of layers, as (IA)³ (Liu et al. 2022, arXiv:2205.05638)
 * does. {@link toyscaling.ScalingAddOn} is the kind, found by its annotation; {@link
 * toyscaling.Scalings} are its files and their changes of weights; {@link toyscaling.ScaledImage}
 * is a command that has its key. No part of the plugin: the tests compile this folder.
 */
package toyscaling;
