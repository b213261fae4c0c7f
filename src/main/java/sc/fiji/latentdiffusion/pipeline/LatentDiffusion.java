/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.LoadedParts;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.engine.Hardware;
import sc.fiji.latentdiffusion.engine.Memory;
import sc.fiji.latentdiffusion.io.model.KnownWords;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Conditioner;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.EncodedPrompts;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.SeenChannels;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.tiny.TinyDecoder;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.sampler.LatentKernels;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/**
 * A loaded model that runs latent diffusion. Runs are independent of one another and of this
 * object's history: equal request, equal bits.
 */
public final class LatentDiffusion implements AutoCloseable {

  private final LoadedModel model;
  private final Hardware hardware;
  private final Optional<NoiseSchedule> noiseSchedule;
  private final Optional<KnownWords> words;
  private final Conditioner conditioner;
  private final Speed speed;
  private final LoadedParts parts;
  private final LatentKernels kernels;
  private final List<PromptTokenizer> tokenizers;
  private TinyDecoder tinyDecoder;

  /**
   * @param model whose networks are ready to work; it is closed with this one, and its manager
   * @param hardware where it runs
   * @throws IOException if its {@code scheduler_config.json} or its list of words can't be read
   * @throws IllegalArgumentException if a value in that file is wrong; the message names it
   */
  public LatentDiffusion(LoadedModel model, Hardware hardware) throws IOException {
    this.model = model;
    this.hardware = hardware;
    noiseSchedule = Families.noiseSchedule(model.files(), model.declaration());
    words = model.files().words();
    tokenizers = Families.of(model.files()).tokenizers(model.files());
    conditioner = new EncodedPrompts(model.conditioner(), model.kernels(), model.manager());
    speed = new Speed();
    parts = new LoadedParts(model);
    kernels = new LatentKernels(model.kernels());
  }

  /** Returns the files it came from. */
  public Model model() {
    return model.files();
  }

  /**
   * Returns the SHA-256 over the weight files that it came from, as 64 hexadecimal digits.
   *
   * @throws IOException if files of the model were replaced since it was loaded, or can't be read
   */
  public String sha256() throws IOException {
    model().requireUnchanged();
    return model().sha256();
  }

