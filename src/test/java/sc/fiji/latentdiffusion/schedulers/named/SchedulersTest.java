/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.schedulers.named;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The schedulers are found by their annotations, without a context. */
class SchedulersTest {

  private static final List<String> OWN =
      List.of(
          ("ddim ddpm deis deis_k lms lms_k pndm heun heun_k euler euler_k euler_a kdpm_2 kdpm_2_k"
                  + " kdpm_2_a kdpm_2_a_k dpmpp_2s dpmpp_2s_k dpmpp_2m dpmpp_2m_k dpmpp_3m dpmpp_3m_k"
                  + " dpmpp_2m_sde dpmpp_2m_sde_k dpmpp_sde dpmpp_sde_k unipc unipc_k lcm tcd ipndm"
                  + " dpmpp_2s_a heunpp2 dpmpp_3m_sde gradient_estimation res_multistep er_sde"
                  + " sa_solver restart")
              .split(" "));

  @Test
  void allAreFoundInTheirOrder() {
    assertEquals(39, OWN.size());
    assertEquals(OWN, Schedulers.names().stream().filter(OWN::contains).toList());
  }

  @Test
  void everyOneHasALabelAndALineWithItsPaper() {
    assertEquals(Schedulers.names().size(), Schedulers.labels().stream().distinct().count());
    for (String name : Schedulers.names()) {
      assertFalse(Schedulers.label(name).isBlank(), name);
      String source = name.equals("heunpp2") ? "ComfyUI" : "arXiv:";
      assertTrue(Schedulers.description(name).contains(source), name);
    }
  }

  @Test
  void thePageOfSchedulersHasEveryOneWithItsLine() throws IOException {
    String page = Files.readString(Path.of("src/site/schedulers.md"));
    for (String name : OWN) {
      String plain = name.replaceAll("_k$", "");
      String names = "`" + plain + (OWN.contains(plain + "_k") ? "`, `" + plain + "_k`" : "`");
      String row = "| " + names + " | " + Schedulers.description(plain) + " |";
      assertTrue(page.contains(row), row);
    }
  }

  @Test
  void labelsAndNamesMeanTheSame() {
    assertEquals("DPM++ 2M Karras", Schedulers.label("dpmpp_2m_k"));
    assertEquals("dpmpp_2m_k", Schedulers.name("DPM++ 2M Karras"));
    assertEquals("dpmpp_2m_k", Schedulers.name("dpmpp_2m_k"));
    assertEquals("euler", Schedulers.name(" Euler "));
    assertSame(Schedulers.get("euler_k"), Schedulers.get("Euler Karras"));
  }

  @Test
  void anUnknownNameListsTheKnownNearestFirst() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Schedulers.get("dpmpp_2k")).getMessage();
    assertTrue(
        message.startsWith("Unknown scheduler 'dpmpp_2k'; expected one of dpmpp_2"), message);
    for (String name : Schedulers.names()) assertTrue(message.contains(name), message);
    message =
        assertThrows(IllegalArgumentException.class, () -> Schedulers.get("Eular")).getMessage();
    assertTrue(message.contains("expected one of euler, "), message);
  }
}
