/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes TorchScript text as the archive that {@code torch.jit.load} reads: a zip of stored entries
 * with the code, a pickled instance of one class without state, and no constants.
 */
final class TorchScript {

  /** The version of operators that the texts call; from 10 on, gelu takes an approximation. */
  private static final int OPERATORS = 10;

  private TorchScript() {}

  /**
   * Writes the archive of one module.
   *
   * @param className of the module in the code
   * @param code its text in TorchScript's serialised form
   * @return the archive's bytes
   */
  static byte[] archive(String className, String code) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", instanceOf(className));
      store(zip, "m/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", latin1("\u0080\u0002)."));
      store(zip, "m/version", latin1(OPERATORS + "\n"));
    }
    return bytes.toByteArray();
  }

  /** The pickle of {@code {"training": True}} as the state of an instance. */
  private static byte[] instanceOf(String className) {
    return latin1(
        "\u0080\u0002c__torch__\n"
            + className
            + "\nq\0)\u0081}(X\u0008\0\0\0trainingq\u0001\u0088ubq\u0003.");
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
