/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.stablediffusion;

import sc.fiji.latentdiffusion.models.Conditioner;

/** A conditioner by CLIP text encoders for a {@code UNet2DConditionModel}. */
interface UNetConditioner extends Conditioner {

  /** Returns the width of a token's state. */
  int width();

  /**
   * Returns the width of what is added to the time embedding; 0 for nothing.
   *
   * @param timeChannels of one size or position
   */
  int addedWidth(int timeChannels);
}
