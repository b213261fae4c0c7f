/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.engine;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of devices, as users write them: auto, cpu, gpu, or gpu:1 for a certain card. */
public final class DeviceName {

  /** The names to choose from; others are those of certain cards. */
  public static final List<String> CHOICES = List.of("auto", "cpu", "gpu");

  /** What a device must be, for messages. */
  public static final String EXPECTED = "one of " + CHOICES + ", or gpu:0, gpu:1 … for a card";

  private static final Pattern CARD = Pattern.compile("gpu(?::(\\d{1,3}))?");

  private DeviceName() {}

  /** Returns whether a text is the name of a device, whether this machine has it or not. */
  public static boolean isKnown(String name) {
    return CHOICES.contains(name) || isGpu(name);
  }

  /** Returns whether a name asks for a graphics card. */
  public static boolean isGpu(String name) {
    return CARD.matcher(name).matches();
  }

  /** Returns the card that a name asks for, counted from 0; 0 where it names none. */
  public static int card(String name) {
    Matcher card = CARD.matcher(name);
    return card.matches() && card.group(1) != null ? Integer.parseInt(card.group(1)) : 0;
  }

  /** Returns the name of a card, counted from 0; the first is gpu. */
  static String of(int card) {
    return card == 0 ? "gpu" : "gpu:" + card;
  }
}
