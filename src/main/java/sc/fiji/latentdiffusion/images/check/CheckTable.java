/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.check;

import ai.djl.engine.EngineException;
import ij.IJ;
import ij.measure.ResultsTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.engine.OutOfMemory;

/** Facts that were checked, a row each, and whether they hold. */
final class CheckTable {

  /** The title of the table. */
  static final String TITLE = "Check";

  private static final int DECIMALS = 9;

  /** Computes what is compared with a bound. */
  interface Measure {

    /**
     * Computes it.
     *
     * @throws IllegalArgumentException if it can't be computed, with the reason
     * @throws IllegalStateException if it was computed and is wrong, with the reason
     * @throws IOException if a file can't be read
     */
    double found() throws IOException;
  }

  /**
   * What a number must be.
   *
   * @param value of the bound; NaN for any finite number
   * @param isLeast whether the number must be at least so large, instead of at most
   * @param unit of both; empty for none
   */
  record Bound(double value, boolean isLeast, String unit) {

    /** At most so much. */
    static Bound most(double value, String unit) {
      return new Bound(value, false, unit);
    }

    /** At least so much. */
    static Bound least(double value, String unit) {
      return new Bound(value, true, unit);
    }

    /** Any finite number. */
    static Bound finite(String unit) {
      return new Bound(Double.NaN, false, unit);
    }

    boolean holds(double found) {
      if (Double.isNaN(value)) return Double.isFinite(found);
      return isLeast ? found >= value : found <= value;
    }
  }

  private record Row(String check, double found, Bound bound, String result) {}

  private final List<Row> rows = new ArrayList<>();

  /**
   * Adds a row. What goes wrong is its result, or in the log; the other rows follow.
   *
   * @param place of the row, from 0
   */
  void add(int place, String check, Bound bound, Measure measure) {
    rows.add(place, row(check, bound, measure));
  }

  int size() {
    return rows.size();
  }

  private static Row row(String check, Bound bound, Measure measure) {
    try {
      double found = measure.found();
      return new Row(check, found, bound, bound.holds(found) ? "pass" : "fail");
    } catch (CancellationException e) {
      throw e;
    } catch (IllegalArgumentException | IOException e) {
      return new Row(check, Double.NaN, bound, "not run: " + e.getMessage());
    } catch (EngineException e) {
      return broken(check, bound, OutOfMemory.explained(e));
    } catch (OutOfMemoryError e) {
      return broken(check, bound, OutOfMemory.explained(e));
    } catch (RuntimeException e) {
      return broken(check, bound, e);
    }
  }

  private static Row broken(String check, Bound bound, RuntimeException e) {
    if (e instanceof IllegalArgumentException) {
      return new Row(check, Double.NaN, bound, "not run: " + e.getMessage());
    }
    IJ.log("Check Model: " + check + ": " + e.getMessage());
    return new Row(check, Double.NaN, bound, "fail");
  }

  ResultsTable table() {
    ResultsTable table = new ResultsTable();
    table.setPrecision(DECIMALS);
    for (Row row : rows) {
      table.addRow();
      table.addValue("check", row.check());
      table.addValue("found", row.found());
      if (Double.isNaN(row.bound().value())) table.addValue("bound", "finite");
      else table.addValue("bound", row.bound().value());
      table.addValue("unit", row.bound().unit());
      table.addValue("result", row.result());
    }
    return table;
  }
}
