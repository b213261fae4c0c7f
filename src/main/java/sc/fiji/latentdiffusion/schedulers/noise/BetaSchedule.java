/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.Refusal;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The noise schedule of models trained with betas, the variances of the noise that each train
 * timestep adds. Its sigma is the VE sigma √((1−ᾱ)/ᾱ). Immutable.
 */
public final class BetaSchedule implements NoiseSchedule {

  private static final Set<Prediction> PREDICTIONS =
      EnumSet.complementOf(EnumSet.of(Prediction.FLOW));

  /** Above the largest sigma of models whose schedules keep some of the data. */
  private static final double LEAP = 16;

  private static final NoiseLevel NOISE = new NoiseLevel(0, 1, 1);

  /** The least sigma that has a logarithm, as in diffusers. */
  private static final double LEAST = 1e-10;

  /** Less than the sigmas of two timesteps differ, more than roundings do. */
  private static final double SAME = 1 - 1e-6;

  private final Config config;
  private final boolean ofPixels;
  private final List<Double> alignedSigmas;
  private final boolean zeroSnr;
  private final double[] alphasCumprod;
  private final double[] sigmas;
  private final Prediction prediction;
  private final Optional<Spacing> spacing;

  private BetaSchedule(Config config, boolean ofPixels, List<Double> alignedSigmas) {
    this.config = config;
    this.ofPixels = ofPixels;
    this.alignedSigmas = alignedSigmas;
    if (config.flag("use_flow_sigmas", false)) {
      String expected = "false (flow matching has FlowMatchEulerDiscreteScheduler as _class_name)";
      throw config.wrong("use_flow_sigmas", expected, true);
    }
    float[] cumprod = Betas.alphasCumprod(Betas.of(config, trainSteps()));
    requireData(config, cumprod);
    this.alphasCumprod = doubles(cumprod);
    zeroSnr = config.flag("rescale_betas_zero_snr", false);
    this.sigmas = sigmas(cumprod, zeroSnr);
    this.prediction = Prediction.of(config.text("prediction_type", "epsilon"), PREDICTIONS);
    this.spacing = Spacing.of(config);
  }

  /**
   * The schedule of a config. Betas that it does not say are DDPM's, 0.0001…0.02 linear, for every
   * scheduler, since they are the model's; in diffusers they depend on the scheduler's class.
   *
   * @param config the whole {@code scheduler_config.json}
   * @return the schedule
   * @throws IllegalArgumentException if a value has the wrong kind or is unknown; the message names
   *     the key and the value
   */
  public static BetaSchedule of(Config config) {
    return new BetaSchedule(config, false, List.of());
  }

  /** As {@link #of}, for a model of pixels. */
  public static BetaSchedule ofPixels(Config config) {
    return new BetaSchedule(config, true, List.of());
  }

  /**
   * A noise schedule as this one, for solvers that need betas.
   *
   * @param noise the model's noise schedule
   * @return the same
   * @throws Refusal if it is of another kind
   */
  public static BetaSchedule require(NoiseSchedule noise) {
    if (noise instanceof BetaSchedule betas) return betas;
    throw new Refusal("is for β schedules, not flow matching or EDM; choose another scheduler.");
  }

  @Override
  public BetaSchedule withSpacing(String other) {
    return new BetaSchedule(config.with("timestep_spacing", other), ofPixels, alignedSigmas);
  }

  /** Returns this schedule with the sigmas that were found to be best for the model. */
  BetaSchedule withAlignedSigmas(List<Double> sigmas) {
    return new BetaSchedule(config, ofPixels, List.copyOf(sigmas));
  }

  @Override
  public List<Double> alignedSigmas() {
    return alignedSigmas;
  }

  @Override
  public Config config() {
    return config;
  }

  /**
   * ᾱ at every train timestep: the part of a sample's variance that is data. With {@code
   * rescale_betas_zero_snr} the last is exactly 0.
   *
   * @return a copy, descending, in 0…1
   */
  public double[] alphasCumprod() {
    return alphasCumprod.clone();
  }

  /**
   * ᾱ at a train timestep; times beyond either end count as that end.
   *
   * @param timestep a whole train timestep
   * @return ᾱ, 0…1
   */
  public double alphaCumprod(int timestep) {
    return alphasCumprod[Math.max(0, Math.min(timestep, alphasCumprod.length - 1))];
  }

  /**
   * The variance-preserving level of a train timestep.
   *
   * @param timestep a whole train timestep; times beyond either end count as that end
   * @return its level
   */
  @Override
  public NoiseLevel level(int timestep) {
    return NoiseLevel.ofAlphaCumprod(alphaCumprod(timestep));
  }

  @Override
  public double time(int timestep) {
    return timestep;
  }

  /**
   * The whole timesteps of so many steps as DDPM and DDIM take them, leading if the config leaves
   * the spacing open.
   *
   * @param steps the number of steps, 1…{@link #trainSteps()}
   * @return timesteps, noisiest first
   */
  public double[] wholeTimesteps(int steps) {
    Spacing found = spacing.orElse(Spacing.LEADING);
    return Spacing.rounded(found.points(trainSteps(), steps, stepsOffset()));
  }

  /**
   * √((1−ᾱ)/ᾱ) at every train timestep. With {@code rescale_betas_zero_snr} the last ᾱ counts as
   * 2^−24 and its sigma is finite, as in diffusers.
   */
  @Override
  public double[] sigmas() {
    return sigmas.clone();
  }

