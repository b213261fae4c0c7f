/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers;

/**
 * How noisy a sample is: {@code x = alpha · x0 + sigma · noise}. The network was trained on {@code
 * inputScale · x}.
 *
 * <p>Three conventions are in use. Variance preserving (VP): {@code alpha² + sigma² = 1}, and the
 * network sees the sample as it is. Variance exploding (VE): {@code alpha = 1}, {@code sigma =
 * √((1−ᾱ)/ᾱ)}, and the network sees the sample divided by {@code √(sigma² + 1)}. Flow matching:
 * {@code alpha + sigma = 1}, and the network sees the sample as it is.
 *
 * @param alpha the weight of the data, ≥ 0
 * @param sigma the weight of the noise, ≥ 0
 * @param inputScale the factor from the sample to the network's input
 */
public record NoiseLevel(double alpha, double sigma, double inputScale) {

  /**
   * The variance-preserving level of a cumulative product of alphas.
   *
   * @param alphaCumprod ᾱ, 0…1
   * @return {@code alpha = √ᾱ}, {@code sigma = √(1−ᾱ)}
   */
  public static NoiseLevel ofAlphaCumprod(double alphaCumprod) {
    return new NoiseLevel(Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod), 1);
  }

  /**
   * The variance-preserving level of a VE sigma.
   *
   * @param sigma √((1−ᾱ)/ᾱ), ≥ 0
   * @return {@code alpha = 1/√(sigma²+1)}, {@code sigma · alpha}
   */
  public static NoiseLevel variancePreserving(double sigma) {
    double alpha = 1 / Math.sqrt(sigma * sigma + 1);
    return new NoiseLevel(alpha, sigma * alpha, 1);
  }

  /**
   * The variance-exploding level of a VE sigma.
   *
   * @param sigma √((1−ᾱ)/ᾱ), ≥ 0
   * @return {@code alpha = 1}, {@code sigma}
   */
  public static NoiseLevel varianceExploding(double sigma) {
    return new NoiseLevel(1, sigma, 1 / Math.sqrt(sigma * sigma + 1));
  }

  /**
   * The sigma of this level in the VE convention, whichever convention it is kept in.
   *
   * @return √((1−ᾱ)/ᾱ); infinite where nothing of the data is left
   */
  public double sigmaExploding() {
    return sigma / alpha;
  }

  /**
   * ᾱ of this level, whichever convention it is kept in: the part of the variance that is data.
   *
   * @return {@code alpha² / (alpha² + sigma²)}, 0…1
   */
  public double alphaCumprod() {
    return alpha * alpha / (alpha * alpha + sigma * sigma);
  }

  /**
   * The signal-to-noise ratio.
   *
   * @return {@code alpha² / sigma² = ᾱ/(1−ᾱ)}; infinite where there is no noise
   */
  public double snr() {
    return alpha * alpha / (sigma * sigma);
  }

  /**
   * Half the logarithm of the signal-to-noise ratio, λ of the DPM-Solver papers.
   *
   * @return {@code ln(alpha / sigma)}; infinite where there is no noise
   */
  public double lambda() {
    return StrictMath.log(alpha) - StrictMath.log(sigma);
  }

  /**
   * The sample's weight in the exact step to another level of a point whose x0 and noise are known:
   * {@code x' = sampleWeight · x + dataWeight · x0}.
   *
   * @param next the level to go to
   * @return {@code sigma' / sigma}
   */
  public double sampleWeight(NoiseLevel next) {
    return next.sigma / sigma;
  }

  /**
   * The weight of x0 in the exact step to another level, see {@link #sampleWeight(NoiseLevel)}.
   * DDIM (Song et al. 2021, equation 12, η = 0), Euler and the first order of DPM-Solver++ are this
   * step.
   *
   * @param next the level to go to
   * @return {@code alpha' − alpha · sigma' / sigma}
   */
  public double dataWeight(NoiseLevel next) {
    return next.alpha - alpha * sampleWeight(next);
  }

  /**
   * The sample's weight in the exact step to another level of a point whose noise is known: {@code
   * x' = scale · x + noiseWeight · noise}.
   *
   * @param next the level to go to
   * @return {@code alpha' / alpha}
   */
  public double scale(NoiseLevel next) {
    return next.alpha / alpha;
  }

  /**
   * The weight of the noise in the exact step to another level, see {@link #scale(NoiseLevel)}.
   *
   * @param next the level to go to
   * @return {@code sigma' − sigma · alpha' / alpha}
   */
  public double noiseWeight(NoiseLevel next) {
    return next.sigma - sigma * scale(next);
  }

  /**
   * The sigma half-way to another level in its logarithm: the geometric mean, in float32 as
   * diffusers keeps it.
   *
   * @param next another level of the same convention
   * @return the sigma between; 0 if the other has no noise
   */
  public double middleSigma(NoiseLevel next) {
    return (float) Math.sqrt(sigma * next.sigma);
  }
}
