/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

/**
 * One entry of a list of add-ons, as a user writes it.
 *
 * @param name of a file or folder in the kind's folder, or a path
 * @param weight any finite number: 0 for none of it, 1 as it was trained
 * @param start the part of the steps, 0…1, from which it acts
 * @param end the part of the steps, start…1, up to which it acts
 * @param image the title of an open image or the path of an image file; empty for the active image
 */
public record Entry(String name, double weight, double start, double end, String image) {

  /** An entry that acts in all steps, with weight 1 and the active image. */
  public Entry(String name) {
    this(name, 1);
  }

  /** An entry that acts in all steps, on the active image. */
  public Entry(String name, double weight) {
    this(name, weight, 0, 1, "");
  }
}
