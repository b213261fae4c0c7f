/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.plugin.frame.Recorder;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.event.EventService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.service.Service;
import org.scijava.thread.ThreadService;
import sc.fiji.latentdiffusion.commands.DecodeLatent;
import sc.fiji.latentdiffusion.commands.ImageToImage;
import sc.fiji.latentdiffusion.commands.ShowLatent;
import sc.fiji.latentdiffusion.commands.TextToImage;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.DiffusionService;

/**
 * A host that runs commands in threads of its own, as Fiji does: {@code call} stands for Fiji's
 * {@code run}.
 */
public class FijiMacroTest {

  private static final String MODEL = TestResources.spelled(TestResources.SD1);

  private static Context context;
  private static Module last;
  private static boolean reached;

  @BeforeAll
  static void open() {
    context =
        new Context(
            CommandService.class,
            DiffusionService.class,
            FailureService.class,
            EventService.class,
            ThreadService.class);
    context.service(LogService.class).setLevel(LogLevel.NONE);
  }

  @AfterAll
  static void close() {
    context.dispose();
  }

  @BeforeEach
  void forget() {
    last = null;
    reached = false;
  }

  /** Sets the inputs that a macro names, as Fiji does before all other preprocessors. */
  public static final class Options extends AbstractPreprocessorPlugin {

    private final Map<String, Object> options;

    Options(Map<String, Object> options) {
      this.options = options;
    }

    @Override
    public void process(Module module) {
      options.forEach(module::setInput);
      options.keySet().forEach(module::resolveInput);
    }
  }

  /** Called by the macros. */
  public static String textToImage() throws InterruptedException, ExecutionException {
    return run(TextToImage.class, Map.of("model", MODEL, "width", 32, "height", 16, "steps", 2));
  }

  /** Called by the macros. */
  public static String showLatent() throws InterruptedException, ExecutionException {
    return run(ShowLatent.class, Map.of("model", MODEL));
  }

  /** Called by the macros. */
  public static String decodeLatent() throws InterruptedException, ExecutionException {
    return run(DecodeLatent.class, Map.of("model", MODEL));
  }

  private static String run(Class<? extends DiffusionCommand> command, Map<String, Object> options)
      throws InterruptedException, ExecutionException {
    CommandInfo info = context.service(CommandService.class).getCommand(command);
    ModuleService modules = context.service(ModuleService.class);
    last = modules.createModule(info);
    modules
        .run(
            last,
            List.of(new RecordingPreprocessor(), new Options(options), new DefaultsPreprocessor()),
            List.of(postprocessor()),
            Map.of())
        .get();
    return "";
  }

  private static ResultPostprocessor postprocessor() {
    ResultPostprocessor postprocessor = new ResultPostprocessor();
    context.inject(postprocessor);
    return postprocessor;
  }

  /** Called by the macros. */
  public static String reached() {
    reached = true;
    return "";
  }

  @Test
  void theResultIsTheActiveImageOfTheMacro() {
    assertEquals(
        "Text to Image, Latents, Decoded, 3",
        macro(
            """
            run textToImage; text = getTitle();
            run showLatent; latents = getTitle();
            run decodeLatent; return text + ", " + latents + ", " + getTitle() + ", " + nImages;
            """));
  }

  @Test
  void theImageThatTheMacroHasSelectedIsTheInput() {
    macro(
        """
        run textToImage; newImage("Other", "8-bit black", 16, 16, 1);
        selectImage("Text to Image"); run showLatent;
        """);
    assertEquals("Text to Image", ((ImagePlus) last.getInput("image")).getTitle());
  }

  @Test
  void keysThatTheMacroDoesNotNameHaveTheirDefaultsWithoutADialog() {
    macro("run textToImage;");
    for (ModuleItem<?> input : last.getInfo().inputs()) {
      boolean service = Service.class.isAssignableFrom(input.getType());
      assertTrue(service || last.isInputResolved(input.getName()), input.getName());
    }
    assertEquals("4", last.getInput("guidance"));
    assertEquals(2, last.getInput("steps"));
  }

  @Test
  void aCommandThatFailsEndsTheMacro() {
    macro("newImage('Other', '8-bit black', 16, 16, 1); run decodeLatent; run reached;");
    assertTrue(((DiffusionCommand) last.getDelegateObject()).isCanceled());
    assertFalse(reached);
  }

