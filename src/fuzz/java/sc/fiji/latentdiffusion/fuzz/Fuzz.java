/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.fuzz.Outcome.Result;

/**
 * Gives thousands of damaged, strange and hostile inputs to the software and counts how they end.
 * The inputs run in another process, which may die of them. The page {@code src/site/fuzzing.md}
 * lists the options.
 */
public final class Fuzz {

  private final Map<String, String> options = new HashMap<>();
  private final Report report = new Report();
  private final Path out;
  private final List<String> said = new ArrayList<>();
  private int boxes;

  private Fuzz(String[] args) throws IOException {
    options.put("seed", "1");
    options.put("inputs", "5000");
    options.put("minutes", "12");
    options.put("kinds", "all");
    options.put("limit", "10000");
    options.put("heap", "768m");
    options.put("resources", "src/test/resources");
    options.put("out", "target/fuzz");
    options.put("replay", "");
    for (int i = 0; i + 1 < args.length; i += 2)
      options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
    out = Path.of(options.get("out")).toAbsolutePath();
    Files.createDirectories(out);
  }

  /** Runs a campaign; the exit status is 1 where there was a fault. */
  public static void main(String[] args) throws Exception {
    Fuzz fuzz = new Fuzz(args);
    fuzz.run();
    System.exit(fuzz.report.hasFaults() ? 1 : 0);
  }

  private void run() throws Exception {
    long begin = System.nanoTime();
    if (!options.get("replay").isEmpty()) {
      String[] replay = options.get("replay").split(":");
      campaign(Integer.parseInt(replay[1]), Integer.parseInt(replay[1]) + 1, replay[0], begin);
    } else {
      campaign(Input.PLAIN, 0, options.get("kinds"), begin);
      if (report.plainFailed()) {
        System.out.println("The seeds themselves must run, but do not:\n" + report.text());
        System.exit(2);
      }
      campaign(0, Integer.parseInt(options.get("inputs")), options.get("kinds"), begin);
    }
    String seconds = "Seconds: " + (System.nanoTime() - begin) / 1_000_000_000 + "\n";
    Files.writeString(out.resolve("report.txt"), report.text() + seconds);
    report.writeFaults(out.resolve("faults"));
    System.out.println(report.text() + seconds);
  }

  /** Runs inputs in as many processes, one after the other, as it takes. */
  private void campaign(int from, int to, String kinds, long begin) throws Exception {
    int next = from;
    while (next < to) {
      int begun = worker(next, to, kinds, begin);
      if (begun < 0 || from == Input.PLAIN) return;
      next = begun + 1;
    }
  }

  /**
   * @return the index of the input that the process has died of; negative where it has not
   */
  private int worker(int from, int to, String kinds, long begin) throws Exception {
    Path box = out.resolve("box-" + boxes++);
    Process process = start(box, from, to, kinds);
    BlockingQueue<String> lines = lines(process);
    String kind = "";
    int index = from - 1;
    boolean done = true;
    long limit = 6 * Long.parseLong(options.get("limit"));
    long end = begin + Long.parseLong(options.get("minutes")) * 60_000_000_000L;
    while (true) {
      String line = lines.poll(limit + 60_000, TimeUnit.MILLISECONDS);
      if (line == null || line.equals("end")) {
        // its output ends before it does, which may take long on a busy machine
        boolean hasEnded = line != null && process.waitFor(1, TimeUnit.MINUTES);
        if (!hasEnded) process.destroyForcibly().waitFor();
        if (!done) report.add(crash(box, kind, index, line == null));
        else if (process.exitValue() != Worker.LOST && process.exitValue() != 0) {
          throw new IOException("the worker has ended with status " + process.exitValue());
        }
        delete(box);
        return process.exitValue() == 0 && done ? -1 : index;
      }
      if (line.startsWith("@B ")) {
        kind = line.split(" ")[2];
        index = Integer.parseInt(line.split(" ")[1]);
        done = false;
        said.clear();
        if (System.nanoTime() > end) {
          process.destroyForcibly().waitFor();
          delete(box);
          System.out.println("The time is over at input " + index + ".");
          return Integer.MAX_VALUE - 1;
        }
      } else if (line.startsWith("@S ")) {
        said.add(line.substring(3));
      } else if (line.startsWith("@F ")) {
        report.add(Finding.of(line.substring(3)));
      } else if (line.startsWith("@R")) {
        done = true;
        report.count(line);
        Files.writeString(
            out.resolve("inputs.tsv"),
            line + "\n",
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.APPEND);
      } else if (line.equals("@E")) {
        done = true;
      }
    }
  }

  private Process start(Path box, int from, int to, String kinds) throws IOException {
    Files.createDirectories(box);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + options.get("heap"),
                "-Djava.awt.headless=true",
                "-DOPT_OUT_TRACKING=true",
                "-XX:ErrorFile=" + out.resolve("crash.log"),
                "-XX:-CreateCoredumpOnCrash",
                "-XX:MaxJavaStackTraceDepth=200000", // a stack that overflows shows where it began
                "-XX:-OmitStackTraceInFastThrow", // the thousandth exception says as much as the
                // first
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                options.get("resources"),
                box.toString(),
                options.get("seed"),
                String.valueOf(from),
                String.valueOf(to),
                options.get("limit"),
                kinds));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(out.resolve("errors.log").toFile()));
    return builder.start();
  }

  private static BlockingQueue<String> lines(Process process) {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader from =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                from.lines().forEach(lines::add);
              } catch (IOException e) {
                lines.add("lost: " + e);
              }
              lines.add("end");
            });
    reader.setDaemon(true);
    reader.start();
    return lines;
  }

  /** What the virtual machine has written of its end. */
  private Finding crash(Path box, String kind, int index, boolean hangs) throws IOException {
    Path log = out.resolve("crash.log");
    String signal = hangs ? "no answer" : "the process ended";
    String place = "?";
    if (Files.exists(log)) {
      String text = Files.readString(log, StandardCharsets.ISO_8859_1);
      Matcher what = Pattern.compile("#\\s+(SIG\\w+|EXCEPTION\\w+|Internal Error.*)").matcher(text);
      if (what.find()) signal = what.group(1);
      Matcher frame =
          Pattern.compile("[jJ] .*?sc\\.fiji\\.latentdiffusion\\.(?!fuzz)[\\w.$]*?(\\w+\\.\\w+)\\(")
              .matcher(text);
      if (frame.find()) place = frame.group(1);
      Files.delete(log);
    }
    Outcome outcome =
        new Outcome(hangs ? Result.HANG : Result.CRASH, signal, place, "the process has died", "");
    report.count(String.join("\t", "@R", "" + index, kind, outcome.result().name(), "0", "", ""));
    long seed = Long.parseLong(options.get("seed"));
    return new Finding(kind, seed, index, outcome, String.join("; ", said), "", "", 0);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.deleteIfExists(file);
    }
  }
}
