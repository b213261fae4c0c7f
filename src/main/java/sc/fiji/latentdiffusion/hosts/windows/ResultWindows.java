/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hosts.windows;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GUI;
import ij.gui.ImageWindow;
import ij.gui.Plot;
import ij.gui.StackWindow;
import ij.macro.Interpreter;
import java.awt.Dimension;
import java.awt.GraphicsEnvironment;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sc.fiji.latentdiffusion.images.imagej.HeldBounds;
import sc.fiji.latentdiffusion.images.results.Results;

/**
 * Opens the results of a run in ImageJ: each with a title of its own, small images magnified,
 * stacks of steps as large as their picture, all beside one another on the screen. In batch mode
 * and without a screen, images have titles only.
 */
public final class ResultWindows {

  /** The sizes that are tried, relative to the wanted ones, until all windows have room. */
  private static final double[] SCALES = {1, 0.85, 0.75, 0.6, 0.5, 0.4, 0.3, 0.25};

  private ResultWindows() {}

  /**
   * Opens images, the command's own last, which makes it the active image.
   *
   * @param source named in the titles; may be empty
   */
  public static synchronized void open(Results results, String source) {
    MergedLatents.listen();
    List<ImagePlus> images = new ArrayList<>(results.all());
    Collections.reverse(images);
    for (ImagePlus image : images) {
      image.setTitle(ResultTitle.unique(source, image.getTitle()));
      image.show();
      // a stack that does not open at its first slice
      if (image.getWindow() instanceof StackWindow stack) stack.updateSliceSelector();
    }
  }

  /**
   * Returns whether images can be opened: without a screen only macros have some, in batch mode.
   */
  public static boolean canOpen() {
    return !GraphicsEnvironment.isHeadless() || IJ.isMacro();
  }

  /** Returns whether windows can be arranged: with a screen, and not in batch mode. */
  static boolean isPossible() {
    return !GraphicsEnvironment.isHeadless()
        && IJ.getInstance() != null
        && !Interpreter.isBatchMode();
  }

  /**
   * Magnifies and places the windows of results that are open.
   *
   * @param preview corner of the window with the preview, where the first window goes if it does
   *     not cover ImageJ's own there; null for none
   */
  public static void arrange(Results results, Point preview) {
    if (!isPossible()) return;
    List<ResultWindow> windows = windows(results);
    if (windows.isEmpty()) return;
    List<Window> own = windows.stream().map(ResultWindow::window).toList();
    List<List<Rectangle>> earlier = own.stream().map(HeldBounds::release).toList();
    for (double scale : SCALES) {
      List<Dimension> sizes = windows.stream().map(window -> window.resized(scale)).toList();
      Optional<List<Rectangle>> places = places(own, preview, sizes);
      if (places.isPresent()) {
        move(own, earlier, places.get());
        return;
      }
      for (int i = 0; i < own.size(); i++) earlier.get(i).add(own.get(i).getBounds());
    }
    Arrangement screen = beside(List.of()); // even over ImageJ's own window
    List<Dimension> sizes = own.stream().map(Window::getSize).toList();
    List<Rectangle> places =
        screen
            .places(null, sizes)
            .orElse(own.stream().map(window -> screen.moved(window.getBounds())).toList());
    move(own, earlier, places);
  }

  private static void move(
      List<Window> windows, List<List<Rectangle>> earlier, List<Rectangle> places) {
    for (int i = 0; i < windows.size(); i++) {
      HeldBounds.set(windows.get(i), earlier.get(i), places.get(i));
    }
  }

  /** Finds places beside all other windows, or else over other windows but ImageJ's own. */
  private static Optional<List<Rectangle>> places(
      List<Window> own, Point preview, List<Dimension> sizes) {
    boolean covers =
        preview == null
            || IJ.getInstance().getBounds().intersects(new Rectangle(preview, sizes.get(0)));
    Point first = covers ? null : preview;
    List<Window> others = others().filter(window -> !own.contains(window)).toList();
    return beside(bounds(others.stream()))
        .places(first, sizes)
        .or(() -> beside(bounds(Stream.of(IJ.getInstance()))).places(first, sizes))
        .or(() -> beside(bounds(Stream.of(IJ.getInstance()))).places(null, sizes));
  }

  /** Returns the corner of a free place for a window; null if there is none. */
  static Point free(Dimension size) {
    return beside(bounds(others()))
        .places(null, List.of(size))
        .map(places -> places.get(0).getLocation())
        .orElse(null);
  }

  /** Returns the room beside other windows, beginning with the row below ImageJ's own. */
  private static Arrangement beside(List<Rectangle> others) {
    Rectangle screen = GUI.getMaxWindowBounds(IJ.getInstance());
    Rectangle own = IJ.getInstance().getBounds();
    int bottom = own.y + own.height + Arrangement.GAP;
    boolean isAbove = bottom < screen.y + screen.height / 3;
    return new Arrangement(screen, isAbove ? bottom : screen.y, others);
  }

  private static List<Rectangle> bounds(Stream<? extends Window> windows) {
    return windows.filter(Window::isShowing).map(Window::getBounds).toList();
  }

  private static Stream<Window> others() {
    int[] ids = WindowManager.getIDList();
    Stream<Window> images =
        ids == null
            ? Stream.of()
            : IntStream.of(ids)
                .mapToObj(WindowManager::getImage)
                .filter(Objects::nonNull)
                .map(ImagePlus::getWindow);
    Stream<Window> rest =
        Stream.concat(
            Stream.of(IJ.getInstance()), Stream.of(WindowManager.getAllNonImageWindows()));
    return Stream.concat(images, rest).filter(Objects::nonNull);
  }

  private static List<ResultWindow> windows(Results results) {
    List<ResultWindow> windows = new ArrayList<>();
    ImagePlus own = results.get(Results.RESULT);
    ImageWindow ownWindow = own == null ? null : own.getWindow();
    for (ImagePlus image : results.all()) {
      ImageWindow window = image.getWindow();
      if (window == null) continue; // closed by the user
      if (image.getProperty(Plot.PROPERTY_KEY) instanceof Plot plot) {
        windows.add(ResultWindow.plot(window, plot));
      } else if (image == own || ownWindow == null) {
        windows.add(ResultWindow.picture(image, window));
      } else {
        windows.add(ResultWindow.steps(image, window, own, ownWindow));
      }
    }
    for (String title : results.tables().keySet()) {
      Window table = WindowManager.getWindow(title);
      if (table != null) windows.add(ResultWindow.table(table));
    }
    return windows;
  }
}
