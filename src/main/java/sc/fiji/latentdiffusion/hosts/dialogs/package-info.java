/**
 * The texts in a command's dialog, the same in both hosts: how it begins ({@code DialogStart}),
 * what the user changes, and what follows ({@code DialogTexts}).
 */
package sc.fiji.latentdiffusion.hosts.dialogs;
