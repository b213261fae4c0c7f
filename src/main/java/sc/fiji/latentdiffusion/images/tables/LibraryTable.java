/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import sc.fiji.latentdiffusion.io.Checksum;
import sc.fiji.latentdiffusion.library.ModelSummary;
import sc.fiji.latentdiffusion.progress.Progress;

/** The models in the models folder and the built-in ones as ImageJ's table: a row each. */
public final class LibraryTable {

  private LibraryTable() {}

  /**
   * Makes the table. An unknown checksum is computed, or left empty.
   *
   * @param models in the order of their rows
   * @param checksums whether to read all weights for unknown checksums
   * @param progress of reading them, in bytes
   * @return a row a model; what is unknown is empty, size and bytes are 0
   * @throws IOException if a file can't be read
   * @throws CancellationException if the user wants to stop
   */
  public static ResultsTable of(List<ModelSummary> models, boolean checksums, Progress progress)
      throws IOException {
    ResultsTable table = new ResultsTable();
    Sums sums = new Sums(models, progress);
    for (ModelSummary model : models) {
      table.addRow();
      table.addValue("model", model.shown());
      table.addValue("family", model.family());
      table.addValue("size", model.size());
      table.addValue("precision", model.precision());
      table.addValue("bytes", String.valueOf(model.bytes()));
      table.addValue("problem", model.problem());
      table.addValue("path", model.path().toString());
      table.addValue("sha256", checksums ? sums.sha256(model) : known(model));
    }
    return table;
  }

  private static String known(ModelSummary model) throws IOException {
    return model.knownSha256().orElse("");
  }

  /** Computes unknown checksums. */
  private static final class Sums {

    private final Progress progress;
    private final long total;
    private long done;

    Sums(List<ModelSummary> models, Progress progress) throws IOException {
      this.progress = progress;
      long unknown = 0;
      for (ModelSummary model : models) {
        unknown += model.knownSha256().isEmpty() ? model.bytes() : 0;
      }
      total = unknown;
    }

    String sha256(ModelSummary model) throws IOException {
      if (model.weightFiles().isEmpty()) {
        return "";
      }
      LongConsumer read =
          bytes -> {
            done += bytes;
            progress.update(done, total, "Reading " + model.shown());
            if (progress.mustStop()) {
              throw new CancellationException("Canceled while checksums were computed.");
            }
          };
      return Checksum.sha256(model.weightFiles(), read);
    }
  }
}
