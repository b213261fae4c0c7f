/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import ij.measure.ResultsTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.images.results.Results;

/** What became of each file: a file of comma-separated values, a line at a time, and a table. */
final class BatchLog {

  /** The title of the table. */
  static final String TITLE = "Batch";

  /** What became of a file. */
  enum Status {
    DONE,
    SKIPPED,
    FAILED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A row.
   *
   * @param input the file
   * @param sha256 of it; empty if it could not be read
   * @param output the file of the result
   * @param seed of the file
   * @param seconds that it took
   * @param message of a failure; empty for others
   */
  record Row(
      String input,
      String sha256,
      String output,
      long seed,
      double seconds,
      Status status,
      String message) {

    private Stream<String> cells() {
      String time = String.format(Locale.ROOT, "%.3f", seconds);
      return Stream.of(
          input, sha256, output, String.valueOf(seed), time, status.toString(), message);
    }
  }

  private static final String HEADER = "input,sha256,output,seed,seconds,status,message\n";

  private final Path file;
  private final ResultsTable table = new ResultsTable();
  private final List<Row> rows = new ArrayList<>();

  /** Begins a file, in the place of an earlier run's. */
  BatchLog(Path file) throws IOException {
    this.file = file;
    Files.writeString(file, HEADER);
    table.setPrecision(3);
  }

  /** Adds a row, readable at once. */
  void add(Row row) throws IOException {
    rows.add(row);
    String line = row.cells().map(BatchLog::quoted).collect(Collectors.joining(",")) + "\n";
    Files.writeString(file, line, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    table.addRow();
    table.addValue("input", row.input());
    table.addValue("sha256", row.sha256());
    table.addValue("output", row.output());
    table.addValue("seed", row.seed());
    table.addValue("seconds", row.seconds());
    table.addValue("status", row.status().toString());
    table.addValue("message", row.message());
  }

  private static String quoted(String cell) {
    boolean isPlain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  /** Returns the table. */
  Results results() {
    return Results.of(table, TITLE);
  }

  long count(Status status) {
    return rows.stream().filter(row -> row.status() == status).count();
  }

  /** Returns the files that failed, each with its message. */
  List<String> failures() {
    return rows.stream()
        .filter(row -> row.status() == Status.FAILED)
        .map(row -> row.input() + ": " + row.message())
        .toList();
  }
}
