/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.commands;

import ij.ImagePlus;
import ij.WindowManager;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Attr;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.InnerRun;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.hosts.batch.BatchPart;
import sc.fiji.latentdiffusion.hosts.batch.BatchPlan;
import sc.fiji.latentdiffusion.hosts.batch.BatchRun;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogStart;
import sc.fiji.latentdiffusion.images.Estimates;
import sc.fiji.latentdiffusion.images.ImageDiffusion;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.keys.Key;
import sc.fiji.latentdiffusion.progress.Progress;

/** Runs a recorded line, or a macro, over many files. */
@Plugin(
    type = Command.class,
    label = "Batch",
    description =
        "Runs a recorded line of a command, or a macro, over all images of a folder. What is done"
            + " already is skipped: the same call continues what was interrupted.",
    menuPath = "Plugins>Latent Diffusion>Batch...",
    menuRoot = DiffusionCommand.MENU,
    headless = true,
    attrs = @Attr(name = Recording.OWN))
public final class Batch extends DiffusionCommand {

  @Parameter(
      label = "Part",
      description =
          "1/1 for all files; 2/8 for the second of eight parts, which other processes or computers"
              + " do at the same time: every eighth file.",
      persist = false,
      attrs = {@Attr(name = Key.AFTER, value = ""), @Attr(name = Key.ROW, value = "part")})
  private String part = "1/1";

  @Parameter(
      label = "Make results again",
      description = "Makes results again that are there and whole. Otherwise they are skipped.",
      persist = false,
      attrs = @Attr(name = Key.ROW, value = "part"))
  private boolean overwrite = false;

  @Parameter(
      label = "Subfolders",
      description = "Works on the folders within the input, too; the output has the same folders.",
      attrs = @Attr(name = Key.ROW, value = "part"))
  private boolean subfolders = true;

  @Parameter(
      label = "Format",
      description =
          "The format of the results: TIFF with the Info of every setting, or PNG with the settings"
              + " as Save Picture writes them.",
      choices = {"tiff", "png"},
      attrs = @Attr(name = Key.ROW, value = "format"))
  private String format = "tiff";

  @Parameter(
      label = "Selection",
      description =
          "Where the selection of an image comes from: none; the file itself; roi for NAME.roi or"
              + " NAME.zip beside it; labels for NAME.labels.tif beside it, in which each value is"
              + " an area.",
      choices = {"none", "file", "roi", "labels"},
      attrs = @Attr(name = Key.ROW, value = "format"))
  private String selection = "file";

  @Parameter(
      label = "Seed",
      description =
          "Each file has a seed of its own that depends on this one and on the file's name alone,"
              + " 0…4294967295.",
      min = "0",
      max = "4294967295",
      persist = false,
      attrs = @Attr(name = Key.ROW, value = "format"))
  private long seed = 0;

  @Parameter(
      label = "Input",
      description =
          "A folder, a pattern (folder/*.tif), or a text file with the path of an image in each"
              + " line.",
      style = Key.FOLDER_STYLE,
      attrs = {@Attr(name = Key.PART, value = Key.UPPER), @Attr(name = Key.WIDE)})
  private String input = "";

  @Parameter(
      label = "Output",
      description = "The folder for the results and the list batch.csv; it is made if missing.",
      style = Key.FOLDER_STYLE,
      attrs = {@Attr(name = Key.PART, value = Key.UPPER), @Attr(name = Key.WIDE)})
  private String output = "";

  @Parameter(
      label = "Line",
      description =
          "A recorded line, run(\"Image to Image...\", \"…\"), or the path of a macro. A macro is"
              + " told input, output and seed, with tabs between them, by getArgument(); its active"
              + " image is the result.",
      style = Key.TEXT_STYLE,
      attrs = @Attr(name = Key.PART, value = Key.UPPER))
  private String line = "";

  @Parameter(type = ItemIO.OUTPUT, label = "Batch")
  private ResultsTable files;

  private BatchPlan.Asked planned;

  private BatchPlan plan;

  /** The plan of the present inputs; the dialog, which asks often, lists the files once. */
  private BatchPlan plan() throws IOException {
    BatchPlan.Asked now = wanted();
    if (!now.equals(planned)) plan = plan(now);
    planned = now;
    return plan;
  }

  private BatchPlan.Asked wanted() {
    return new BatchPlan.Asked(
        part, overwrite, subfolders, format, selection, seed, input, output, line);
  }

  private BatchPlan plan(BatchPlan.Asked now) throws IOException {
    return new BatchPlan(now, label -> InnerRun.named(label, service()));
  }

  @Override
  public void check() {
    BatchPart.of(part);
  }

  /** The line that made the active image. */
  @Override
  public DialogStart dialogStart(Map<String, String> chosen) {
    ImagePlus active = WindowManager.getCurrentImage();
    Optional<String> made =
        Optional.ofNullable(active).map(image -> image.getStringProperty("macro"));
    return new DialogStart("", made.map(text -> Map.of("line", text)).orElse(Map.of()), Map.of());
  }

  @Override
  protected String estimate(Estimates estimates) throws IOException {
    return plan().sentence();
  }

  @Override
  protected List<String> notes(Estimates estimates) throws IOException {
    return plan().note().stream().toList();
  }

  @Override
  protected String device() {
    return "auto";
  }

  @Override
  protected Results work(ImageDiffusion images, Progress progress) throws IOException {
    return BatchRun.of(plan(wanted()), images, progress); // files may have come since
  }
}
