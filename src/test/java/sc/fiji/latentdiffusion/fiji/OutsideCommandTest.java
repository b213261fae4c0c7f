/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.swing.JLabel;
import javax.swing.JPanel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.menu.MenuService;
import org.scijava.menu.ShadowMenu;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import sc.fiji.latentdiffusion.fixtures.TestImages;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;
import sc.fiji.latentdiffusion.hosts.Recording;
import sc.fiji.latentdiffusion.ij1.headless.Extension;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Help;
import sc.fiji.latentdiffusion.keys.Inputs;
import sc.fiji.latentdiffusion.keys.Key;

/** A command of one file, which the plugin does not know, as Fiji finds, asks and records it. */
class OutsideCommandTest {

  @TempDir static Path folder;

  private static ClassLoader before;
  private static URLClassLoader loader;
  private static Context context;
  private static CommandInfo info;

  @BeforeAll
  static void open() throws IOException {
    System.setProperty("java.awt.headless", "true");
    Extension.classPath(folder);
    before = Thread.currentThread().getContextClassLoader();
    loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(loader);
    context = new Context(CommandService.class, DiffusionService.class, MenuService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
    info = context.service(CommandService.class).getCommand("RoundTrip");
  }

  @AfterAll
  static void close() throws IOException {
    context.dispose();
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
  }

  private static Module module() {
    return context.service(ModuleService.class).createModule(info);
  }

  @Test
  void itStandsInTheMenuToWhichPluginsConfigAddsThePluginsOwn() {
    ShadowMenu menu = context.service(MenuService.class).getMenu();
    List<String> labels =
        menu.getMenu("Plugins>Latent Diffusion").getChildren().stream()
            .map(ShadowMenu::getName)
            .toList();
    assertEquals(List.of("Round Trip...", "Scaled Image..."), labels);
  }

  @Test
  void theDialogAsksForItsKeysByTheirLabels() {
    Module module = module();
    DialogPanel panel = new DialogPanel();
    Inputs.keys(info).forEach(key -> panel.addWidget(new PlainField(context, panel, module, key)));
    List<Key> keys = new DialogOrder(Inputs.keys(info), null).first();
    JPanel shown = new FieldGrid(panel, keys, List.of()).panel();
    List<String> labels =
        Arrays.stream(shown.getComponents())
            .filter(JLabel.class::isInstance)
            .map(label -> ((JLabel) label).getText())
            .toList();
    assertEquals(
        List.of("Title", "Trips", "Precision", "Device", "Latents", "Model", "VAE", "Encoders"),
        labels);
  }

  @Test
  void theHelpExplainsItsKeys() {
    String help = Help.html(info, Inputs.keys(info), List.of());
    assertTrue(help.contains("(trips)</dt><dd>The number of times"), help);
  }

  @Test
  void itRunsAndIsRecorded() throws Exception {
    Module done =
        context
            .service(CommandService.class)
            .run(
                info,
                false,
                Map.of(
                    "image",
                    TestImages.black("8-bit", 32, 24),
                    "model",
                    TestResources.spelled(TestResources.SD1),
                    "trips",
                    2,
                    "latents",
                    true,
                    "title",
                    "x"))
            .get();
    assertNull(((DiffusionCommand) done.getDelegateObject()).getCancelReason());
    assertEquals("x", ((ImagePlus) done.getOutput("result")).getTitle());
    assertEquals(3, ((ImagePlus) done.getOutput("encoded")).getHeight());
    assertEquals(
        "run(\"Round Trip...\", \"trips=2 model=src/test/resources/golden/models/sd1 precision=auto"
            + " device=auto latents=true title=x vae=[] encoders=[]\");",
        Recording.line(done));
  }
}
