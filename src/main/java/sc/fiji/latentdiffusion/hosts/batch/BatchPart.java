/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.batch;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Every n-th file of a list, so that several processes share the work without talking.
 *
 * @param index of the part, 1 … count
 * @param count of the parts
 */
public record BatchPart(int index, int count) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  /**
   * Reads a part.
   *
   * @param text {@code i/n}
   * @throws IllegalArgumentException if it is no part
   */
  public static BatchPart of(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (form.matches()) {
      int index = Integer.parseInt(form.group(1));
      int count = Integer.parseInt(form.group(2));
      if (index >= 1 && index <= count) return new BatchPart(index, count);
    }
    throw new IllegalArgumentException(
        "part must be i/n with i from 1 to n, as 2/8 for the second of eight parts, but is \""
            + text.strip()
            + "\".");
  }

  private boolean isAll() {
    return count == 1;
  }

  /** Returns the files of this part. */
  <T> List<T> of(List<T> all) {
    return IntStream.range(0, all.size())
        .filter(i -> i % count == index - 1)
        .mapToObj(all::get)
        .toList();
  }

  /** Returns the name of the part's list in the output folder. */
  String logName() {
    return isAll() ? "batch.csv" : "batch." + index + "-of-" + count + ".csv";
  }

  /** Returns the name of the part's lock in the output folder. */
  String lockName() {
    return "." + logName().replace(".csv", ".lock");
  }

  @Override
  public String toString() {
    return index + "/" + count;
  }
}
