/**
 * Windows of a run: {@code PreviewWindow} while it goes on, {@code ResultWindows} for its images
 * and table, each with a title of its own, magnified, and beside one another.
 */
package sc.fiji.latentdiffusion.hosts.windows;
