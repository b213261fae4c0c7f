package sc.fiji.latentdiffusion.schedulers.noise;

import java.util.EnumSet;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Counting;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule.Bounds;
import sc.fiji.latentdiffusion.schedulers.OutputWeights;
import sc.fiji.latentdiffusion.schedulers.Prediction;
import sc.fiji.latentdiffusion.schedulers.sigmas.Karras;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The noise schedule of models trained by flow matching (Lipman et al. 2023, arXiv:2210.02747;
 * Esser et al. 2024, arXiv:2403.03206): {@code x = (1 − sigma) · data + sigma · noise}, the network
 * predicts the velocity noise − data and is told the time {@code sigma · num_train_timesteps}.
 * diffusers' {@code FlowMatchEulerDiscreteScheduler} and {@code FlowMatchHeunDiscreteScheduler}.
 * Immutable.
 *
 * <p>The steps of a run lie evenly in time and are shifted to more noise, {@code f(σ) = shift · σ /
 * (1 + (shift − 1) σ)}, from 1 to f(f(1/num_train_timesteps)): the end is shifted twice, as in
 * diffusers.
 */
public final class FlowSchedule implements NoiseSchedule {

  /** The settings that would change where the steps lie, or how they are taken. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "use_dynamic_shifting",
          "use_exponential_sigmas",
          "use_beta_sigmas",
          "invert_sigmas",
          "stochastic_sampling");

  private final Config config;
  private final double shift;
  private final Prediction prediction;

  private FlowSchedule(Config config) {
    this.config = config;
    for (String key : UNSUPPORTED)
      if (config.flag(key, false)) throw config.wrong(key, "false for flow matching", true);
    trainSteps(); // refuses a wrong number
    shift = config.number("shift", 1);
    if (!(shift > 0 && shift < Double.POSITIVE_INFINITY))
      throw config.wrong("shift", "a finite number above 0", shift);
    prediction =
        Prediction.of(
            config.text("prediction_type", Prediction.FLOW.toString()),
            EnumSet.of(Prediction.FLOW));
  }

  /**
   * The schedule of a config.
   *
   * @param config the whole {@code scheduler_config.json}
   * @return the schedule
   * @throws IllegalArgumentException if a value has the wrong kind, is out of range or is not
   *     supported; the message names the key and the value
   */
  public static FlowSchedule of(Config config) {
    return new FlowSchedule(config);
  }

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Prediction prediction() {
    return prediction;
  }

  /** The shifted weights of the noise, up to 1. */
  @Override
  public double[] sigmas() {
    double[] sigmas = new double[trainSteps()];
    for (int i = 0; i < trainSteps(); i++) sigmas[i] = (float) shifted((i + 1.0) / trainSteps());
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

  /** All solvers have the same; they are float32, as diffusers keeps them. */
  @Override
  public double[] timesteps(Counting counting, int steps) {
    double[] sigmas = spaced(steps);
    if (config.flag("use_karras_sigmas", false))
      sigmas = Karras.between(new Bounds(sigmas[0], sigmas[steps - 1]), steps);
    for (int i = 0; i < steps; i++) sigmas[i] = (float) timestep((float) sigmas[i]);
    return sigmas;
  }

  /** The first and the last sigma of the spacing. */
  @Override
  public Bounds bounds(Counting counting, int steps) {
    double[] sigmas = spaced(steps);
    return new Bounds(sigmas[0], sigmas[steps - 1]);
  }

  /** The shifted sigmas of evenly spaced times, descending. */
  private double[] spaced(int steps) {
    double least = (float) shifted(1.0 / trainSteps());
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++)
      sigmas[i] = shifted(1 + (least - 1) * i / Math.max(steps - 1, 1));
    return stretched(sigmas);
  }

  private double shifted(double sigma) {
    return shift * sigma / (1 + (shift - 1) * sigma);
  }

  /** Makes {@code shift_terminal} the last sigma, if the config has one. */
  private double[] stretched(double[] sigmas) {
    double terminal = config.number("shift_terminal", 0);
    double last = sigmas[sigmas.length - 1];
    if (terminal == 0 || last == 1) return sigmas;
    double scale = (1 - last) / (1 - terminal);
    for (int i = 0; i < sigmas.length; i++) sigmas[i] = 1 - (1 - sigmas[i]) / scale;
    return sigmas;
  }
}
