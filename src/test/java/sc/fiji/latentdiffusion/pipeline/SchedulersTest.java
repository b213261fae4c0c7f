package sc.fiji.latentdiffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The schedulers are found by their annotations, without a context. */
class SchedulersTest {

  @Test
  void theFiveAreFoundInTheirOrder() {
    List<String> five = List.of("ddim", "euler", "euler_k", "dpmpp_2m", "dpmpp_2m_k");
    assertEquals(five, Schedulers.names().stream().filter(five::contains).toList());
  }

  @Test
  void everyOneHasALabelAndALineWithItsPaper() {
    assertEquals(Schedulers.names().size(), Schedulers.labels().stream().distinct().count());
    for (String name : Schedulers.names()) {
      assertFalse(Schedulers.label(name).isBlank(), name);
      assertTrue(Schedulers.description(name).contains("arXiv:"), name);
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
