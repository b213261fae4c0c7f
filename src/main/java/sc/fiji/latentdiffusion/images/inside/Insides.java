/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.inside;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import sc.fiji.latentdiffusion.images.pixels.Calibrated;
import sc.fiji.latentdiffusion.images.pixels.ModelView;
import sc.fiji.latentdiffusion.images.results.EvaluationLabel;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.images.results.Stacks;
import sc.fiji.latentdiffusion.images.tables.StepTable;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/** What runs show of themselves beside their stacks, as far as it is asked for. */
public final class Insides {

  /** The role of the picture "Montage". */
  public static final String MONTAGE = "montagesheet";

  /** The role of "Attention by step". */
  public static final String ATTENTION_STEPS = "attentionsteps";

  /** The role of "Attention". */
  public static final String ATTENTION = "attentionimage";

  /** The role of "Attention of a point". */
  public static final String POINT = "pointsteps";

  /**
   * A run among those of a command.
   *
   * @param number from 1
   * @param seed of the run
   * @param slice of the input, from 1
   * @param name for labels; may be empty
   * @param labels of the evaluations
   */
  public record Place(
      int number, long seed, int slice, String name, List<EvaluationLabel> labels) {}

  private final Stacks.Further which;
  private final ModelView view;
  private final StepTable table = new StepTable();
  private final AttentionImages attention;
  private List<String> tokens = List.of();
  private Montage montage;

  /**
   * @param which are made
   * @param view the region that the model sees
   */
  public Insides(Stacks.Further which, ModelView view) {
    this.which = which;
    this.view = view;
    attention = new AttentionImages(view);
  }

  /**
   * Asks a run for what is shown of it, before it is iterated.
   *
   * @throws IllegalArgumentException if the attention to words is asked for, and there are none
   * @throws IOException if the prompt can't be split into tokens
   */
  public void prepare(Run run) throws IOException {
    if (which.attention()) {
      tokens = run.tokens();
      if (tokens.isEmpty()) {
        throw new IllegalArgumentException(
            "attention shows where the model looks for each word, but the prompt has none. Write a"
                + " prompt, or leave attention out.");
      }
    }
    run.attend(new AttentionProbe.Wish(tokens.size(), which.point().map(view::pixel)));
  }

  /**
   * Begins a run.
   *
   * @return takes the evaluations of this run alone
   */
  public Consumer<Evaluated> begin(Place run) {
    List<Consumer<Evaluated>> takers = new ArrayList<>();
    if (which.table()) {
      takers.add(table.begin(run.number(), run.seed(), run.slice(), run.labels()));
    }
    if (which.attention() || which.point().isPresent()) {
      takers.add(attention.begin(run.name(), tokens, run.labels()));
    }
    if (which.montage() && montage == null) {
      montage = new Montage(view, run.labels());
      takers.add(montage);
    }
    return evaluated -> takers.forEach(taker -> taker.accept(evaluated));
  }

  /**
   * Returns what the runs so far have shown.
   *
   * @param image calibration of the whole image
   */
  public Results results(Calibrated image) {
    Results results = table.results().with(attention.results(image));
    return montage == null
        ? results
        : montage.image().map(sheet -> results.with(MONTAGE, sheet)).orElse(results);
  }
}
