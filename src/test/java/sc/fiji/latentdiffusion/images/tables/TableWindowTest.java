/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ij.measure.ResultsTable;
import ij.plugin.filter.Analyzer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables where Java has no windows. */
class TableWindowTest {

  @BeforeEach
  @AfterEach
  void noResults() {
    Analyzer.setResultsTable(new ResultsTable());
  }

  @Test
  void theTableOfResultsIsACommandsIfItIsEmptyOrAnotherCommands() {
    TableWindow.show(Map.of("Tokens", table(3)));
    assertEquals(3, Analyzer.getResultsTable().size());
    TableWindow.show(Map.of("Schedule", table(5)));
    assertEquals(5, Analyzer.getResultsTable().size());
  }

  @Test
  void rowsOfTheUserStay() {
    ResultsTable user = table(2);
    Analyzer.setResultsTable(user);
    TableWindow.show(Map.of("Tokens", table(3)));
    assertSame(user, Analyzer.getResultsTable());
    assertEquals(2, user.size());
  }

  @Test
  void rowsThatTheUserAddsToACommandsTableStay() {
    TableWindow.show(Map.of("Tokens", table(3)));
    Analyzer.getResultsTable().addRow();
    TableWindow.show(Map.of("Schedule", table(5)));
    assertEquals(4, Analyzer.getResultsTable().size());
  }

  private static ResultsTable table(int rows) {
    ResultsTable table = new ResultsTable();
    for (int row = 0; row < rows; row++) {
      table.addRow();
      table.addValue("x", row);
    }
    return table;
  }
}