  @Test
  void aCommandThatIsCanceledIsNotRecorded() throws Exception {
    Field recorded = Recorder.class.getDeclaredField("commandName");
    recorded.setAccessible(true);
    recorded.set(null, "Decode Latent..."); // as where the recorder's window is open
    decodeLatent();
    assertTrue(((DiffusionCommand) last.getDelegateObject()).isCanceled());
    assertNull(Recorder.getCommand());
  }

  @Test
  void aCommandLeavesTheRecordingOfAnotherAlone() throws Exception {
    Field recorded = Recorder.class.getDeclaredField("commandName");
    recorded.setAccessible(true);
    recorded.set(null, "Gaussian Blur..."); // begun while this one runs
    textToImage();
    assertEquals("Gaussian Blur...", Recorder.getCommand());
    decodeLatent();
    assertEquals("Gaussian Blur...", Recorder.getCommand());
    recorded.set(null, null);
  }

  @Test
  void aClosedImageIsRefusedBeforeAnythingIsAsked() {
    Module module =
        context
            .service(ModuleService.class)
            .createModule(context.service(CommandService.class).getCommand(ImageToImage.class));
    ImagePlus closed = IJ.createImage("closed", "8-bit black", 16, 16, 1);
    module.setInput("image", closed);
    ImagePreprocessor open = new ImagePreprocessor();
    open.process(module);
    assertFalse(open.isCanceled());
    closed.flush(); // as its window does when it is closed
    ImagePreprocessor preprocessor = new ImagePreprocessor();
    preprocessor.process(module);
    assertTrue(preprocessor.isCanceled());
    assertTrue(preprocessor.getCancelReason().contains("none is open"));
  }

  /** Called by the macros: checks a command's options. */
  public static String refusal(String command, String options) {
    Thread thread = Thread.currentThread();
    String name = thread.getName();
    thread.setName("Run$_" + name); // or ImageJ hides the options
    Macro.setOptions(options);
    DefaultsPreprocessor preprocessor = new DefaultsPreprocessor();
    CommandInfo info = context.service(CommandService.class).getCommand(command);
    last = context.service(ModuleService.class).createModule(info);
    if (Macro.getValue(options, "steps", null) != null) { // as Fiji reads it, or passes over it
      last.setInput("steps", 7);
      last.resolveInput("steps");
    }
    preprocessor.process(last);
    Macro.setOptions(null);
    thread.setName(name);
    return preprocessor.isCanceled() ? preprocessor.getCancelReason() : "none";
  }

  private static String refusalOf(String options) {
    return refusalOf(TextToImage.class, options);
  }

  private static String refusalOf(Class<?> command, String options) {
    String name = FijiMacroTest.class.getName() + ".refusal";
    return IJ.runMacro(
        "return call('" + name + "', '" + command.getName() + "', '" + options + "');");
  }

  @Test
  void unknownKeysAreRefusedWithTheNearest() {
    String message = refusalOf("step=5");
    assertTrue(message.contains("no key \"step\"; the nearest is steps"), message);
    assertTrue(refusalOf("steps=5 promt=[a b]").contains("the nearest is prompt"));
    assertEquals("none", refusalOf("steps=5 prompt=[a step=7 b]"));
  }

  @Test
  void valuesThatAreNoneOfTheirInputsAreRefusedAsInImageJ() {
    assertTrue(refusalOf("guidance=much").contains("guidance must be a number"));
    assertTrue(refusalOf("seed=1.5").contains("seed must be a whole number"));
    assertTrue(refusalOf("latents=maybe").contains("latents must be true or false"));
    assertEquals("none", refusalOf("latents guidance=2.5 scheduler=euler"));
    assertEquals(true, last.getInput("latents"));
    assertEquals("2.5", last.getInput("guidance"));
    assertEquals("euler", last.getInput("scheduler"));
  }

  @Test
  void theNameOfAKeyInATextIsNoKey() {
    assertEquals("none", refusalOf("prompt=[a steps=7 b]"));
    assertEquals(20, last.getInput("steps"));
    assertEquals("a steps=7 b", last.getInput("prompt"));
  }

  @Test
  void aRangeOfValuesWithoutItsIntensityIsRefused() {
    String message = refusalOf(ShowLatent.class, "minimum=0 maximum=255");
    assertTrue(message.contains("intensity is not named"), message);
    assertEquals("none", refusalOf(ShowLatent.class, "intensity=given minimum=0 maximum=255"));
  }

  /** Returns the text that a macro in batch mode returns. */
  private static String macro(String text) {
    String call = "call(\"" + FijiMacroTest.class.getName() + ".$1\")";
    return IJ.runMacro("setBatchMode(true); close('*'); " + text.replaceAll("run (\\w+)", call));
  }
}
