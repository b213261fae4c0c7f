package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * One run of a model: iterate its steps once, then ask for the latents. Progress, previews, stacks
 * and cancelling are consumers of this one sequence. Not for use by several threads.
 */
public final class Run implements Iterator<SamplingStep>, AutoCloseable {

  private final LatentDiffusion model;
  private final Request request;
  private final NDArray picture;
  private final NDManager manager;
  private final Plan plan;
  private final List<String> warnings;
  private Sampler sampler;

  /**
   * @param picture to begin with, or null for none
   */
  Run(LatentDiffusion model, Request request, NDArray picture) {
    this.model = model;
    this.picture = picture;
    warnings = new ArrayList<>(model.model().notes());
    this.request = resolve(request);
    requireReachable();
    plan =
        Schedulers.get(request.scheduler())
            .plan(
                model.noiseSchedule(),
                model.noiseSchedule().prediction(),
                request.steps(),
                request.strength());
    manager = model.manager().newSubManager();
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
    Memory.require(request.width(), request.height(), model);
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
      Denoiser denoiser = new Denoiser(model.networks(), request, manager);
      Noise noise = Noise.of(request.seed());
      try (NDArray start = start(noise)) {
        sampler = new Sampler(plan, start, noise, denoiser);
      }
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** {@code dataWeight · latents + noiseWeight · noise}. */
  private NDArray start(Noise noise) {
    Shape shape = latentShape();
    float[] numbers = noise.randn(Math.toIntExact(shape.size()));
    try (NDArray drawn = manager.create(numbers, shape)) {
      NDArray scaled = drawn.mul((float) plan.noiseWeight());
      if (plan.dataWeight() == 0) {
        return scaled;
      }
      try (scaled;
          NDArray latents = model.encode(picture, manager);
          NDArray kept = latents.mul((float) plan.dataWeight())) {
        return kept.add(scaled);
      }
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
    return plan.steps().size();
  }

  /** Returns the request with every key resolved: size, seed, precision and device. */
  public Request request() {
    return request;
  }

  /** Returns what the user should know, for example the words of the prompt that were cut off. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public boolean hasNext() {
    return sampler != null && sampler.hasNext();
  }

  /** Evaluates the U-Net once; the step's tensors are valid until the next call. */
  @Override
  public SamplingStep next() {
    return sampler.next();
  }

  /**
   * The present latents, after the last step the final ones; without any step, the picture's.
   *
   * @return {@code [1, c, h, w]}, float32, valid until the next step or {@link #close}
   * @throws IllegalStateException if they hold numbers that are not finite
   */
  public NDArray latents() {
    if (sampler == null) {
      return model.encode(picture, manager);
    }
    return model.requireFinite(sampler.sample(), "latents");
  }

  /** Frees the run's memory. */
  @Override
  public void close() {
    manager.close();
  }
}
