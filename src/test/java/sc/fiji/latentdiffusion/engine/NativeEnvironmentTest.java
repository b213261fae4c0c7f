/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeEnvironmentTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  @DisabledIfEnvironmentVariable(named = "OMP_WAIT_POLICY", matches = ".*")
  void theEngineIsLoadedWithShortSpinningUnlessTheUserHasSetIt() {
    Hardware.engine("cpu");
    requireSet(NativeEnvironment.SPINS_KEY, NativeEnvironment.SPINS);
  }

  private static void requireSet(String key, String value) {
    String before = System.getenv(key);
    assertEquals(before == null ? value : before, environment(key));
  }

  /** Returns the variable that native code sees; Java's own copy dates from the start. */
  private static String environment(String key) {
    Object[] arguments = {key};
    return Function.getFunction(Platform.C_LIBRARY_NAME, "getenv").invokeString(arguments, false);
  }
}
