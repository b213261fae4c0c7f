/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.real.FloatType;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.images.fitting.Repainting;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.pixels.Region;
import sc.fiji.latentdiffusion.images.pixels.RegionOptions;
import sc.fiji.latentdiffusion.images.pixels.Selection;
import sc.fiji.latentdiffusion.images.pixels.Tensors;
import sc.fiji.latentdiffusion.images.repair.Repair;
import sc.fiji.latentdiffusion.library.LoadedModels;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.LatentSpace;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.StepRange;

/** The verbs of {@link Diffusion}: they check what a model needs, load it, and begin its runs. */
final class Verbs {

  /** No image of ImageJ. */
  private static final NamedImages NONE =
      new NamedImages() {
        @Override
        public String title(String image) {
          throw new IllegalStateException("Scripts on intervals name no image: " + image);
        }

        @Override
        public NDArray pixels(String image, NDManager owner) {
          throw new IllegalStateException("Scripts on intervals name no image: " + image);
        }
      };

  private final LoadedModels models;
  private final Path folder;

  /**
   * @param models loads and keeps the model
   * @param folder in which models are found by name
   */
  Verbs(LoadedModels models, Path folder) {
    this.models = models;
    this.folder = folder;
  }

  Diffusion.Run textToImage(Settings settings) throws IOException {
    return open(settings.request(), Work.Drawing::new);
  }

  Diffusion.Run denoise(
      RandomAccessibleInterval<? extends RealType<?>> latents, int from, int to, Settings settings)
      throws IOException {
    Request request = settings.request();
    Img<FloatType> given = checked(latents, declared(request).latents());
    return open(request, model -> new Work.Denoising(given, new StepRange(from, to, false)));
  }

  Diffusion.Run imageToImage(SeenImage image, Settings settings) throws IOException {
    Request request = settings.request();
    RegionOptions options = settings.region();
    Declaration declared = declared(request);
    requirePicture(declared);
    Region seen = image.seen(options);
    Selection selection = image.selection(options.feather());
    ModelView.sized(request, seen, options, declared).requireFitting(declared.latents());
    boolean repairs = Repair.isAskedBy(request);
    if (repairs) requireSurroundings(selection, seen);
    ReadImage read = image.read(seen, selection, declared);
    return open(
        request,
        model -> {
          ModelView view = ModelView.of(model, seen, options);
          Repainting repainting = new Repainting(view, read.picture(), selection, options, repairs);
          return new Work.Painting(read, image.region(), repainting);
        });
  }

  private static void requireSurroundings(Selection selection, Region seen) {
    if (!selection.covers(seen)) return;
    throw new IllegalArgumentException(
        "The built-in repair model continues in a region what is around it, but it sees nothing"
            + " around the region. Give context (context: 32), or a smaller region.");
  }

  private static void requirePicture(Declaration declared) {
    boolean isOther =
        declared.enlargement() != 1 || declared.sight().flatMap(Sight::values).isPresent();
    if (!isOther) return;
    throw new IllegalArgumentException(
        "The model must repaint what it sees, but "
            + declared.label()
            + " makes a new image of it. Run Image to Image... with it.");
  }

  Img<FloatType> encode(SeenImage image, Settings settings) throws IOException {
    Request request = settings.request();
    Region region = image.region();
    region.requireSize(Request.MAX_SIZE);
    Declaration declared = models.declaration(request, folder);
    ReadImage read = image.read(region, Selection.all(region), declared);
    LatentDiffusion model = models.forVae(request, folder);
    try (NDManager memory = model.manager().newSubManager()) {
      NDArray seen = ModelView.of(model, region).tensor(read.picture(), memory);
      return IntervalCheck.copy(Tensors.image(model.encode(seen, memory)));
    }
  }

  Img<FloatType> decode(RandomAccessibleInterval<? extends RealType<?>> latents, Settings settings)
      throws IOException {
    Request request = settings.request();
    LatentSpace space = models.declaration(request, folder).latents();
    Img<FloatType> given = checked(latents, space);
    LatentDiffusion model = models.forVae(request, folder);
    try (NDManager memory = model.manager().newSubManager()) {
      return Pictures.of(model.decode(Pictures.tensor(given, memory), memory), space);
    }
  }

  private Declaration declared(Request request) throws IOException {
    Declaration declared = models.declaration(request, folder);
    declared.requireDenoiser(request.model());
    return declared;
  }

  private static Img<FloatType> checked(
      RandomAccessibleInterval<? extends RealType<?>> latents, LatentSpace space) {
    IntervalCheck.requireDimensions("latents", latents, 3, 3);
    if (latents.dimension(2) != space.channels()) {
      throw new IllegalArgumentException(
          String.format(
              "The latents must have %d channels, as the model's have, but have %d.",
              space.channels(), latents.dimension(2)));
    }
    int width = Math.toIntExact(latents.dimension(0));
    Region.decoded(width, Math.toIntExact(latents.dimension(1)), space.factor());
    return IntervalCheck.finite("latents", latents);
  }

  private Diffusion.Run open(Request request, Function<LatentDiffusion, Work> begun)
      throws IOException {
    Added added = request.addOns().find(folder);
    LatentDiffusion model = models.get(request, added, folder);
    NDManager memory = model.manager().newSubManager();
    try {
      Work work = begun.apply(model);
      return new OpenRun(
          model.run(request, work.start(memory), model.load(added, NONE, memory)), memory, work);
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }
}