  /**
   * Begins to compute {@link #sha256} in the background, where it is not known yet: gigabytes take
   * seconds, in which a run can go on.
   *
   * @return waits for it; of files that can't be read any more, says why in its place
   * @throws IOException if files of the model were replaced since it was loaded
   */
  public Supplier<String> sha256Later() throws IOException {
    model().requireUnchanged();
    CompletableFuture<String> sum =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return model().sha256();
              } catch (IOException e) {
                return "unknown: " + e.getMessage();
              }
            });
    return sum::join;
  }

  /** Returns its family's declaration. */
  public Declaration declaration() {
    return model.declaration();
  }

  /**
   * Loads add-ons for a run. Their networks stay loaded for the next run.
   *
   * @param added to the model, whose weights have the add-ons' changes
   * @param images that entries name
   * @param owner owns the hints of the images; it must stay open until the run is closed
   * @throws IOException if an add-on is damaged, or for another family of models
   */
  public LoadedAddOns load(Added added, NamedImages images, NDManager owner) throws IOException {
    return LoadedAddOns.of(added, model, parts, images, owner);
  }

  /**
   * Loads the small decoder for the model's latents, if it is not loaded yet.
   *
   * @param modelsFolder in which it is looked up
   * @throws IOException if there is none, naming where to put it, or it is for other latents
   */
  public synchronized void loadTinyDecoder(Path modelsFolder) throws IOException {
    if (tinyDecoder == null) tinyDecoder = TinyDecoder.load(modelsFolder, model);
  }

  /**
   * Returns the small decoder.
   *
   * @throws IllegalStateException if none was loaded
   */
  public synchronized TinyDecoder tinyDecoder() {
    if (tinyDecoder == null) throw new IllegalStateException("No small decoder was loaded.");
    return tinyDecoder;
  }

  /** Returns the precision it computes in: float32, bfloat16 or float16. */
  public String precision() {
    return hardware.precisionName();
  }

  /** Returns the device it runs on: cpu or gpu. */
  public String device() {
    return hardware.deviceName();
  }

  /** Returns the longer side of the pictures it was trained with, in pixels. */
  public int nativeSize() {
    return model.declaration().nativeSize();
  }

  /** Returns how many pixels of a picture's width one of the latents' covers, for example 8. */
  public int factor() {
    return space().factor();
  }

  /** Returns by which number width and height of a picture must be divisible, for example 8. */
  public int multiple() {
    return space().pixelMultiple();
  }

  /** Returns the number of channels of a latent, for example 4. */
  public int latentChannels() {
    return space().channels();
  }

  /** Returns the image that its denoiser sees beside the latents; empty if it sees none. */
  public Optional<Sight> sight() {
    return model.declaration().sight();
  }

  /** Returns how runs hold the latents around a selection. */
  Sight.Surroundings surroundings() {
    return sight().map(Sight::surroundings).orElse(Sight.Surroundings.PUT_BACK);
  }

  /** Returns whether it is a model for inpainting, whose denoiser takes the mask. */
  public boolean inpaints() {
    return surroundings() == Sight.Surroundings.IN_CHANNELS;
  }

  /** Returns whether guidance has a scale of its own for the image that is seen. */
  boolean isGuidedByImage() {
    return sight().filter(Sight::isGuided).isPresent();
  }

  /**
   * Returns the channels of a denoiser that is shown nothing; those of none for one that sees
   * nothing.
   *
   * @param latents their shape, {@code [b, c, h, w]}
   * @param owner owns the result
   */
  public SeenChannels unseen(Shape latents, NDManager owner) {
    Sight.Viewer viewer = new Beginning.Seeing(this, latents, NoiseBatch.of(0));
    return sight()
        .map(one -> new SeenChannels(one.blank(viewer, owner), one.areFirst()))
        .orElse(SeenChannels.NONE);
  }

  /** Returns the factor of the VAE's mean that gives latents. */
  public double scalingFactor() {
    return space().scale();
  }

  /** Returns the owner of the model's memory; make sub-managers of it. */
  public NDManager manager() {
    return model.manager();
  }

  /** Returns the memory of the device it runs on. */
  Memory memory() {
    return hardware.memory();
  }

  /**
   * Checks the size of a picture.
   *
   * @throws IllegalArgumentException if a side is no multiple of {@link #multiple}, tiles do not
   *     fit, or decoding needs more memory than the device has
   */
  void requireSize(Request request) {
    request.requireFitting(space());
    requireMemory(request.width(), request.height());
  }

  /** Refuses pictures that are too large to decode on the device. */
  void requireMemory(long width, long height) {
    memory().require(width, height, model.autoencoder().bytes(width, height));
  }

  /** Returns notes for the user on pictures of this size. */
  List<String> notes(int width, int height) {
    List<String> notes = new ArrayList<>(model.autoencoder().notes(width, height));
    if (!model.fitsWhileDecoding(width, height)) {
      notes.add(
          "The memory of the "
              + memory().owner()
              + " does not hold the denoiser's weights while a picture is decoded: they are"
              + " unloaded before decoding, and read again when they are next needed.");
    }
    return notes;
  }

  /** Returns how fast it was so far. */
  public Speed speed() {
    return speed;
  }

  /** Returns its networks. */
  public LoadedModel networks() {
    return model;
  }

  /** Returns the encoder of prompts, which remembers the last ones. */
  public Conditioner conditioner() {
    return conditioner;
  }

  /** Returns the tokenizers of its prompts. */
  List<PromptTokenizer> tokenizers() {
    return tokenizers;
  }

  /** Returns the words that it knows, if they are few. */
  Optional<KnownWords> words() {
    return words;
  }

  /** Returns how its training mixed data and noise, for pictures of the native size. */
  public NoiseSchedule noiseSchedule() {
    return noiseSchedule(Request.defaults().withNativeSize(declaration().size()));
  }

  /**
   * Returns how its training mixed data and noise.
   *
   * @param sized request with the width and height of the picture, or of all of it with tiles
   */
  public NoiseSchedule noiseSchedule(Request sized) {
    return noiseSchedule
        .orElseThrow()
        .forLatents(sized.width() / factor(), sized.height() / factor());
  }

  private LatentSpace space() {
    return model.autoencoder().space();
  }

  /** As {@link #run(Request, Start, LoadedAddOns)} from noise, without add-ons. */
  public Run textToImage(Request request) {
    return run(request, new Start.FromNoise());
  }

  /** As {@link #run(Request, Start, LoadedAddOns)} from a whole picture, without add-ons. */
  public Run imageToImage(Request request, NDArray picture) {
    return run(request, new Start.FromPicture(picture, Optional.empty()));
  }

  /** As {@link #run(Request, Start, LoadedAddOns)} without add-ons. */
  public Run run(Request request, Start start) {
    return run(request, start, LoadedAddOns.NONE);
  }

  /**
   * Begins a run. Nothing is computed before its first evaluation is asked for.
   *
   * @param request all settings of the result; the start decides the size, except that noise takes
   *     the request's, 0 for the native one
   * @param start noise, a picture or latents; its arrays must stay open until the run is closed
   * @param addOns of the run; they must stay open, too
   * @return the run; empty if the strength leaves no step
   * @throws IllegalArgumentException if the model can't make pictures of this size, or a range of
   *     steps does not lie within the request's steps
   */
  public Run run(Request request, Start start, LoadedAddOns addOns) {
    return new Run(this, request, start, addOns);
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
    return kernels.resized(picture, height, width);
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
    long width = picture.getShape().get(3);
    long height = picture.getShape().get(2);
    requireMemory(width, height);
    long start = System.nanoTime();
    NDArray latents = model.autoencoder().encode(picture, owner);
    model.kernels().await(latents);
    speed.encoded((System.nanoTime() - start) / 1e9, width * height);
    return latents;
  }

  /**
   * Encodes a picture to the standard deviation of the VAE's posterior.
   *
   * @param picture as for {@link #encode}
   * @param owner owns the result
   * @return scaled as latents, {@code [1, c, h/f, w/f]}, float32; 0 where there is no posterior
   * @throws IllegalArgumentException if the machine has less memory than that takes
   */
  public NDArray deviation(NDArray picture, NDManager owner) {
    requireMemory(picture.getShape().get(3), picture.getShape().get(2));
    try (NDArray both = model.autoencoder().posterior(picture, owner);
        NDArray deviations = both.get(":, {}:", latentChannels())) {
      NDArray own = deviations.duplicate();
      own.attach(owner);
      return own;
    }
  }

  /**
   * Decodes latents to pictures.
   *
   * @param latents scaled, {@code [b, c, h, w]}, float32
   * @param owner owns the result
   * @return {@code [b, 3, f·h, f·w]}, float32, about −1…1, not clamped
   * @throws IllegalArgumentException if the machine has less memory than that takes
   * @throws IllegalStateException if the precision's range did not suffice
   */
  public NDArray decode(NDArray latents, NDManager owner) {
    return decode(latents, owner, Optional.empty());
  }

  /** Decodes latents of a run. */
  NDArray decode(NDArray latents, NDManager owner, Optional<Request> request) {
    long width = factor() * latents.getShape().get(3);
    long height = factor() * latents.getShape().get(2);
    long answers = latents.getShape().get(0);
    requireMemory(width, height);
    model.autoencoder().prepareDecoding(width, height);
    long start = System.nanoTime();
    NDArray picture = model.autoencoder().decode(latents, owner);
    model.kernels().await(picture);
    speed.decoded((System.nanoTime() - start) / 1e9, answers * width * height);
    return FiniteCheck.picture(picture, request, this);
  }

  /** Frees the model. */
  @Override
  public synchronized void close() {
    parts.close();
    if (tinyDecoder != null) tinyDecoder.close();
    tinyDecoder = null;
    conditioner.close();
    model.close();
    model.manager().close();
  }
}
