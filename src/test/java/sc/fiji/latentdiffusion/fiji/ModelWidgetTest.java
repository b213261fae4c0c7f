/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Component;
import java.awt.EventQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.scijava.widget.AbstractInputPanel;
import org.scijava.widget.DefaultWidgetModel;
import org.scijava.widget.WidgetModel;
import org.scijava.widget.WidgetService;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.io.model.ModelSearch;

/** The widget of Fiji's dialogs for the key {@code model}. */
class ModelWidgetTest {

  private static final String FOLDER = "latentdiffusion.models";

  @TempDir Path folder;

  private Context context;
  private Module module;
  private ModelWidget widget;

  @BeforeEach
  void showTheInputOfTextToImage() throws Exception {
    System.setProperty("java.awt.headless", "true");
    System.setProperty(FOLDER, folder.toString());
    ModelCopies.into(folder.resolve("owner/tiny"), TestResources.SD1);
    context = new Context(CommandService.class, DiffusionService.class, WidgetService.class);
    module =
        context
            .service(ModuleService.class)
            .createModule(context.service(CommandService.class).getCommand(TextToImage.class));
    widget = make();
    await(() -> list().getItemCount() == 4);
  }

  @AfterEach
  void close() {
    context.dispose();
    System.clearProperty(FOLDER);
  }

  private ModelWidget make() {
    return assertInstanceOf(
        ModelWidget.class, context.service(WidgetService.class).create(of("model")));
  }

  private WidgetModel of(String input) {
    return new DefaultWidgetModel(
        context, new Panel(), module, module.getInfo().getInput(input), List.of());
  }

  /** A panel that takes Swing widgets, like Fiji's dialogs. */
  private static final class Panel extends AbstractInputPanel<JPanel, JPanel> {

    @Override
    public Class<JPanel> getWidgetComponentType() {
      return JPanel.class;
    }

    @Override
    public JPanel getComponent() {
      return new JPanel();
    }

    @Override
    public Class<JPanel> getComponentType() {
      return JPanel.class;
    }
  }

  /** Waits for a result of the background, and dispatches events meanwhile. */
  private void await(BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    AtomicBoolean met = new AtomicBoolean();
    while (!met.get()) {
      EventQueue.invokeAndWait(() -> met.set(condition.getAsBoolean()));
      assertTrue(System.nanoTime() < end, description());
    }
  }

  private String description() {
    return part(JTextArea.class).getText();
  }

  @SuppressWarnings("unchecked")
  private JComboBox<String> list() {
    return (JComboBox<String>) part(JComboBox.class);
  }

  private <T> T part(Class<T> type) {
    return Arrays.stream(widget.getComponent().getComponents())
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }

  private JTextField editor() {
    return (JTextField) list().getEditor().getEditorComponent();
  }

  private String label(String item) {
    Component label =
        list().getRenderer().getListCellRendererComponent(new JList<>(), item, 0, false, false);
    return ((JLabel) label).getText();
  }

  @Test
  void onlyInputsOfModelsGetIt() {
    assertFalse(widget.supports(of("prompt")));
    assertFalse(widget.supports(of("steps")));
    assertTrue(widget.supports(of("model")));
  }

  @Test
  void theModelsAreListedWithFamilyAndSizeAndTheNameIsTheValue() {
    List<String> items =
        IntStream.range(0, list().getItemCount()).mapToObj(list()::getItemAt).toList();
    assertEquals(List.of("built-in", "repair", "epithelium", "owner/tiny"), items);
    assertEquals("built-in (128 × 128, drawn fluorescence microscopy)", label("built-in"));
    assertEquals("owner/tiny (64 × 64, Stable Diffusion 1.x and 2.x)", label("owner/tiny"));
    list().setSelectedItem("owner/tiny");
    assertEquals("owner/tiny", module.getInput("model"));
    list().setSelectedItem("built-in");
    assertEquals("", module.getInput("model"));
    list().setSelectedItem("repair");
    assertEquals("repair", module.getInput("model"));
  }

  @Test
  void anyOtherPathCanBeTypedAndIsSaidToBeUsableOrNot() throws Exception {
    String path = TestResources.SD2.toString();
    editor().setText(path);
    assertEquals(path, module.getInput("model"));
    await(() -> description().contains("64 × 64 pixels by default"));
    editor().setText("no/such");
    await(() -> description().contains("no model \"no/such\""));
  }

  @Test
  void aNameThatIsSetElsewhereIsShownAndFillingTheListKeepsIt() throws Exception {
    module.setInput("model", "some where/else.ckpt");
    widget.refreshWidget();
    assertEquals("some where/else.ckpt", editor().getText());
    Files.copy(TestResources.MICRO_CKPT, folder.resolve("more.ckpt"));
    widget = make();
    await(() -> list().getItemCount() == 5);
    assertEquals("some where/else.ckpt", widget.getValue());
    assertEquals("some where/else.ckpt", module.getInput("model"));
  }

  @Test
  void aModelInTheModelsFolderIsMeantByItsNameAnyOtherByItsPath() {
    Path root = Path.of("/models");
    assertEquals("owner/name", ModelSearch.nameOf(Path.of("/models/owner/name"), root));
    assertEquals("/elsewhere/x.ckpt", ModelSearch.nameOf(Path.of("/elsewhere/x.ckpt"), root));
    assertEquals("/models", ModelSearch.nameOf(root, root));
    assertEquals("/models/repair", ModelSearch.nameOf(Path.of("/models/repair"), root));
  }
}
