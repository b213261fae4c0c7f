/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.PromptTags;
import sc.fiji.latentdiffusion.engine.DeviceName;
import sc.fiji.latentdiffusion.guidance.GuidanceOptions;
import sc.fiji.latentdiffusion.guidance.Guide;
import sc.fiji.latentdiffusion.io.model.KnownWords;
import sc.fiji.latentdiffusion.io.model.ModelNames;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.settings.KeyCheck;
import sc.fiji.latentdiffusion.views.Tiling;

/**
 * All that decides a result: equal request, equal machine and precision, equal bits. Each group of
 * values is a record of the class that uses them.
 *
 * @param model empty for the built-in model, else a folder, a single file, or the name of one in
 *     the models folder
 * @param vae empty for the model's own autoencoder, else another, named as a model is
 * @param encoders empty for the model's own text encoders, else others with commas between them
 * @param width of the picture in pixels; 0 for the model's own
 * @param height of the picture in pixels; 0 for the model's own
 * @param precision auto, float32, bfloat16 or float16
 * @param device auto, cpu, gpu, or gpu:1 for a card counted from 0
 * @param sampling how noise is drawn and removed
 * @param guidance how closely the prompt is followed
 * @param prompting the prompts, and how they are read
 * @param tiling the views in which the denoiser sees a large picture
 * @param addOns the add-ons of the model
 */
