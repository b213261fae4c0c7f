/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.plugin.frame.Recorder;
import java.awt.AWTException;
import java.awt.Button;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Frame;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.TextArea;
import java.awt.TextComponent;
import java.awt.TextField;
import java.awt.Toolkit;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.ItemEvent;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A program that {@link WindowTest} starts on a screen of its own: drives real windows by the
 * keyboard, and records them. It ends with status 2 if an expected window does not come.
 */
abstract class Driver {

  private static final long PATIENCE = Long.getLong("patience", 60) * 1_000_000_000L;

  final Robot robot = new Robot();
  final Path folder;

  /**
   * At the keyboard.
   *
   * @param folder for the records
   */
  Driver(Path folder) throws AWTException {
    this.folder = folder;
    robot.setAutoDelay(30); // waiting for AWT to be idle may take ten seconds a key
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          e.printStackTrace();
          System.exit(2);
        });
  }

  final void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      robot.delay(20);
      if (System.nanoTime() > end) {
        screenshot("waited-for", null);
        throw new AssertionError("waited in vain for " + what);
      }
    }
  }

  /** Waits for the threads in which ImageJ runs commands: they record and abort at their end. */
  final void awaitCommands() {
    await(
        "the end of the command",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread != Thread.currentThread()) // of the same name in IJ.run
                .noneMatch(thread -> thread.getName().startsWith("Run$_")));
  }

  final <T> T get(String what, Supplier<T> supplier) {
    await(what, () -> supplier.get() != null);
    return supplier.get();
  }

  /** Returns the dialog of this title, as soon as it has the focus. */
  final Dialog dialog(String title) {
    return get("dialog " + title, () -> (Dialog) showing(Dialog.class, title));
  }

  final ImagePlus image(String title) {
    return get("image " + title, () -> WindowManager.getImage(title));
  }

  /** Returns the window of this type and title that has the focus, or null. */
  static Window showing(Class<? extends Window> type, String title) {
    return Arrays.stream(Window.getWindows())
        .filter(w -> type.isInstance(w) && w.isShowing() && title.equals(title(w)))
        .filter(w -> w.getFocusOwner() != null)
        .findFirst()
        .orElse(null);
  }

  static String title(Window w) {
    return w instanceof Dialog d ? d.getTitle() : w instanceof Frame f ? f.getTitle() : "";
  }

  /** Requests the focus repeatedly: a request is lost while another window is being opened. */
  final void focus(Window window) {
    await(
        "the focus",
        () -> {
          if (!window.isFocused()) {
            window.toFront();
            window.requestFocus();
            robot.delay(200);
          }
          return window.isFocused();
        });
  }

  static TextField field(GenericDialog dialog, int index) {
    return (TextField) dialog.getStringFields().get(index);
  }

  /** The prompt is 0, the negative one 1. */
  static TextArea area(GenericDialog dialog, int index) {
    return parts(dialog, TextArea.class).skip(index).findFirst().orElseThrow();
  }

  static Choice list(GenericDialog dialog, Predicate<Choice> which) {
    return IntStream.range(0, dialog.getChoices().size())
        .mapToObj(i -> (Choice) dialog.getChoices().get(i))
        .filter(which)
        .findFirst()
        .orElseThrow();
  }

  /** Clicks the button of this label, through AWT's event. */
  static void press(GenericDialog dialog, String label) {
    Button button =
        parts(dialog, Button.class)
            .filter(b -> b.getLabel().equals(label))
            .findFirst()
            .orElseThrow();
    EventQueue.invokeLater(
        () -> button.dispatchEvent(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, "")));
  }

  /** Clicks an item of a list, through AWT's event. */
  static void choose(Choice list, String item) {
    EventQueue.invokeLater(
        () -> {
          list.select(item);
          list.dispatchEvent(
              new ItemEvent(list, ItemEvent.ITEM_STATE_CHANGED, item, ItemEvent.SELECTED));
        });
  }

  /** Returns the parts of a type in a component, at any depth, in their order. */
  static <T extends Component> Stream<T> parts(Component component, Class<T> type) {
    Stream<T> inner =
        component instanceof Container container
            ? Arrays.stream(container.getComponents()).flatMap(part -> parts(part, type))
            : Stream.empty();
    return type.isInstance(component)
        ? Stream.concat(Stream.of(type.cast(component)), inner)
        : inner;
  }

  /** Returns whether all of a part lies on the screen, within everything that holds it. */
  static boolean isSeen(Component part) {
    Rectangle at = new Rectangle(part.getLocationOnScreen(), part.getSize());
    Rectangle seen = new Rectangle(Toolkit.getDefaultToolkit().getScreenSize());
    for (Container in = part.getParent(); in != null; in = in.getParent()) {
      seen = seen.intersection(new Rectangle(in.getLocationOnScreen(), in.getSize()));
    }
    return seen.union(at).equals(seen); // an empty part is contained in nothing
  }

  final void tabTo(TextComponent field) {
    keys(KeyEvent.VK_TAB);
    await("the focus", field::isFocusOwner);
  }

  /** Types into the field that has the focus, whose former text is selected or empty. */
  final void type(TextComponent field, String text) {
    await("the focus", field::isFocusOwner);
    for (char c : text.toCharArray()) {
      keys(c == '\n' ? KeyEvent.VK_ENTER : KeyEvent.getExtendedKeyCodeForChar(c));
    }
    await("the text " + text, () -> field.getText().equals(text));
  }

  final void keys(int... codes) {
    for (int code : codes) {
      robot.keyPress(code);
      robot.keyRelease(code);
    }
  }

  /** Types a key while another is held down. */
  final void keyWith(int held, int code) {
    robot.keyPress(held);
    keys(code);
    robot.keyRelease(held);
  }

  final void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  static String recorded() {
    return Recorder.getInstance().getText();
  }

  /** Takes a picture of a window, or of the whole screen at this moment. */
  final void screenshot(String name, Window window) {
    Rectangle screen = new Rectangle(Toolkit.getDefaultToolkit().getScreenSize());
    save(
        name,
        window == null
            ? robot.createScreenCapture(screen)
            : painted(() -> window.getBounds().intersection(screen)));
  }

  /** Takes a picture of an area once it is painted: once it has not changed for a while. */
  final BufferedImage painted(Supplier<Rectangle> area) {
    BufferedImage picture = robot.createScreenCapture(area.get());
    int same = 0;
    for (int i = 0; i < 50 && same < 3; i++) {
      robot.delay(100);
      BufferedImage next = robot.createScreenCapture(area.get());
      same = equal(picture, next) && !isBlank(next) ? same + 1 : 0;
      picture = next;
    }
    return picture;
  }

  /** Whether only a background has been painted yet. */
  private static boolean isBlank(BufferedImage picture) {
    int[] pixels = pixels(picture);
    return Arrays.stream(pixels).allMatch(pixel -> pixel == pixels[0]);
  }

  private static boolean equal(BufferedImage a, BufferedImage b) {
    return a.getWidth() == b.getWidth() && Arrays.equals(pixels(a), pixels(b));
  }

  static int[] pixels(BufferedImage picture) {
    int width = picture.getWidth();
    return picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
  }

  final void save(String name, BufferedImage picture) {
    try {
      ImageIO.write(picture, "png", folder.resolve(name + ".png").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
