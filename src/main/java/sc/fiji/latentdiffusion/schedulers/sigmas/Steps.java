package sc.fiji.latentdiffusion.schedulers.sigmas;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import sc.fiji.latentdiffusion.schedulers.NoiseLevel;
import sc.fiji.latentdiffusion.schedulers.noise.NoiseSchedule;

/**
 * Where the steps of a run lie: the timestep that the network is told at the start of each, and the
 * VE sigmas between which they go, one more than there are steps. In float32, as diffusers keeps
 * them.
 *
 * @param timesteps one a step, noisiest first
 * @param sigmas one a step, and the one at which the last step ends
 */
public record Steps(double[] timesteps, double[] sigmas) {

  /**
   * One step.
   *
   * @param step its number among those that run, from 0
   * @param timestep what the network is told at its start
   * @param level where it starts
   * @param next where it ends
   */
  public record Rung(int step, double timestep, NoiseLevel level, NoiseLevel next) {}

  /**
   * The ladder of k-diffusion's methods, which count the steps themselves ({@link Spacing#points}).
   *
   * @param schedule the model's noise schedule; linspace if its config leaves the spacing open
   * @param steps the number of steps
   * @param karras whether the sigmas between the first and the last are Karras's
   * @param last the sigma at which the last step ends
   */
  public static Steps ofPoints(NoiseSchedule schedule, int steps, boolean karras, double last) {
    Spacing spacing = schedule.spacing().orElse(Spacing.LINSPACE);
    double[] timesteps =
        floats(spacing.points(schedule.trainSteps(), steps, schedule.stepsOffset()));
    double[] sigmas = Arrays.stream(timesteps).map(schedule::sigma).toArray();
    if (karras) {
      sigmas = Karras.sigmas(schedule, sigmas[0], sigmas[sigmas.length - 1], steps);
      timesteps = floats(Karras.timesteps(schedule, sigmas));
    }
    return of(timesteps, sigmas, last);
  }

  /**
   * The ladder of DPM-Solver's family, which counts the intervals between steps ({@link
   * Spacing#intervals}). Karras's timesteps are not whole yet.
   *
   * @param schedule the model's noise schedule
   * @param spacing where the steps lie if the sigmas are not Karras's
   * @param steps the number of steps
   * @param karras whether the sigmas are Karras's over the whole schedule
   * @param last the sigma at which the last step ends
   */
  public static Steps ofIntervals(
      NoiseSchedule schedule, Spacing spacing, int steps, boolean karras, double last) {
    double[] all = schedule.sigmas();
    if (karras) {
      double[] sigmas = Karras.sigmas(schedule, all[all.length - 1], all[0], steps);
      return of(Karras.timesteps(schedule, sigmas), sigmas, last);
    }
    int reached = all.length - clipped(schedule);
    double[] timesteps =
        spacing.intervals(schedule.trainSteps(), reached, steps, schedule.stepsOffset());
    return of(timesteps, Arrays.stream(timesteps).map(schedule::sigma).toArray(), last);
  }

  /** How many of the noisiest timesteps {@code lambda_min_clipped} leaves out. */
  private static int clipped(NoiseSchedule schedule) {
    double clip = schedule.config().number("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    return (int)
        Arrays.stream(schedule.sigmas()).filter(sigma -> -StrictMath.log(sigma) < clip).count();
  }

  /** The ladder of these timesteps and sigmas, which ends at another sigma. */
  public static Steps of(double[] timesteps, double[] sigmas, double last) {
    double[] all = Arrays.copyOf(sigmas, sigmas.length + 1);
    all[sigmas.length] = last;
    return new Steps(timesteps, floats(all));
  }

  /** This ladder with whole timesteps. */
  public Steps whole(DoubleUnaryOperator rounding) {
    return new Steps(Arrays.stream(timesteps).map(rounding).toArray(), sigmas);
  }

  /** The number of steps. */
  int size() {
    return timesteps.length;
  }

  /**
   * The noise levels between which the steps go.
   *
   * @param convention {@link NoiseLevel#preserving} or {@link NoiseLevel#exploding}
   * @return one a step, and the one at which the last step ends
   */
  public NoiseLevel[] levels(DoubleFunction<NoiseLevel> convention) {
    return Arrays.stream(sigmas).mapToObj(convention).toArray(NoiseLevel[]::new);
  }

  /**
   * The steps themselves.
   *
   * @param begin the first that runs
   * @param convention {@link NoiseLevel#preserving} or {@link NoiseLevel#exploding}
   * @return the steps from there on, numbered from 0
   */
  public List<Rung> rungs(int begin, DoubleFunction<NoiseLevel> convention) {
    NoiseLevel[] levels = levels(convention);
    List<Rung> rungs = new ArrayList<>();
    for (int i = begin; i < size(); i++)
      rungs.add(new Rung(i - begin, timesteps[i], levels[i], levels[i + 1]));
    return rungs;
  }

  /**
   * What a run from noise alone starts with in the VE convention; diffusers' {@code
   * init_noise_sigma}.
   *
   * @param schedule the model's noise schedule
   * @return the largest sigma σ; √(σ² + 1) where the spacing is leading
   */
  public double initNoiseSigma(NoiseSchedule schedule) {
    double max = Arrays.stream(sigmas).max().orElseThrow();
    boolean leading = schedule.spacing().orElse(Spacing.LINSPACE) == Spacing.LEADING;
    return leading ? Math.sqrt(max * max + 1) : max;
  }

  private static double[] floats(double[] values) {
    return Arrays.stream(values).map(v -> (float) v).toArray();
  }
}