public record Request(
    String model,
    String vae,
    String encoders,
    int width,
    int height,
    String precision,
    String device,
    Sampling sampling,
    GuidanceOptions guidance,
    Prompting prompting,
    Tiling tiling,
    AddOns addOns) {

  /** The choices of {@link #precision}. */
  public static final List<String> PRECISIONS = List.of("auto", "float32", "bfloat16", "float16");

  /** The largest width and height in pixels. */
  public static final int MAX_SIZE = 8192;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public Request {
    model = model == null ? "" : model.trim();
    vae = vae == null ? "" : vae.trim();
    encoders = encoders == null ? "" : encoders.trim();
    checkSize("width", width);
    checkSize("height", height);
    KeyCheck.require(
        PRECISIONS.contains(precision), "precision", "one of " + PRECISIONS, precision);
    KeyCheck.require(DeviceName.isKnown(device), "device", DeviceName.EXPECTED, device);
  }

  private static void checkSize(String key, int value) {
    KeyCheck.require(
        value >= 0 && value <= MAX_SIZE, key, "0 (the model's own) or up to " + MAX_SIZE, value);
  }

  /**
   * Checks that width and height, which must be known, can be made of latents, and cut as asked.
   *
   * @param latents of the model
   * @throws IllegalArgumentException naming the key, the values it may have and the one it has
   */
  public void requireFitting(LatentSpace latents) {
    int factor = latents.pixelMultiple();
    requireMultiple("width", width, factor);
    requireMultiple("height", height, factor);
    tiling.require(width, height, factor);
    if (latents.largest() > 0) requirePlaces(latents.largest() * latents.factor());
  }

  /** A denoiser sees the whole picture, or one tile. */
  private void requirePlaces(int most) {
    int seen = Math.max(width, height);
    if (tiling.tile() > 0) seen = Math.min(seen, tiling.tile());
    if (seen <= most) return;
    throw new IllegalArgumentException(
        (tiling.tile() > 0 ? "tile" : "width and height")
            + " must be up to "
            + most
            + " pixels, as the model knows places for no more patches, but "
            + (tiling.tile() > 0 ? "is " : "one is ")
            + seen
            + ". Choose a smaller size, or tile="
            + most
            + ".");
  }

  private static void requireMultiple(String key, int size, int factor) {
    if (size % factor == 0) return;
    long nearest = Math.max(factor, Math.round((double) size / factor) * factor);
    throw new IllegalArgumentException(
        key
            + " must be a multiple of "
            + factor
            + " pixels, but is "
            + size
            + ". The nearest is "
            + nearest
            + ".");
  }

  /** Returns the defaults of every command. */
  public static Request defaults() {
    return new Request(
        "",
        "",
        "",
        0,
        0,
        "auto",
        "auto",
        Sampling.DEFAULT,
        GuidanceOptions.DEFAULT,
        Prompting.DEFAULT,
        Tiling.NONE,
        AddOns.NONE);
  }

  /** Returns {@link Sampling#steps}. */
  public int steps() {
    return sampling.steps();
  }

  /** Returns {@link Sampling#strength}. */
  public double strength() {
    return sampling.strength();
  }

  /** Returns {@link Sampling#scheduler}. */
  public String scheduler() {
    return sampling.scheduler();
  }

  /** Returns {@link Sampling#seed}. */
  public long seed() {
    return sampling.seed();
  }

  /** Returns a copy with another model. */
  public Request withModel(String value) {
    return new Request(
        value, vae, encoders, width, height, precision, device, sampling, guidance, prompting,
        tiling, addOns);
  }

  /** Returns a copy with another autoencoder. */
  public Request withVae(String value) {
    return new Request(
        model, value, encoders, width, height, precision, device, sampling, guidance, prompting,
        tiling, addOns);
  }

  /** Returns a copy with other text encoders. */
  public Request withEncoders(String value) {
    return new Request(
        model, vae, value, width, height, precision, device, sampling, guidance, prompting, tiling,
        addOns);
  }

  /** Returns how the model and the parts that are named apart are named. */
  public ModelNames names() {
    return new ModelNames(model, vae, encoders);
  }

  /** Returns a copy with another width and height in pixels. */
  public Request withSize(int newWidth, int newHeight) {
    return new Request(
        model, vae, encoders, newWidth, newHeight, precision, device, sampling, guidance, prompting,
        tiling, addOns);
  }

  /** Returns a copy with the size of the model in place of a width or height of 0. */
  public Request withNativeSize(Declaration.Size size) {
    return withSize(width == 0 ? size.width() : width, height == 0 ? size.height() : height);
  }

  /** Returns a copy with another precision and device. */
  public Request withHardware(String type, String where) {
    return new Request(
        model, vae, encoders, width, height, type, where, sampling, guidance, prompting, tiling,
        addOns);
  }

  /** Returns a copy with another way to draw and remove noise. */
  public Request withSampling(Sampling value) {
    return new Request(
        model, vae, encoders, width, height, precision, device, value, guidance, prompting, tiling,
        addOns);
  }

  /** Returns a copy with another number of steps. */
  public Request withSteps(int value) {
    return withSampling(sampling.withSteps(value));
  }

  /** Returns a copy with another strength. */
  public Request withStrength(double value) {
    return withSampling(sampling.withStrength(value));
  }

  /** Returns a copy with another scheduler. */
  public Request withScheduler(String value) {
    return withSampling(sampling.withScheduler(value));
  }

  /** Returns a copy with another seed. */
  public Request withSeed(long value) {
    return withSampling(sampling.withSeed(value));
  }

  /** Returns a copy with random seeds in place of those that are to be drawn. */
  public Request withDrawnSeed() {
    return withSampling(sampling.drawn());
  }

  /** Returns the request of an answer alone, from 0, see {@link Sampling#answer}. */
  public Request answer(int index) {
    return withSampling(sampling.answer(index));
  }

  /** Returns a copy with another scale of guidance, of all steps. */
  public Request withGuidance(double scale) {
    return withGuidance(guidance.withScale(scale));
  }

  /** Returns a copy with other guidance. */
  public Request withGuidance(GuidanceOptions value) {
    return new Request(
        model, vae, encoders, width, height, precision, device, sampling, value, prompting, tiling,
        addOns);
  }

  /**
   * Returns a copy without guidance if the prompt is empty and the model knows no words: guidance
   * would have nothing to follow. Else this request.
   *
   * @param known words of the model, if they are few
   */
  public Request withGuidanceFor(Optional<KnownWords> known) {
    boolean hasWords = known.isEmpty() || !known.get().isEmpty() || !prompting.prompt().isBlank();
    return hasWords || !guidance.isOn() ? this : withGuidance(guidance.off());
  }

  /** Returns a copy with other prompts, or another way to read them. */
  public Request withPrompting(Prompting value) {
    return new Request(
        model, vae, encoders, width, height, precision, device, sampling, guidance, value, tiling,
        addOns);
  }

  /** Returns a copy with other prompts, read in the same way. */
  public Request withPrompt(String wanted, String unwanted) {
    return withPrompting(prompting.withTexts(wanted, unwanted));
  }

  /** Returns a copy with other views. */
  public Request withTiling(Tiling value) {
    return new Request(
        model, vae, encoders, width, height, precision, device, sampling, guidance, prompting,
        value, addOns);
  }

  /** Returns a copy with other add-ons. */
  public Request withAddOns(AddOns value) {
    return new Request(
        model, vae, encoders, width, height, precision, device, sampling, guidance, prompting,
        tiling, value);
  }

  /**
   * Returns a copy with other add-ons of one kind.
   *
   * @param key of the kind, for example {@code lora}
   * @param text the list of them
   */
  public Request withAddOn(String key, String text) {
    return withAddOns(addOns.with(key, text));
  }

  /**
   * Returns a copy whose LoRAs in the prompt, {@code <lora:name:0.8>}, follow those of the add-ons.
   *
   * @throws IllegalArgumentException naming one that can't
   */
  public Request withPastedLoras() {
    PromptTags tags = PromptTags.of(prompting.prompt(), prompting.negative(), addOns);
    return tags.moved().isEmpty()
        ? this
        : withPrompting(prompting.without(tags)).withAddOns(tags.addOns());
  }

  /** Returns the values, by key, that a run may find in another form than the user gave them. */
  public Map<String, Object> resolved() {
    Map<String, Object> values = new HashMap<>(addOns.texts());
    if (!prompting.pasted().isEmpty()) values.put("prompt", prompting.prompt());
    values.put("model", model);
    values.put("vae", vae);
    values.put("encoders", encoders);
    values.put("width", width);
    values.put("height", height);
    values.put("scheduler", scheduler());
    values.put("spacing", sampling.spacing());
    values.put("rng", sampling.rng());
    values.put("guidance", guidance.text());
    if (guidance.guide() instanceof Guide.ZeroStar zero) values.put("zerosteps", zero.steps());
    values.put("seed", seed());
    values.put("seed2", sampling.variation().seed());
    values.put("tile", tiling.tile());
    values.put("overlap", tiling.overlap());
    values.put("fade", tiling.fade());
    values.put("precision", precision);
    values.put("device", device);
    return values;
  }
}
