/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0,0 bytes",
    "999,999 bytes",
    "1000,1.0 kB",
    "12345,12 kB",
    "999499,999 kB",
    "999500,1.0 MB",
    "2132626066,2.1 GB",
    "6938040682,6.9 GB",
    "4000000000000000,4000 TB"
  })
  void bytesAreWrittenAsPeopleReadThem(long bytes, String text) {
    assertEquals(text, FileSize.text(bytes));
  }
}
