/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.prompts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.views.View;

/**
 * The prompts of a picture's regions, and the share that each has in every pixel of the latents.
 *
 * <p>With {@code m_r} the part of a pixel that region r covers and {@code m_0 = max(0, 1 − Σ m_r)}
 * the part that is left to the prompt of the whole, the share is {@code w = m/Σm}: regions that
 * overlap share. Predictions of several prompts are averaged by these shares before the scheduler's
 * step, as MultiDiffusion does with masks (Bar-Tal et al. 2023, arXiv:2302.08113, equation 5).
 * Regions of one prompt are one, and a prompt without any share is left out.
 */
public final class RegionPrompts {

  private final int width;
  private final List<String> texts;
  private final List<float[]> shares; // empty for a prompt alone

  private RegionPrompts(int width, List<String> texts, List<float[]> shares) {
    this.width = width;
    this.texts = List.copyOf(texts);
    this.shares = List.copyOf(shares);
  }

  /**
   * A region.
   *
   * @param text its prompt
   * @param covered the part of each pixel of the latents that it covers, 0…1, rows first
   */
  public record Region(String text, float[] covered) {}

  /** Returns a prompt for all of a picture. */
  public static RegionPrompts of(String prompt) {
    return new RegionPrompts(0, List.of(prompt), List.of());
  }

  /**
   * Returns the prompts of regions.
   *
   * @param prompt of all that is in no region
   * @param regions of latents of the same size
   * @param width of the latents
   */
  public static RegionPrompts of(String prompt, List<Region> regions, int width) {
    if (regions.isEmpty()) return of(prompt);
    int size = regions.get(0).covered().length;
    double[] sum = new double[size];
    for (Region region : regions) {
      for (int i = 0; i < size; i++) sum[i] += region.covered()[i];
    }
    Map<String, double[]> parts = new LinkedHashMap<>();
    double[] rest = parts.computeIfAbsent(prompt, text -> new double[size]);
    for (int i = 0; i < size; i++) rest[i] = Math.max(0, 1 - sum[i]);
    for (Region region : regions) {
      double[] part = parts.computeIfAbsent(region.text(), text -> new double[size]);
      for (int i = 0; i < size; i++) part[i] += region.covered()[i];
    }
    List<String> texts = new ArrayList<>(parts.keySet());
    return withShare(width, texts, texts.stream().map(t -> shares(parts.get(t), sum)).toList());
  }

  private static float[] shares(double[] part, double[] sum) {
    float[] shares = new float[part.length];
    for (int i = 0; i < shares.length; i++) shares[i] = (float) (part[i] / Math.max(1, sum[i]));
    return shares;
  }

  private static RegionPrompts withShare(int width, List<String> texts, List<float[]> shares) {
    List<String> left = new ArrayList<>();
    List<float[]> theirs = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!hasShare(shares.get(i))) continue;
      left.add(texts.get(i));
      theirs.add(shares.get(i));
    }
    return left.size() == 1 ? of(left.get(0)) : new RegionPrompts(width, left, theirs);
  }

  private static boolean hasShare(float[] shares) {
    for (float share : shares) if (share > 0) return true;
    return false;
  }

  /** Returns the prompts that have a share, that of the whole first. */
  public List<String> texts() {
    return texts;
  }

  /** Returns whether one prompt is that of the whole picture. */
  public boolean isOne() {
    return shares.isEmpty();
  }

  /**
   * Returns the shares of a prompt.
   *
   * @param index of the prompt, of several
   * @return one of each pixel of the latents, 0…1, rows first
   */
  public float[] shares(int index) {
    return shares.get(index);
  }

  /** Returns the prompts of a part of the latents; those without a share in it are left out. */
  public RegionPrompts of(View view) {
    if (isOne()) return this;
    return withShare(view.width(), texts, shares.stream().map(all -> cut(all, view)).toList());
  }

  private float[] cut(float[] all, View view) {
    float[] part = new float[view.height() * view.width()];
    for (int y = 0; y < view.height(); y++) {
      int from = (view.top() + y) * width + view.left();
      System.arraycopy(all, from, part, y * view.width(), view.width());
    }
    return part;
  }
}
