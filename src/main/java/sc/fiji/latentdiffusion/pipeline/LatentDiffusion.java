package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.LoadedParts;
import sc.fiji.latentdiffusion.addons.lora.Lora;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.engine.Memory;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.Role;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.vae.VaeConfig;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * A loaded model and the four steps of latent diffusion: noise of a seed, predicted noise, noise
 * subtracted step by step, decoded latents. Runs are independent of one another and of this
 * object's history: equal request, equal bits.
 */
public final class LatentDiffusion implements AutoCloseable {

  private final NDManager manager;
  private final Hardware hardware;
  private final LoadedModel networks;
  private final NoiseSchedule noiseSchedule;
  private final List<Lora> loras;
  private final Autoencoding autoencoding;
  private final LoadedParts parts;
  private final LoadedAddOns additions;

  private LatentDiffusion(Model model, List<Lora> loras, Hardware hardware, double memory)
      throws IOException {
    this.hardware = hardware;
    this.loras = List.copyOf(loras);
    manager = hardware.newManager();
    try {
      networks =
          LoadedModel.load(model, Families.of(model), loras, manager, hardware.precision(), memory);
      noiseSchedule = networks.declaration().noise().schedule();
      autoencoding = new Autoencoding(networks, hardware.memory(), new Speed());
      parts = new LoadedParts(networks);
      additions = LoadedAddOns.NONE;
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private LatentDiffusion(LatentDiffusion other, LoadedAddOns additions) {
    hardware = other.hardware;
    loras = other.loras;
    manager = other.manager;
    noiseSchedule = other.noiseSchedule;
    networks = other.networks;
    parts = other.parts;
    autoencoding = other.autoencoding;
    this.additions = additions;
  }

  /** As {@link #load(Model, List, String, String)} without a LoRA. */
  public static LatentDiffusion load(Model model, String precision, String device)
      throws IOException {
    return load(model, List.of(), precision, device);
  }

  /**
   * Loads a model with LoRAs: all of it is checked, by the headers of its files. Weights are read,
   * and LoRAs merged into them, where a network first has something to do; files stay as they are.
   *
   * @param model its files
   * @param loras any number
   * @param precision auto, float32, bfloat16 or float16
   * @param device auto, cpu or gpu
   * @return the model
   * @throws IOException if the folder is not a whole model of a supported family, or a LoRA does
   *     not fit it
   * @throws IllegalArgumentException if this machine has no such device or can't use the precision
   */
  public static LatentDiffusion load(Model model, List<Lora> loras, String precision, String device)
      throws IOException {
    double bytes = 0;
    for (String component : Families.declare(model).components(Role.DENOISER)) {
      bytes += model.bytes(component);
    }
    Hardware hardware = Hardware.of(precision, device, bytes);
    return new LatentDiffusion(model, loras, hardware, hardware.memory().usable());
  }

  /** The same in so many bytes of memory. */
  static LatentDiffusion load(Model model, List<Lora> loras, Hardware hardware, double memory)
      throws IOException {
    return new LatentDiffusion(model, loras, hardware, memory);
  }

  /** Returns the files it came from. */
  public Model model() {
    return networks.model();
  }

  /** Returns what its family declares of it. */
  public Declaration declaration() {
    return networks.declaration();
  }

  /** Returns the LoRAs that are merged into it, in their order. */
  public List<Lora> loras() {
    return loras;
  }

  /** Returns the networks beside its own: ControlNets, a small decoder. */
  public LoadedParts parts() {
    return parts;
  }

  /**
   * A view of the same model with things added for a run, freed with this one.
   *
   * @throws IOException if a textual inversion is for another family of models
   */
  public LatentDiffusion with(LoadedAddOns added) throws IOException {
    added.requireFitting(networks);
    return new LatentDiffusion(this, added);
  }

  /** Returns what is added for a run. */
  public LoadedAddOns additions() {
    return additions;
  }

  /** Returns the precision it computes in: float32, bfloat16 or float16. */
  public String precision() {
    return hardware.precisionName();
  }

  /** Returns the device it runs on: cpu or gpu. */
  public String device() {
    return hardware.deviceName();
  }

  /** Returns the width and height in pixels of the pictures it was trained with. */
  public int nativeSize() {
    return networks.unet().outline().sampleSize() * factor();
  }

  /** Returns how many pixels of a picture's width one of the latents' covers, for example 8. */
  public int factor() {
    return vae().factor();
  }

  /** Returns the number of channels of a latent, for example 4. */
  public int latentChannels() {
    return vae().latentChannels();
  }

  /** Returns whether its U-Net is one for inpainting, which sees the mask itself. */
  public boolean inpaints() {
    return networks.inpaints();
  }

  /** Returns what the VAE's mean is multiplied with to give latents. */
  public double scalingFactor() {
    return vae().scalingFactor();
  }

  /** Returns the owner of the model's memory; make sub-managers of it. */
  public NDManager manager() {
    return manager;
  }

  /** Returns the memory of the device it runs on. */
  Memory memory() {
    return autoencoding.memory();
  }

  /** Returns how fast it was so far. */
  public Speed speed() {
    return autoencoding.speed();
  }

  LoadedModel networks() {
    return networks;
  }

  NoiseSchedule noiseSchedule() {
    return noiseSchedule;
  }

  private VaeConfig vae() {
    return networks.vae().config();
  }

  /**
   * Begins a picture from words.
   *
   * @param request what decides it; width and height 0 for the native size, else multiples of
   *     {@link #factor}
   * @return the run
   * @throws IllegalArgumentException if the size is not reachable
   */
  public Run textToImage(Request request) {
    return new Run(this, request.withNativeSize(nativeSize()).withStrength(1), Start.NOISE);
  }

  /** As {@link #imageToImage(Request, NDArray, NDArray)} of the whole picture. */
  public Run imageToImage(Request request, NDArray picture) {
    return imageToImage(request, picture, null);
  }

  /**
   * Begins a picture from a part of a picture and words: every evaluation sees the other part as
   * the picture has it, noised to the present level.
   *
   * @param request what decides it; width and height are the picture's
   * @param picture {@code [1, 3, h, w]}, float32, −1…1, h and w multiples of {@link #factor}; it
   *     must stay open until the run is closed
   * @param mask {@code [1, 1, h/f, w/f]}, float32, of what may change: its share of the strength,
   *     from 0 (nothing) to 1; or null for all. It must stay open, too
   * @return the run; empty if the strength leaves no step
   */
  public Run imageToImage(Request request, NDArray picture, NDArray mask) {
    return new Run(this, sized(request, picture, 1), Start.of(picture, mask));
  }

  /**
   * Begins at a step of a run whose latents are given.
   *
   * @param request what decides it; width and height are the latents', the strength is not looked
   *     at
   * @param latents scaled, {@code [1, c, h, w]}, float32; they must stay open until the run is
   *     closed
   * @param range which steps are to be done
   * @param kept what the run has held as it was; null for nothing. It must stay open, too
   * @return the run
   * @throws IllegalArgumentException if the range does not lie within the request's steps
   */
  public Run denoise(Request request, NDArray latents, StepRange range, KnownLatents kept) {
    Start origin = new Start(null, null, latents, range.within(request.steps()), kept);
    return new Run(this, sized(request, latents, factor()), origin);
  }

  private static Request sized(Request request, NDArray array, int factor) {
    long height = factor * array.getShape().get(2);
    long width = factor * array.getShape().get(3);
    return request.withSize(Math.toIntExact(width), Math.toIntExact(height));
  }

  /**
   * Resamples a picture: cubic, low-pass filtered where it becomes smaller (as {@code
   * torch.nn.functional.interpolate} with mode bicubic and antialias), edges aligned.
   *
   * @param picture {@code [1, c, h, w]}, float32
   * @param width in pixels
   * @param height in pixels
   * @return {@code [1, c, height, width]}, of the picture's manager; it may overshoot
   */
  public NDArray resized(NDArray picture, int width, int height) {
    return new LatentKernels(networks.kernels()).resized(picture, height, width);
  }

  /**
   * Encodes a picture to the mean of the VAE's posterior.
   *
   * @param picture {@code [1, 3, h, w]}, float32, −1…1, h and w multiples of {@link #factor}
   * @param owner owns the result
   * @return scaled latents, {@code [1, c, h/f, w/f]}, float32
   * @throws IllegalArgumentException if the machine has less memory than that takes
   */
  public NDArray encode(NDArray picture, NDManager owner) {
    return autoencoding.encode(picture, owner);
  }

  /**
   * Decodes latents to a picture.
   *
   * @param latents scaled, {@code [1, c, h, w]}, float32
   * @param owner owns the result
   * @return {@code [1, 3, f·h, f·w]}, float32, about −1…1, not clamped
   * @throws IllegalArgumentException if the machine has less memory than that takes
   * @throws IllegalStateException if the precision's range did not suffice
   */
  public NDArray decode(NDArray latents, NDManager owner) {
    return FiniteCheck.require(autoencoding.decode(latents, owner), "decoded picture", this);
  }

  /** Frees the model. */
  @Override
  public void close() {
    parts.close();
    networks.close();
    manager.close();
  }
}
