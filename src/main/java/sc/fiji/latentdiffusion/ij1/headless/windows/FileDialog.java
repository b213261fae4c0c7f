/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless.windows;

import java.io.FilenameFilter;

/** A dialog that asks for a file. */
public class FileDialog extends Dialog {

  private static final long serialVersionUID = 1;

  /** Asks for a file to read. */
  public static final int LOAD = 0;

  private String folder;
  private String file;

  /** Makes a dialog that asks for a file to read. */
  public FileDialog(Frame owner, String title) {
    this(owner, title, LOAD);
  }

  /** Makes a dialog. */
  public FileDialog(Frame owner, String title, int mode) {
    super(owner, title, true);
  }

  /** Returns the folder, or null. */
  public String getDirectory() {
    return folder;
  }

  /** Changes the folder. */
  public void setDirectory(String folder) {
    this.folder = folder;
  }

  /** Returns the name of the file, or null. */
  public String getFile() {
    return file;
  }

  /** Changes the name of the file. */
  public void setFile(String file) {
    this.file = file;
  }

  /** Ignores the filter. */
  public void setFilenameFilter(FilenameFilter filter) {}
}
