package sc.fiji.latentdiffusion.images.tables;

import ij.IJ;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.AddOns;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.Contents;
import sc.fiji.latentdiffusion.images.results.Info;
import sc.fiji.latentdiffusion.images.results.Versions;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.keys.MacroCall;
import sc.fiji.latentdiffusion.library.PromptNotes;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.pipeline.Prompting;
import sc.fiji.latentdiffusion.pipeline.Request;

/** The verbs that read a model's files and make tables; no network is loaded. */
public final class ModelTables {

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
   * Plans a run with schedulers; of the model only {@code scheduler_config.json} is read.
   *
   * @param request of which model, steps and strength are used
   * @param scheduler the user's text: a name, {@code all}, or names with commas between them
   * @param choices the curves of that text
   * @return plots and a table
   * @throws IllegalArgumentException if the strength leaves no step, or no scheduler can do what
   *     the model's config asks for
   * @throws IOException if the model can't be found or read
   */
  public Schedule schedule(Request request, String scheduler, List<Schedule.Choice> choices)
      throws IOException {
    Model model = Model.find(request.model(), modelsFolder);
    Info info =
        new Info(call.with(Map.of("scheduler", scheduler, "model", request.model())))
            .put("modelName", model.name())
            .put("plugin", Versions.plugin())
            .put("imagej", IJ.getFullVersion());
    return Schedule.of(Families.noiseSchedule(model), request, choices, info);
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
    Model model = Model.find(request.model(), modelsFolder);
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
