package sc.fiji.latentdiffusion.images.inside;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.tables.StepTable;
import sc.fiji.latentdiffusion.pipeline.Evaluated;

/** What runs show of themselves beside their stacks, as far as it is asked for. */
public final class Insides {

  /** The role of the picture "Montage". */
  public static final String MONTAGE = "montagesheet";

  private final Stacks.Further which;
  private final ModelView view;
  private final StepTable table = new StepTable();
  private Montage montage;

  /**
   * @param which are made
   * @param view the region that the model sees
   */
  public Insides(Stacks.Further which, ModelView view) {
    this.which = which;
    this.view = view;
  }

  /**
   * Begins a run.
   *
   * @param run from 1
   * @param seed of the run
   * @param slice of the input, from 1
   * @param labels of the evaluations
   * @return takes the evaluations of this run alone
   */
  public Consumer<Evaluated> begin(int run, long seed, int slice, List<EvaluationLabel> labels) {
    List<Consumer<Evaluated>> takers = new ArrayList<>();
    if (which.table()) takers.add(table.begin(run, seed, slice, labels));
    if (which.montage() && montage == null) {
      montage = new Montage(view, labels);
      takers.add(montage);
    }
    return evaluated -> takers.forEach(taker -> taker.accept(evaluated));
  }

  /** Returns what the runs so far have shown. */
  public Results results() {
    Results results = table.results();
    return montage == null
        ? results
        : montage.image().map(image -> results.with(MONTAGE, image)).orElse(results);
  }
}
