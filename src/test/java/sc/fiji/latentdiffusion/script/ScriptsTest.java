/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Test;

/** Runs the scripts of the page on scripts, and the macro folder's. */
class ScriptsTest {

  private static final Pattern CODE =
      Pattern.compile("```(groovy|python)\\n(.*?)```", Pattern.DOTALL);

  private static ScriptEngine run(String language, String code) throws ScriptException {
    ScriptEngine engine = new ScriptEngineManager().getEngineByName(language);
    engine.eval(code);
    return engine;
  }

  @SuppressWarnings("unchecked")
  private static Img<FloatType> image(ScriptEngine engine, String name) {
    return (Img<FloatType>) engine.get(name);
  }

  @Test
  void aGroovyScriptOfEightLinesRepaintsALazyImage() throws Exception {
    String code = Files.readString(Path.of("macros/lazy.groovy"));
    List<String> lines =
        code.lines().filter(line -> !line.isBlank() && !line.matches("(import|//|}).*")).toList();
    assertTrue(lines.size() <= 8, lines.toString());
    Img<FloatType> painted = image(run("groovy", code), "painted");
    assertArrayEquals(new long[] {64, 64}, painted.dimensionsAsLongArray());
    double sum = 0;
    for (FloatType x : painted) sum += x.get();
    assertTrue(sum / 4096 > 1000 && sum / 4096 < 65535, sum / 4096 + " in the mean");
  }

  @Test
  void thePagesScriptsRun() throws Exception {
    Matcher code = CODE.matcher(Files.readString(Path.of("src/site/scripts.md")));
    int groovy = 0;
    int python = 0;
    while (code.find()) {
      boolean isGroovy = code.group(1).equals("groovy");
      ScriptEngine engine = run(isGroovy ? "groovy" : "python", code.group(2));
      assertTrue(image(engine, "result").numDimensions() >= 2, code.group(2));
      if (isGroovy) groovy++;
      else python++;
    }
    assertTrue(groovy >= 2 && python >= 1, groovy + " and " + python);
  }

  @Test
  void theDoorIsReadInFiveMinutes() throws IOException {
    String file = "src/main/java/sc/fiji/latentdiffusion/script/Diffusion.java";
    List<String> whole = Files.readAllLines(Path.of(file));
    int licence = whole.indexOf("package sc.fiji.latentdiffusion.script;");
    List<String> lines = whole.subList(licence, whole.size());
    assertTrue(lines.size() <= 200, lines.size() + " lines");
    assertTrue(
        lines.stream().noneMatch(line -> line.matches("import (ij|ai\\.djl).*")), lines.toString());
  }
}
