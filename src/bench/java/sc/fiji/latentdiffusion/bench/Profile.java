/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Where the time goes: the kernels that ran, by method and shape, from the flight recorder. */
final class Profile implements AutoCloseable {

  private static final String KERNEL = "sc.fiji.latentdiffusion.Kernel";
  private static final int LINES = 20;

  private record Row(String kernel, int calls, double milliseconds) {

    static Row of(RecordedEvent event) {
      String kernel = event.getString("function") + " " + event.getString("shape");
      return new Row(kernel, 1, event.getDuration().toNanos() / 1e6);
    }

    Row plus(Row other) {
      return new Row(kernel, calls + other.calls, milliseconds + other.milliseconds);
    }
  }

  private final Recording recording = new Recording();

  /** Begins to record. */
  Profile() {
    recording.enable(KERNEL).withoutThreshold();
    recording.start();
  }

  /** Prints the kernels that took longest. */
  void print() throws IOException {
    recording.stop();
    Path file = Files.createTempFile("kernels", ".jfr");
    try {
      recording.dump(file);
      print(rows(file));
    } finally {
      Files.delete(file);
    }
  }

  private static Map<String, Row> rows(Path file) throws IOException {
    Map<String, Row> rows = new HashMap<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (!event.getEventType().getName().equals(KERNEL)) continue;
      Row row = Row.of(event);
      rows.merge(row.kernel(), row, Row::plus);
    }
    return rows;
  }

  private static void print(Map<String, Row> rows) {
    double total = rows.values().stream().mapToDouble(Row::milliseconds).sum();
    System.out.printf("%-44s %6s %9s %6s%n", "kernel", "calls", "ms", "share");
    rows.values().stream()
        .sorted(Comparator.comparingDouble(Row::milliseconds).reversed())
        .limit(LINES)
        .forEach(
            row ->
                System.out.printf(
                    "%-44s %6d %9.1f %5.1f%%%n",
                    row.kernel(),
                    row.calls(),
                    row.milliseconds(),
                    100 * row.milliseconds() / total));
  }

  @Override
  public void close() {
    recording.close();
  }
}
