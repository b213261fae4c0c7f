package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.controlnet.Controls;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.vae.VaeConfig;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.noise.Noise;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * One run of a model: iterate its steps once, then ask for the latents. Progress, previews, stacks
 * and cancelling are consumers of this one sequence. Not for use by several threads.
 */
public final class Run implements Iterator<Evaluated>, AutoCloseable {

  private final LatentDiffusion model;
  private final Request request;
  private final Start origin;
  private final NDManager manager;
  private final Plan plan;
  private final List<String> warnings;
  private int done;
  private long firstDone;
  private Sampler sampler;
  private KnownLatents kept;
  private KnownRegion surroundings;

  Run(LatentDiffusion model, Request request, Start origin) {
    this.model = model;
    this.origin = origin;
    warnings = new ArrayList<>(model.model().notes());
    this.request = resolve(request);
    requireReachable();
    noteTiles();
    noteRoom();
    plan = origin.plan(model.noiseSchedule(), request);
    manager = model.manager().newSubManager();
    noteInterruption();
    if (!plan.isEmpty()) {
      begin();
    }
  }

  private Request resolve(Request asked) {
    return asked.withDrawnSeed().withHardware(model.precision(), model.device());
  }

  private void requireReachable() {
    requireMultiple("width", request.width());
    requireMultiple("height", request.height());
    model
        .memory()
        .require(
            request.width(),
            request.height(),
            vae().memory().bytes(request.width(), request.height()));
  }

  private void noteTiles() {
    if (vae().isTiled(request.width(), request.height())) {
      warnings.add(
          "The picture is so large that the VAE works on it in overlapping tiles; colours may"
              + " differ a little from tile to tile.");
    }
  }

  private void noteRoom() {
    if (!model.networks().holdAll(request.width(), request.height())) {
      warnings.add(
          "The memory of the "
              + model.memory().owner()
              + " does not hold the U-Net beside what decoding takes: the U-Net is let go before,"
              + " and read again when it is next needed.");
    }
  }

  private VaeConfig vae() {
    return model.networks().vae().config();
  }

  private void requireMultiple(String key, int size) {
    int factor = model.factor();
    if (size % factor != 0) {
      throw new IllegalArgumentException(
          key
              + " must be a multiple of "
              + factor
              + " pixels, but is "
              + size
              + ". The nearest is "
              + Math.max(factor, Math.round((float) size / factor) * factor)
              + ".");
    }
  }

