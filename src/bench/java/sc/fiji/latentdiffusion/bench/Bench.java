/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Runs processes of ours and, if a Python with diffusers is given, of diffusers on one model, turn
 * about, and prints medians and ratios.
 */
public final class Bench {

  private static final Path PEER = Path.of("src/bench/python/peer.py");

  private final String kind = System.getProperty("kind", "sd15");
  private final Path folder = Path.of(System.getProperty("folder", "target/bench/" + kind));
  private final String size = System.getProperty("size", "512");
  private final String steps = System.getProperty("steps", "4");
  private final String device = System.getProperty("device", "cpu");
  private final String python = System.getProperty("python", "");
  private final Map<String, List<Measurement>> found = new LinkedHashMap<>();
  private final Map<String, List<Double>> peaks = new LinkedHashMap<>();

  private Bench() {}

  /**
   * Runs the benchmark. System properties: {@code kind} of model, sd15 or ddpm; its {@code folder},
   * written if it is missing; {@code size} in pixels; {@code steps} of each run; {@code device},
   * cpu or gpu; {@code rounds}; {@code precisions}; {@code python} to run diffusers with; {@code
   * profile} to print where the time goes.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Bench bench = new Bench();
    FullSizeModel.write(bench.folder, Sizes.named(bench.kind));
    String[] precisions = System.getProperty("precisions", "bfloat16,float32").split(",");
    for (int round = Integer.getInteger("rounds", 3); round > 0; round--)
      for (String precision : precisions) bench.round(precision);
    bench.print();
    if (Boolean.getBoolean("profile")) for (String precision : precisions) bench.profile(precision);
  }

  private void round(String precision) throws IOException, InterruptedException {
    String peak = line(Peak.MARK, java(Peak.class.getName(), precision, device));
    peaks.computeIfAbsent(precision, key -> new ArrayList<>()).add(Double.valueOf(peak));
    add(java(Ours.class.getName(), "" + folder, precision, size, steps, device));
    if (!python.isEmpty())
      add(said(python, PEER.toString(), "" + folder, precision, size, steps, device));
  }

  private void profile(String precision) throws IOException, InterruptedException {
    System.out.println("\n" + precision);
    java("-Dprofile=true", Ours.class.getName(), "" + folder, precision, size, steps, device)
        .lines()
        .filter(line -> !line.startsWith(Measurement.MARK))
        .forEach(System.out::println);
  }

  private static String java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(arguments));
    return said(command.toArray(String[]::new));
  }

  private void add(String said) {
    Measurement m = Measurement.parse(line(Measurement.MARK, said));
    found.computeIfAbsent(m.name(), name -> new ArrayList<>()).add(m);
  }

  /** The rest of the line that begins with a mark. */
  private static String line(String mark, String said) {
    return said.lines()
        .filter(line -> line.startsWith(mark))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No " + mark + "in:\n" + said))
        .substring(mark.length());
  }

  /** What a process printed; its errors, too, which are no failure by themselves. */
  private static String said(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0)
      throw new IOException(String.join(" ", command) + " failed:\n" + said);
    return said;
  }

  private void print() {
    System.out.printf(
        "%-24s %9s %9s %9s %9s %9s%n", "", "start s", "step s", "core s", "decode s", "peak GiB");
    found.forEach((name, all) -> System.out.println(row(name, all)));
    for (String name : found.keySet())
      if (name.startsWith("ours") && found.containsKey(name.replace("ours", "diffusers")))
        System.out.println(ratios(name));
    if (kind.equals("sd15"))
      peaks.forEach((precision, all) -> System.out.println(shares(precision, all)));
  }

  /** What the machine multiplies at most, and how much of it a step and the decoding reach. */
  private String shares(String precision, List<Double> all) {
    int pixels = Integer.parseInt(size);
    List<Measurement> ours = found.get("ours " + precision);
    double peak = Measurement.median(all);
    return String.format(
        Locale.ROOT,
        "%s: matrices are multiplied at %.0f GFLOP/s; a step reaches %.0f %%, decoding %.0f %%",
        precision,
        peak,
        100 * Work.step(pixels) / median(ours, Measurement::step) / peak / 1e9,
        100 * Work.decoding(pixels) / median(ours, Measurement::decode) / peak / 1e9);
  }

  private static String row(String name, List<Measurement> all) {
    return values(
        name,
        median(all, Measurement::start),
        median(all, Measurement::step),
        median(all, Measurement::processor),
        median(all, Measurement::decode),
        median(all, Measurement::peak));
  }

  /** Ours divided by theirs of the same round, the median of the rounds. */
  private String ratios(String name) {
    List<Measurement> ours = found.get(name);
    List<Measurement> theirs = found.get(name.replace("ours", "diffusers"));
    return values(
        name + " / theirs",
        ratio(ours, theirs, Measurement::start),
        ratio(ours, theirs, Measurement::step),
        ratio(ours, theirs, Measurement::processor),
        ratio(ours, theirs, Measurement::decode),
        ratio(ours, theirs, Measurement::peak));
  }

  private static double ratio(
      List<Measurement> ours, List<Measurement> theirs, ToDoubleFunction<Measurement> of) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++)
      ratios.add(of.applyAsDouble(ours.get(i)) / of.applyAsDouble(theirs.get(i)));
    return Measurement.median(ratios);
  }

  private static double median(List<Measurement> all, ToDoubleFunction<Measurement> of) {
    return Measurement.median(all.stream().mapToDouble(of).boxed().toList());
  }

  private static String values(String name, double... values) {
    StringBuilder line = new StringBuilder(String.format("%-24s", name));
    for (double value : values) line.append(String.format(Locale.ROOT, " %9.3f", value));
    return line.toString();
  }
}
