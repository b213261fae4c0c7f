/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LoRAs in a prompt, as other programs write them. */
class PromptTagsTest {

  private static PromptTags of(String prompt, String lora) {
    return PromptTags.of(prompt, "", AddOns.NONE.with("lora", lora));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "nuclei <lora:cells:0.8>|''|nuclei|cells:0.8",
        "<lyco:cells> nuclei|''|nuclei|cells:1",
        "a <lora:x:1> b <lyco:y:-.5>|ink:0.3|a  b|ink:0.3, x:1, y:-.5",
        "<lora:x:0.8> <lora:x:0.8>|''|''|x:0.8",
        "a <lora:x:0.80>|x:0.8|a|x:0.8",
        "a <lora:x>|x|a|x",
        "<lora:x:0.5:0.5>|''|''|x:0.5",
        "<lora:a, b:0.5>|''|''|\"a, b\":0.5",
        "nuclei|a:2|nuclei|a:2",
        "<lorax:1> <b> a|''|<lorax:1> <b> a|''",
      })
  void lorasFollowTheList(String prompt, String lora, String text, String list) {
    PromptTags tags = of(prompt, lora);
    assertEquals(text, tags.text());
    assertEquals(list, tags.addOns().texts().get("lora"));
  }

  @Test
  void eachIsNamedOnceAsItWasWritten() {
    PromptTags tags = of("<lora:b> x <lora:a:2> <lora:b>", "");
    assertEquals(List.of("<lora:b>", "<lora:a:2>"), tags.moved());
    assertEquals(List.of(), of("x", "a").moved());
  }

  @Test
  void whatCanNotBeMovedIsRefusedByName() {
    refused("<lora:x:0.8> gives the LoRA x another weight than 0.5", "<lora:x:0.8>", "", "x:0.5");
    refused("<lora:x:1> gives the LoRA x another weight", "<lora:x:2> <lora:x:1>", "", "");
    refused("<lora:x:0.8:0.5> is not read: expected <lora:name>", "<lora:x:0.8:0.5>", "", "");
    refused("<lora:x:much> is not read", "<lora:x:much>", "", "");
    refused("<lora::1> is not read", "<lora::1>", "", "");
    refused("<hypernet:h:1> is a hypernetwork", "<hypernet:h:1>", "", "");
    refused("<lora:bad> stands in negative", "a", "b <lora:bad>", "");
    refused("<hypernet:h> stands in negative", "a", "<hypernet:h>", "");
  }

  private static void refused(String message, String prompt, String negative, String lora) {
    AddOns addOns = AddOns.NONE.with("lora", lora);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> PromptTags.of(prompt, negative, addOns));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void longTextsTakeNoTime() {
    String text = "<lora:".repeat(100_000);
    assertTimeout(Duration.ofSeconds(5), () -> of(text, ""));
  }
}