  private void begin() {
    try {
      NDArray more = moreChannels();
      start(new Guidance(model, request, this::controls, more, manager), more);
      model.networks().unet().load();
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private Controls controls(Conditioning conditioning) {
    int total = origin.evaluations(model.noiseSchedule(), request, plan);
    int before = origin.evaluationsBefore(model.noiseSchedule(), request, plan);
    return new Controls(model.additions().controls(), before, total, conditioning, manager);
  }

  private NDArray moreChannels() {
    if (!model.inpaints()) {
      return null;
    }
    return origin.kept() == null
        ? Inpainting.channels(model, origin.picture(), origin.mask(), latentShape(), manager)
        : origin.kept().channels(manager);
  }

  private void start(Guidance denoiser, NDArray more) {
    Noise noise = Noise.of(request.seed());
    Shape shape = latentShape();
    int size = Math.toIntExact(shape.size());
    NDArray drawn = manager.create(noise.randn(size), shape);
    origin.skipDraws(noise, model.noiseSchedule(), request, size);
    boolean holds = origin.mask() != null || origin.kept() != null;
    boolean needed = plan.dataWeight() != 0 || holds && more == null;
    NDArray known = needed ? origin.known(model, manager) : null;
    if (holds) {
      hold(known, more, drawn);
    }
    try (NDArray start = start(known, drawn)) {
      Kernels kernels = model.networks().kernels();
      sampler = new Sampler(plan, start, noise, kernels, denoiser, this::constrained);
    }
    if (surroundings == null) {
      drawn.close();
    }
  }

  private void hold(NDArray known, NDArray more, NDArray drawn) {
    kept = origin.kept() == null ? kept(known, more) : origin.kept();
    if (!kept.inpaints()) {
      boolean fresh = origin.range() == null || origin.range().noised();
      NDArray noise = fresh ? drawn : kept.noise(manager);
      surroundings = new KnownRegion(model.networks().kernels(), kept, noise);
    }
  }

  private KnownLatents kept(NDArray known, NDArray more) {
    double first = plan.evaluations().get(0).timestep();
    return more == null
        ? new KnownLatents(origin.mask(), known, request.seed(), first, false)
        : KnownLatents.ofChannels(more, request.seed(), first);
  }

  private NDArray constrained(NDArray sample, Evaluation evaluation) {
    return surroundings == null ? sample : surroundings.apply(sample, evaluation);
  }

  /** {@code dataWeight · known + noiseWeight · drawn}. */
  private NDArray start(NDArray known, NDArray drawn) {
    NDArray scaled = drawn.mul((float) plan.noiseWeight());
    if (plan.dataWeight() == 0) {
      return scaled;
    }
    try (scaled;
        NDArray kept = known.mul((float) plan.dataWeight())) {
      return kept.add(scaled);
    }
  }

  private Shape latentShape() {
    int factor = model.factor();
    return new Shape(
        1, model.latentChannels(), request.height() / factor, request.width() / factor);
  }

  /** Returns the table that is being run; empty if the strength leaves no step. */
  public Plan plan() {
    return plan;
  }

  /** Returns the number of evaluations of the U-Net. */
  public int size() {
    return plan.evaluations().size();
  }

  /** Returns the request with every key resolved: size, seed, precision and device. */
  public Request request() {
    return request;
  }

  private void noteInterruption() {
    StepRange range = origin.range();
    if (range != null && !range.noised() && range.from() > 0 && !wholePlan().isSingleStep()) {
      warnings.add(
          request.scheduler()
              + " remembers earlier steps, which an image does not hold: the first step is of lower"
              + " order, and the result differs from that of an uninterrupted run.");
    }
  }

  private Plan wholePlan() {
    return Start.NOISE.plan(model.noiseSchedule(), request.withStrength(1));
  }

  /** Returns with which of the request's steps the whole run has begun, from 0. */
  public int begun() {
    return origin.begun(request, plan);
  }

  /** Returns what is held as it was, valid until {@link #close}; nothing where all may change. */
  public Optional<KnownLatents> kept() {
    return Optional.ofNullable(kept);
  }

  /** Returns what the user should know, for example the words of the prompt that were cut off. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public boolean hasNext() {
    return sampler != null && sampler.hasNext();
  }

  /**
   * Evaluates the U-Net once, and waits until it is done: a GPU's only wait of a step.
   *
   * @return the evaluation's results; valid until the next call
   */
  @Override
  public Evaluated next() {
    Evaluated evaluated = sampler.next();
    model.networks().kernels().await(evaluated.next());
    if (done == 0) { // the first may take longer
      firstDone = System.nanoTime();
    }
    done++;
    return evaluated;
  }

  /** By all that happened between the first evaluation and the last. */
  private void measure() {
    if (done > 1 && !hasNext()) {
      double seconds = (System.nanoTime() - firstDone) / 1e9;
      model.speed().evaluated(seconds / (done - 1), request);
    }
  }

  /**
   * The present latents, after the last step the final ones; without any step, the picture's.
   *
   * @return {@code [1, c, h, w]}, float32, valid until the next step or {@link #close}
   * @throws IllegalStateException if they hold numbers that are not finite
   */
  public NDArray latents() {
    if (sampler == null) {
      return origin.known(model, manager);
    }
    measure();
    NDArray last = sampler.sample();
    boolean restored = surroundings != null && !hasNext() && origin.isToTheEnd(request);
    return FiniteCheck.require(restored ? surroundings.restored(last) : last, "latents", model);
  }

  /** Frees the run's memory. */
  @Override
  public void close() {
    manager.close();
  }
}
