/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.IJ;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.Contents;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Versions;
import sc.fiji.latentdiffusion.io.model.BuiltIn;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.library.PromptNotes;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;

/** The verbs that read a model's files and make tables; no network is loaded. */
public final class ModelTables {

  /** A name in a list, in quotes or not, and the comma behind it. */
  private static final Pattern NAME =
      Pattern.compile("\\s*(?:([\"'])(.*?)\\1|([^,]*?))\\s*(?:,|$)");

  private final Path modelsFolder;
  private final MacroCall call;

  /**
   * @param modelsFolder in which models are found by name
   * @param call of the command, for the Info and the log
   */
  public ModelTables(Path modelsFolder, MacroCall call) {
    this.modelsFolder = modelsFolder;
    this.call = call;
  }

  /**
   * Plans a run with schedulers; of a model only {@code scheduler_config.json} is read, unless its
   * steps depend on the size of pictures: then they are those of the model's own size.
   *
   * @param request of which steps, strength and model are used; there may be several models, with
   *     commas between them, and one that has a comma itself then stands in quotes
   * @param scheduler the user's text: a name, {@code all}, or names with commas between them
   * @param choices the curves of that text
   * @return plots and a table
   * @throws IllegalArgumentException if the strength leaves no step, or no scheduler can do what
   *     the model's config asks for
   * @throws IOException if the model can't be found or read
   */
  public Schedule schedule(Request request, String scheduler, List<Schedule.Choice> choices)
      throws IOException {
    Map<String, Model> found = named(request.model());
    Map<String, NoiseSchedule> schedules = new LinkedHashMap<>();
    for (Map.Entry<String, Model> model : found.entrySet()) {
      schedules.put(model.getKey(), noiseSchedule(model.getValue()));
    }
    String names = found.values().stream().map(Model::name).collect(Collectors.joining(", "));
    Info info =
        new Info(call.with(Map.of("scheduler", scheduler, "model", request.model())))
            .put("modelName", names)
            .put("plugin", Versions.plugin())
            .put("imagej", IJ.getFullVersion());
    return Schedule.of(schedules, request, choices, info);
  }

  /** Finds one model, or each of a list where the whole text names none. */
  private Map<String, Model> named(String text) throws IOException {
    Map<String, Model> found = new LinkedHashMap<>();
    try {
      found.put(text, Model.find(text, modelsFolder));
    } catch (IOException e) {
      if (!text.contains(",")) throw e;
      Matcher names = NAME.matcher(text);
      while (!names.hitEnd() && names.find()) {
        String name = names.group(2) == null ? names.group(3) : names.group(2);
        String shown = BuiltIn.named(name).map(BuiltIn::label).orElse(name);
        found.put(shown, Model.find(name, modelsFolder));
      }
    }
    return found;
  }

  private static NoiseSchedule noiseSchedule(Model model) throws IOException {
    NoiseSchedule schedule = Families.noiseSchedule(model);
    if (schedule.isForAnySize()) return schedule;
    Declaration declaration = Families.declare(model);
    int factor = declaration.latents().factor();
    return schedule.forLatents(
        declaration.size().width() / factor, declaration.size().height() / factor);
  }

  /**
   * Tokenizes a request's prompts.
   *
   * @return a row for each token
   * @throws IOException if the model can't be found, or its tokenizers not read
   */
  public ResultsTable tokens(Request request) throws IOException {
    Added added = request.addOns().find(modelsFolder);
    Prompting prompting = request.prompting();
    Prompt prompt = prompting.of(prompting.prompt());
    Prompt negative = prompting.of(prompting.negative());
    Model model = Model.find(request.names(), modelsFolder);
    Info.log(call, PromptNotes.signs(model, prompting));
    return TokenTable.of(model, prompt, negative, added);
  }

  /**
   * Lists the contents of the files of a model or an add-on.
   *
   * @param model empty for the built-in model, else a folder, a file or the name of one
   * @return a row for each setting and tensor
   * @throws IOException if it can't be found or read
   */
  public ResultsTable contents(String model) throws IOException {
    Optional<Contents> addOn = AddOns.contents(model, modelsFolder);
    if (addOn.isPresent()) return ModelTable.of(addOn.get());
    return ModelTable.of(Model.find(model, modelsFolder));
  }
}