  /** Interpolated linearly. */
  @Override
  public double sigma(double timestep) {
    double t = Math.max(0, Math.min(timestep, sigmas.length - 1));
    int low = Math.min((int) t, sigmas.length - 2);
    if (low < 0) return sigmas[0];
    return t == low + 1
        ? sigmas[low + 1]
        : sigmas[low] + (sigmas[low + 1] - sigmas[low]) * (t - low);
  }

  /** Interpolated linearly in the logarithm of sigma; 0…trainSteps−1. */
  @Override
  public double timestep(double sigma) {
    if (sigmas.length < 2) return 0;
    double log = StrictMath.log(Math.max(sigma, LEAST));
    int low = 0;
    for (int high = sigmas.length - 1; high - low > 1; ) {
      int middle = (low + high) / 2;
      if (logSigma(middle) <= log) low = middle;
      else high = middle;
    }
    double w = (logSigma(low) - log) / (logSigma(low) - logSigma(low + 1));
    w = Math.max(0, Math.min(w, 1));
    return (1 - w) * low + w * (low + 1);
  }

  @Override
  public boolean isOfPixels() {
    return ofPixels;
  }

  @Override
  public boolean hasWholeTimesteps() {
    return true;
  }

  @Override
  public Prediction prediction() {
    return prediction;
  }

  /** Sigma, or √(sigma² + 1) where the spacing is leading, as in diffusers. */
  @Override
  public double initNoiseSigma(double sigma) {
    return spacingOrLinspace() == Spacing.LEADING ? Math.sqrt(sigma * sigma + 1) : sigma;
  }

  /** A leap goes from a sigma of 16 or more to a 16th of it or less, at zero terminal SNR alone. */
  @Override
  public boolean isLeap(NoiseLevel from, NoiseLevel to) {
    double sigma = from.sigmaExploding();
    return zeroSnr && sigma >= LEAP && sigma >= LEAP * to.sigmaExploding();
  }

  /** Whether a level is that of the last train timestep with {@code rescale_betas_zero_snr}. */
  private boolean isNoiseAlone(NoiseLevel level) {
    return zeroSnr && level.sigmaExploding() >= sigmas[sigmas.length - 1] * SAME;
  }

  /** Noise alone has none, for any scheduler: its level has an alpha of 0. */
  @Override
  public OutputWeights predOriginalSample(NoiseLevel level) {
    boolean none = isNoiseAlone(level) && prediction == Prediction.EPSILON;
    return prediction.predOriginalSample(none ? NOISE : level);
  }

  /** Linspace if the config leaves the spacing open. */
  @Override
  public double[] timesteps(Counting counting, int steps) {
    int offset = stepsOffset();
    return switch (counting) {
      case POINTS -> floats(spacingOrLinspace().points(trainSteps(), steps, offset));
      case INTERVALS -> spacingOrLinspace().intervals(trainSteps(), reached(), steps, offset);
      case EVEN_INTERVALS -> Spacing.LINSPACE.intervals(trainSteps(), reached(), steps, offset);
    };
  }

  /**
   * For points the sigmas of the first and the last, for intervals those of all train timesteps;
   * {@code sigma_max} and {@code sigma_min} of the config replace them.
   */
  @Override
  public Bounds bounds(Counting counting, int steps) {
    double first = sigmas[sigmas.length - 1];
    double last = sigmas[0];
    if (counting == Counting.POINTS) {
      double[] timesteps = timesteps(counting, steps);
      first = sigma(timesteps[0]);
      last = sigma(timesteps[steps - 1]);
    }
    return new Bounds(config.number("sigma_max", first), config.number("sigma_min", last));
  }

  /**
   * The spacing of the steps.
   *
   * @return {@code timestep_spacing}; empty if the config leaves it to the scheduler
   */
  public Optional<Spacing> spacing() {
    return spacing;
  }

  private Spacing spacingOrLinspace() {
    return spacing.orElse(Spacing.LINSPACE);
  }

  /**
   * The offset that the leading spacing adds to its timesteps.
   *
   * @return {@code steps_offset}, 0 if the config does not say
   */
  public int stepsOffset() {
    return config.integer("steps_offset", 0, -trainSteps(), trainSteps());
  }

  /** How many train timesteps {@code lambda_min_clipped} leaves, which leaves out the noisiest. */
  private int reached() {
    double clip = config.number("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    return (int) Arrays.stream(sigmas).filter(sigma -> -StrictMath.log(sigma) >= clip).count();
  }

  /** Betas that are all 0 can't be rescaled; others leave nothing of the data from the first on. */
  private static void requireData(Config config, float[] alphasCumprod) {
    for (float value : alphasCumprod) {
      if (value >= 0 && value <= 1 && alphasCumprod[0] > 0) continue;
      throw config.wrong("betas", "ᾱ from 0 to 1, the first above 0", value);
    }
  }

  private double logSigma(int timestep) {
    return (float) StrictMath.log(Math.max(sigmas[timestep], LEAST));
  }

  private static double[] sigmas(float[] alphasCumprod, boolean zeroSnr) {
    float[] cumprod = alphasCumprod.clone();
    if (zeroSnr) cumprod[cumprod.length - 1] = 0x1p-24f;
    double[] sigmas = new double[cumprod.length];
    for (int i = 0; i < sigmas.length; i++)
      sigmas[i] = (float) Math.sqrt((1 - cumprod[i]) / cumprod[i]);
    return sigmas;
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) result[i] = values[i];
    return result;
  }

  private static double[] floats(double[] values) {
    return Arrays.stream(values).map(v -> (float) v).toArray();
  }
}
