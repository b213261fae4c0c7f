/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The texts in a command's dialog, the same in both hosts: how it begins ({@code DialogStart}),
 * what the user changes, what follows ({@code DialogTexts}), and what it says of the entries
 * ({@code InputCheck}). {@code LineBreaks} and {@code DownloadQuestion} are for boxes.
 */
package sc.fiji.latentdiffusion.hosts.dialogs;
