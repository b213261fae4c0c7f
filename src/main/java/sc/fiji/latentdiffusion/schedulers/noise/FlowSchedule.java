/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.EnumSet;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.sigmas.BetaSigmas;
import sc.fiji.latentdiffusion.schedulers.sigmas.Exponential;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The noise schedule of models trained by flow matching (Lipman et al. 2023, arXiv:2210.02747;
 * Esser et al. 2024, arXiv:2403.03206): {@code x = (1 − sigma) · data + sigma · noise}, the network
 * predicts the velocity noise − data and is told the time {@code sigma · num_train_timesteps}.
 * diffusers' {@code FlowMatchEulerDiscreteScheduler} and {@code FlowMatchHeunDiscreteScheduler}.
 * Immutable.
 *
 * <p>The steps of a run lie evenly in time, from 1 to 1/num_train_timesteps, and are shifted to
 * more noise by a {@link FlowShift}: in some models by the same amount always, in others by more
 * the larger the latents are, see {@link #forLatents}. A fixed shift moves the end twice, as in
 * diffusers, unless steps are {@linkplain #withEqualSteps equal}.
 */
public final class FlowSchedule implements NoiseSchedule {

  /** The rules that place the steps between the first and the last sigma, of which one may act. */
  private static final List<String> RULES =
      List.of("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas");

  private final Config config;
  private final FlowShift shift;
  private final boolean hasEqualSteps;
  private final double terminal;
  private final Prediction prediction;

  private FlowSchedule(Config config, FlowShift shift, boolean equalSteps) {
    this.config = config;
    this.shift = shift;
    hasEqualSteps = equalSteps;
    trainSteps(); // refuses a wrong number
    if (config.flag("invert_sigmas", false))
      throw config.wrong("invert_sigmas", "false for flow matching", true);
    requireOneRule();
    terminal = config.number("shift_terminal", 0);
    if (!(terminal >= 0 && terminal < 1))
      throw config.wrong("shift_terminal", "a number from 0 to 1, without 1", terminal);
    prediction =
        Prediction.of(
            config.text("prediction_type", Prediction.FLOW.toString()),
            EnumSet.of(Prediction.FLOW));
  }

  private void requireOneRule() {
    List<String> asked = RULES.stream().filter(key -> config.flag(key, false)).toList();
    if (asked.size() > 1) throw config.wrong(asked.get(1), "false beside " + asked.get(0), true);
  }

  /**
   * The schedule of a config, for a network to which each pixel of the latents is a token.
   *
   * @param config the whole {@code scheduler_config.json}
   * @return the schedule
   * @throws IllegalArgumentException if a value has the wrong kind, is out of range or is not
   *     supported; the message names the key and the value
   */
  public static FlowSchedule of(Config config) {
    return ofPatches(config, 1);
  }

  /**
   * The schedule of a config, for a network to which a patch of the latents is a token.
   *
   * @param config as {@link #of} takes it
   * @param patch the side of a patch in pixels of the latents, at least 1
   */
  public static FlowSchedule ofPatches(Config config, int patch) {
    return new FlowSchedule(config, FlowShift.of(config, patch), false);
  }

  /**
   * Returns a copy whose n steps are equally long before they are shifted: they begin at 1, 1 −
   * 1/n, …, 1/n, as the pipelines of FLUX.1 and Z-Image have it.
   */
  public FlowSchedule withEqualSteps() {
    return new FlowSchedule(config, shift, true);
  }

  @Override
  public FlowSchedule forLatents(int width, int height) {
    return new FlowSchedule(config, shift.forLatents(width, height), hasEqualSteps);
  }

  @Override
  public boolean isForAnySize() {
    return shift.isKnown();
  }

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Prediction prediction() {
    return prediction;
  }

  /** The shifted weights of the noise, up to 1; not shifted if the shift is not known yet. */
  @Override
  public double[] sigmas() {
    double[] sigmas = new double[trainSteps()];
    for (int i = 0; i < trainSteps(); i++) {
      double time = (i + 1.0) / trainSteps();
      sigmas[i] = (float) (shift.isKnown() ? shift.of(time) : time);
    }
    return sigmas;
  }

  /** The weight of the noise. */
  @Override
  public double sigma(NoiseLevel level) {
    return level.sigma();
  }

  /** A linear one from data, 0, to noise, 1. */
  @Override
  public Axis axis() {
    return new Axis("sigma, weight of the noise; that of the data is 1 − sigma", false);
  }

  @Override
  public double sigma(double timestep) {
    return Math.max(0, Math.min(timestep / trainSteps(), 1));
  }

  @Override
  public double timestep(double sigma) {
    return Math.max(0, Math.min(sigma, 1)) * trainSteps();
  }

  /** The weight of the data is 1 − sigma. */
  @Override
  public NoiseLevel variancePreserving(double sigma) {
    return new NoiseLevel(1 - sigma, sigma, 1);
  }

  /** The same level: the two conventions are one. */
  @Override
  public NoiseLevel varianceExploding(double sigma) {
    return variancePreserving(sigma);
  }

  /** 1: a run from noise alone starts with the noise as it is drawn. */
  @Override
  public double initNoiseSigma(double sigma) {
    return 1;
  }

  /** The velocity. */
  @Override
  public OutputWeights slope(NoiseLevel level) {
    return new OutputWeights(0, 1);
  }

  /** Whether Euler's steps go to x̂0 and add fresh noise; {@code stochastic_sampling}. */
  public boolean isStochastic() {
    return config.flag("stochastic_sampling", false);
  }

  /**
   * All solvers have the same; they are float32, as diffusers keeps them.
   *
   * @throws IllegalStateException if the shift depends on the size, see {@link #forLatents}
   */
  @Override
  public double[] timesteps(Counting counting, int steps) {
    double[] sigmas = ruled(spaced(steps));
    for (int i = 0; i < steps; i++) sigmas[i] = (float) timestep((float) sigmas[i]);
    return sigmas;
  }

  private double[] ruled(double[] spaced) {
    int steps = spaced.length;
    Bounds bounds = new Bounds(spaced[0], spaced[steps - 1]);
    if (config.flag("use_karras_sigmas", false)) return Karras.between(bounds, steps);
    if (config.flag("use_exponential_sigmas", false)) return Exponential.between(bounds, steps);
    return config.flag("use_beta_sigmas", false) ? BetaSigmas.between(bounds, steps) : spaced;
  }

  /** The first and the last sigma of the spacing. */
  @Override
  public Bounds bounds(Counting counting, int steps) {
    double[] sigmas = spaced(steps);
    return new Bounds(sigmas[0], sigmas[steps - 1]);
  }

  /** The shifted sigmas of evenly spaced times, descending. */
  private double[] spaced(int steps) {
    double least = hasEqualSteps ? 1.0 / steps : shift.end(1.0 / trainSteps());
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++)
      sigmas[i] = shift.of(1 + (least - 1) * i / Math.max(steps - 1, 1));
    return stretched(sigmas);
  }

  /** Makes {@code shift_terminal} the last sigma, if the config has one. */
  private double[] stretched(double[] sigmas) {
    double last = sigmas[sigmas.length - 1];
    if (terminal == 0 || last == 1) return sigmas;
    double scale = (1 - last) / (1 - terminal);
    for (int i = 0; i < sigmas.length; i++) sigmas[i] = 1 - (1 - sigmas[i]) / scale;
    return sigmas;
  }
}
