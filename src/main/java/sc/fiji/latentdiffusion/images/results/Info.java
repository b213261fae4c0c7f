/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.results;

import ij.IJ;
import ij.ImagePlus;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.engine.DeviceName;
import sc.fiji.latentdiffusion.engine.GraphicsCard;
import sc.fiji.latentdiffusion.images.pixels.Channels;
import sc.fiji.latentdiffusion.images.pixels.Intensity;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.Rounding;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.keys.Numbers;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.Plan;

/**
 * Every setting that made a result, as {@code key=value} lines in the image's property "Info",
 * which Image ▸ Show Info… displays and TIFF files keep. A line end in a text is written {@code
 * \n}.
 */
public final class Info {

  /** The key of the pixels of the picture that a pixel of the latents covers. */
  static final String FACTOR = "latentFactor";

  /** The key of the line that says whether the model sees an image grey or in colours. */
  private static final String COLOURS = "colours";

  private static final String GREY = "grey";

  private final Map<String, Supplier<String>> lines = new LinkedHashMap<>();

  /**
   * Begins with the command, its keys, and the macro line that repeats it; empty for no command.
   *
   * @param call with resolved values
   */
  public Info(MacroCall call) {
    if (!call.equals(MacroCall.NONE)) {
      put("command", call.label());
      call.values().forEach(this::put);
      put("command", call.label()); // the macro line holds a key of this name
      put("macro", call.line());
    }
  }

  /** Adds or replaces a line. */
  public Info put(String key, Object value) {
    String text = value instanceof Double number ? Numbers.text(number) : String.valueOf(value);
    return putLater(key, () -> text);
  }

  /** Adds or replaces a line whose value is asked for when the result is whole. */
  private Info putLater(String key, Supplier<String> value) {
    lines.put(key, () -> value.get().replace("\r", "\\r").replace("\n", "\\n"));
    return this;
  }

  /** Begins the Info of a run: as {@link #ofVae}, and the add-ons. */
  public static Info of(MacroCall call, LatentDiffusion model, LoadedAddOns addOns)
      throws IOException {
    Info info = ofModel(call, model);
    addOns.info().forEach(info::put);
    return info.putVersions();
  }

  /** Begins the Info of encoding or decoding: command, model, precision, device, versions. */
  public static Info ofVae(MacroCall call, LatentDiffusion model) throws IOException {
    return ofModel(call, model).putVersions();
  }

  private static Info ofModel(MacroCall call, LatentDiffusion model) throws IOException {
    Info info =
        new Info(call)
            .put("modelName", model.model().name())
            .putLater("modelSha256", model.sha256Later())
            .put("scalingFactor", model.scalingFactor())
            .put(FACTOR, model.factor())
            .put("precisionUsed", model.precision())
            .put("deviceUsed", model.device());
    return DeviceName.isGpu(model.device())
        ? info.put("gpu", GraphicsCard.name(DeviceName.card(model.device())))
        : info;
  }

  private Info putVersions() {
    Versions.all().forEach(this::put);
    return this;
  }

  /** Adds warnings. */
  public Info putWarnings(List<String> warnings) {
    for (int i = 0; i < warnings.size(); i++) {
      put("warning" + (i + 1), warnings.get(i));
    }
    return this;
  }

  /**
   * Adds the plan of a run, its first step, its number of views, whether it keeps a part of the
   * picture, and how guidance acts, where it acts otherwise than usual.
   */
  public Info putSteps(Run run) {
    put(LatentStep.BEGUN, run.begun());
    if (run.holdsRegion()) put(KeptParts.INFO, "what is around the selection");
    if (run.request().tiling().isOn()) put("views", run.views().size());
    GuidanceForm form = run.request().guidance().form();
    if (form != GuidanceForm.JOINED) put("guidanceFormula", form.formula());
    return put(run.plan());
  }

  /** Adds the timesteps and the noise schedule's sigmas of all evaluations of a plan. */
  public Info put(Plan plan) {
    put("evaluations", plan.evaluations().size());
    put("timesteps", joined(plan.evaluations(), Evaluation::timestep));
    return put("sigmas", joined(plan.evaluations(), Evaluation::sigma));
  }

  /**
   * Adds the input image: its title, the bounds of the selection and of the region that the model
   * saw (x,y,width,height), the size at which it saw that region, which the latents cover, the
   * values that became −1 and 1, of grey or of red, green and blue, and whether all three are one
   * grey.
   */
  public Info put(ImagePlus input, Region region, ModelView view, Channels channels) {
    return put("input", input.getTitle())
        .put("region", region)
        .put("seen", view.seen())
        .put("padded", view.padded().width() + "," + view.padded().height())
        .put("black", channels.black())
        .put("white", channels.white())
        .put(COLOURS, channels.isGrey() ? GREY : "RGB");
  }

  /** Adds the type to which values were rounded, if they were, and how many were clamped. */
  public Info put(Rounding rounding) {
    rounding.type().ifPresent(type -> put("rounded", type).put("clamped", rounding.clamped()));
    return this;
  }

  /** Adds what the latents of a run tell of the picture that they were made of. */
  public Info putSource(ImagePlus latent) {
    for (String key : List.of("black", "white", COLOURS)) {
      String value = latent.getStringProperty(key);
      if (value != null) put(key, value);
    }
    return this;
  }

  /**
   * Returns the values that were black and white in the grey picture of which a latent image was
   * made; 0…255 if it does not tell them; empty for another picture.
   */
  public static Optional<Intensity> grey(ImagePlus latent) {
    if (!GREY.equals(latent.getStringProperty(COLOURS))) return Optional.empty();
    double black = latent.getNumericProperty("black");
    double white = latent.getNumericProperty("white");
    boolean isRange = Double.isFinite(black) && Double.isFinite(white) && black != white;
    return Optional.of(isRange ? new Intensity(black, white) : Intensity.RGB);
  }

  /** Writes the lines into an image, before the lines of its Info. */
  public void applyTo(ImagePlus imp) {
    Object before = imp.getProperty("Info");
    imp.setProperty("Info", before == null ? toString() : this + "\n" + before);
  }

  /** Writes one more line into an image that has an Info. */
  public static void add(ImagePlus imp, String key, Object value) {
    imp.setProperty("Info", new Info(MacroCall.NONE).put(key, value) + imp.getInfoProperty());
  }

  /** Writes the lines into all results of a run, and returns them. */
  public Results appliedTo(Results results) {
    results.all().forEach(this::applyTo);
    return results;
  }

  /** Writes notes of a command to ImageJ's log, but for those that its dialog has shown. */
  public static void log(MacroCall call, List<String> notes) {
    for (String note : notes) {
      if (!call.said().contains(note)) IJ.log(call.label().replace("...", ": ") + note);
    }
  }

  /** Returns the lines, each ended by a line feed. */
  @Override
  public String toString() {
    return lines.entrySet().stream()
        .map(line -> line.getKey() + "=" + line.getValue().get() + "\n")
        .collect(Collectors.joining());
  }

  private static String joined(
      List<Evaluation> evaluations, ToDoubleFunction<Evaluation> quantity) {
    return evaluations.stream()
        .map(evaluation -> Numbers.text(quantity.applyAsDouble(evaluation)))
        .collect(Collectors.joining(","));
  }
}
