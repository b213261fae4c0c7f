package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OpenMPTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  @DisabledIfEnvironmentVariable(named = "OMP_WAIT_POLICY", matches = ".*")
  void theEngineIsLoadedWithShortSpinningUnlessTheUserHasSetIt() {
    Hardware.engine();
    String before = System.getenv(OpenMP.KEY);
    assertEquals(before == null ? OpenMP.SPINS : before, environment(OpenMP.KEY));
  }

  /** What native code sees; Java's own copy dates from the start. */
  private static String environment(String key) {
    Object[] arguments = {key};
    return Function.getFunction(Platform.C_LIBRARY_NAME, "getenv").invokeString(arguments, false);
  }
}
