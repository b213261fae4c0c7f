/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub.safety;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that a download writes. It lies below the models folder, whatever its path says, and
 * nothing on the way to it is a link: a link would lead writing elsewhere. The models folder itself
 * may be one.
 *
 * @param root the models folder, absolute
 * @param path of the file, absolute
 */
public record WrittenFile(Path root, Path path) {

  private static final String ADVICE =
      " Nothing is written through links: move it away, then get the model again.";

  /**
   * Returns a file below a folder.
   *
   * @param folder the models folder
   * @param path within it, with slashes
   * @throws PermanentFailure if it is not below the folder
   */
  public static WrittenFile below(Path folder, String path) throws PermanentFailure {
    Path root = folder.toAbsolutePath().normalize();
    if (PortablePath.problem(path).isEmpty()) {
      Path file = root.resolve(path).normalize();
      if (file.startsWith(root) && !file.equals(root)) return new WrittenFile(root, file);
    }
    throw new PermanentFailure(
        ForeignText.shown(path)
            + " can't be the path of a file in the models folder "
            + root
            + ". Nothing is downloaded.");
  }

  /** Returns another file in the same folder. */
  public WrittenFile beside(String name) throws PermanentFailure {
    return below(root, root.relativize(path.resolveSibling(name)).toString().replace('\\', '/'));
  }

  /** Returns whether it, or a link in its place, exists. */
  public boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Returns the number of bytes in it; 0 if there is none. */
  public long size() throws IOException {
    requireNoLink();
    return exists() ? Files.size(path) : 0;
  }

  /**
   * Checks that neither the file nor a folder on the way to it is a link.
   *
   * @throws PermanentFailure if one is, naming it and where it leads
   */
  public void requireNoLink() throws IOException {
    Path at = root;
    for (Path part : root.relativize(path)) {
      at = at.resolve(part);
      if (Files.isSymbolicLink(at)) {
        throw new PermanentFailure(
            at + " is a link to " + Files.readSymbolicLink(at) + "." + ADVICE);
      }
    }
    requireInside(nearest(path.getParent()));
  }

  private Path nearest(Path folder) {
    Path there = folder;
    while (!there.equals(root) && !Files.exists(there)) there = there.getParent();
    return there;
  }

  /** Other kinds of links, such as Windows' junctions, show only in the real path. */
  private void requireInside(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    Path real = folder.toRealPath();
    if (!real.startsWith(root.toRealPath())) {
      throw new PermanentFailure(folder + " leads to " + real + "." + ADVICE);
    }
  }

  /** Makes the folder that it lies in. */
  public void makeFolder() throws IOException {
    requireNoLink();
    try {
      if (!Files.isDirectory(root)) Files.createDirectories(root);
      Files.createDirectories(path.getParent());
    } catch (IOException e) {
      throw new PermanentFailure(
          "The folder "
              + path.getParent()
              + " can't be made: something of that name is there, or the models folder may not be"
              + " written.",
          e);
    }
    requireNoLink();
  }

  /**
   * Opens it for writing, or makes it.
   *
   * @throws PermanentFailure if it is a link, or has another name elsewhere
   */
  public FileChannel open() throws IOException {
    requireNoLink();
    if (exists() && names() > 1) {
      throw new PermanentFailure(path + " has a second name elsewhere (a hard link)." + ADVICE);
    }
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  /** Returns the number of names that lead to its bytes; 1 where the system does not tell. */
  private int names() throws IOException {
    boolean told = path.getFileSystem().supportedFileAttributeViews().contains("unix");
    return told ? (int) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS) : 1;
  }
}
