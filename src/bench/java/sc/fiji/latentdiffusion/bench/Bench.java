package sc.fiji.latentdiffusion.bench;

import java.io.BufferedReader;
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

  private final Path folder = Path.of(System.getProperty("folder", "target/bench/sd15"));
  private final String size = System.getProperty("size", "512");
  private final String steps = System.getProperty("steps", "4");
  private final String python = System.getProperty("python", "");
  private final Map<String, List<Measurement>> found = new LinkedHashMap<>();

  private Bench() {}

  /**
   * Runs the benchmark. System properties: {@code folder} of the model, written if it is missing;
   * {@code size} in pixels; {@code steps} of each run; {@code rounds}; {@code precisions}; {@code
   * python} to run diffusers with.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Bench bench = new Bench();
    FullSizeModel.write(bench.folder);
    String[] precisions = System.getProperty("precisions", "bfloat16,float32").split(",");
    for (int round = Integer.getInteger("rounds", 3); round > 0; round--)
      for (String precision : precisions) bench.round(precision);
    bench.print();
  }

  private void round(String precision) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("bench.classpath", System.getProperty("java.class.path"));
    add(
        measured(
            java, "-cp", classPath, Ours.class.getName(), "" + folder, precision, size, steps));
    if (!python.isEmpty())
      add(measured(python, PEER.toString(), "" + folder, precision, size, steps));
  }

  private void add(Measurement m) {
    found.computeIfAbsent(m.name(), name -> new ArrayList<>()).add(m);
  }

  private static Measurement measured(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    StringBuilder said = new StringBuilder();
    Measurement measurement = null;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith(Measurement.MARK)) measurement = Measurement.parse(line);
      }
    }
    if (process.waitFor() != 0 || measurement == null)
      throw new IOException(String.join(" ", command) + " failed:\n" + said);
    return measurement;
  }

  private void print() {
    System.out.printf(
        "%-24s %9s %9s %9s %9s %9s%n", "", "start s", "step s", "core s", "decode s", "peak GiB");
    found.forEach((name, all) -> System.out.println(row(name, all)));
    for (String name : found.keySet())
      if (name.startsWith("ours") && found.containsKey(name.replace("ours", "diffusers")))
        System.out.println(ratios(name));
  }

  private static String row(String name, List<Measurement> all) {
    return line(
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
    return line(
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

  private static String line(String name, double... values) {
    StringBuilder line = new StringBuilder(String.format("%-24s", name));
    for (double value : values) line.append(String.format(Locale.ROOT, " %9.2f", value));
    return line.toString();
  }
}
