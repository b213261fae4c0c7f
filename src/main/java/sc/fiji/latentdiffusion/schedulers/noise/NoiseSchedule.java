package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.SchedulerConfig;
import sc.fiji.latentdiffusion.schedulers.sigmas.Spacing;

/**
 * What a model's {@code scheduler_config.json} says: how much of the data is left at every train
 * timestep, where steps lie, what the network predicts. Immutable.
 */
public final class NoiseSchedule {

  private final SchedulerConfig config;
  private final double[] alphasCumprod;
  private final double[] sigmas;
  private final Prediction prediction;
  private final Optional<Spacing> spacing;

  private NoiseSchedule(SchedulerConfig config) {
    this.config = config;
    float[] cumprod = Betas.alphasCumprod(Betas.of(config));
    this.alphasCumprod = doubles(cumprod);
    this.sigmas = sigmas(cumprod, config.flag("rescale_betas_zero_snr", false));
    this.prediction = Prediction.of(config.text("prediction_type", "epsilon"));
    this.spacing = Optional.ofNullable(config.text("timestep_spacing", null)).map(Spacing::of);
  }

  /**
   * The schedule of a config. Betas that it does not say are DDPM's, 0.0001…0.02 linear, for every
   * scheduler, since they are the model's; in diffusers they depend on the scheduler's class.
   *
   * @param schedulerConfig the values of {@code scheduler_config.json}: numbers, booleans, texts,
   *     lists; a null value counts as absent
   * @return the schedule
   * @throws IllegalArgumentException if a value has the wrong kind or is unknown; the message names
   *     the key and the value
   */
  public static NoiseSchedule of(Map<String, Object> schedulerConfig) {
    SchedulerConfig config = new SchedulerConfig(schedulerConfig);
    String name = config.text("_class_name", "");
    if (name.matches("(EDM|FlowMatch).*")) {
      throw SchedulerConfig.wrong(
          "_class_name", name, "a scheduler of a model with betas; others are not supported");
    }
    return new NoiseSchedule(config);
  }

  /**
   * The settings by which each scheduler takes its steps.
   *
   * @return the whole config
   */
  public SchedulerConfig config() {
    return config;
  }

  /**
   * The number of train timesteps.
   *
   * @return {@code num_train_timesteps}, 1000 if the config does not say
   */
  public int trainSteps() {
    return alphasCumprod.length;
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
  public NoiseLevel level(int timestep) {
    return NoiseLevel.ofAlphaCumprod(alphaCumprod(timestep));
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
   * 2^−24, so that it is finite, as in diffusers.
   *
   * @return a copy, ascending
   */
  public double[] sigmas() {
    return sigmas.clone();
  }

  /**
   * The VE sigma at a time between train timesteps, interpolated linearly.
   *
   * @param timestep any time; beyond either end that end's sigma is taken
   * @return the sigma
   */
  public double sigma(double timestep) {
    double t = Math.max(0, Math.min(timestep, sigmas.length - 1));
    int low = Math.min((int) t, sigmas.length - 2);
    if (low < 0) return sigmas[0];
    return t == low + 1
        ? sigmas[low + 1]
        : sigmas[low] + (sigmas[low + 1] - sigmas[low]) * (t - low);
  }

  /**
   * The time of a VE sigma, interpolated linearly in the logarithm of sigma.
   *
   * @param sigma a sigma; beyond either end of the schedule that end's timestep is returned
   * @return a time, 0…trainSteps−1
   */
  public double timestep(double sigma) {
    if (sigmas.length < 2) return 0;
    double log = StrictMath.log(Math.max(sigma, 1e-10));
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

  /**
   * What the network predicts.
   *
   * @return {@code prediction_type}, epsilon if the config does not say
   */
  public Prediction prediction() {
    return prediction;
  }

  /**
   * Where the config wants the steps to lie.
   *
   * @return {@code timestep_spacing}; empty if the config leaves it to the scheduler
   */
  public Optional<Spacing> spacing() {
    return spacing;
  }

  /**
   * What the leading spacing adds to its timesteps.
   *
   * @return {@code steps_offset}, 0 if the config does not say
   */
  public int stepsOffset() {
    return (int) config.number("steps_offset", 0);
  }

  /**
   * The VE sigma at which the last step ends.
   *
   * @return 0, or the sigma of train timestep 0 if {@code final_sigmas_type} is {@code sigma_min}
   * @throws IllegalArgumentException if it is something else
   */
  public double finalSigma() {
    return config.choice("final_sigmas_type", "zero", List.of("zero", "sigma_min")).equals("zero")
        ? 0
        : sigmas[0];
  }

  private double logSigma(int timestep) {
    return (float) StrictMath.log(sigmas[timestep]);
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
}
