/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.spark;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs a batch on Spark: each task does one part, in a process of its own that ends with it. A task
 * that is lost is done again elsewhere; results that are whole already are skipped.
 *
 * <pre>
 * spark-submit --class sc.fiji.latentdiffusion.spark.SparkBatch target/spark.jar
 *   PARTS IMAGEJ INPUT OUTPUT LINE
 * </pre>
 */
public final class SparkBatch {

  private static final int ARGUMENTS = 5;

  private SparkBatch() {}

  /**
   * Runs the batch; {@code local[2]} where no master is named.
   *
   * @param args number of parts; ImageJ's folder with this plugin, the same on all computers; input
   *     and output as for <i>Batch</i>, on a disk that all of them see; a file that holds the
   *     recorded line, or a macro
   */
  public static void main(String[] args) {
    if (args.length != ARGUMENTS) {
      System.err.println("Expected PARTS IMAGEJ INPUT OUTPUT LINE, but found " + args.length + ".");
      System.exit(1);
    }
    int count = Integer.parseInt(args[0]);
    SparkConf conf = new SparkConf().setAppName("Latent Diffusion batch");
    conf.setIfMissing("spark.master", "local[2]");
    boolean whole;
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      List<Integer> numbers = IntStream.rangeClosed(1, count).boxed().toList();
      List<PartProcess.Ended> ended =
          spark
              .parallelize(numbers, count)
              .map(i -> new PartProcess(i + "/" + count, args[1], args[2], args[3], args[4]).run())
              .collect();
      ended.forEach(part -> System.out.println(part.printed()));
      whole = ended.stream().noneMatch(PartProcess.Ended::hasFailedFiles);
    }
    System.exit(whole ? 0 : PartProcess.FAILED_FILES);
  }
}
