package sc.fiji.latentdiffusion.addons.controlnet;

import java.util.List;
import java.util.regex.MatchResult;
import sc.fiji.latentdiffusion.addons.ListSyntax;

/**
 * A ControlNet as a user chooses it. In a text, choices stand with commas between them, each a name
 * or path that may be followed by a colon and a weight, by {@code @} and a part of the steps, and
 * by {@code =} and an image, in this order: {@code canny:0.8@0-0.6=edges.tif, depth=Depth Map}. A
 * name with a comma or {@code =}, or one that ends like a weight or a part, stands in quotes,
 * single or double, and so does an image with a comma.
 *
 * @param name of a file or folder in the folder of ControlNets, or a path
 * @param weight of what it adds; 0 for nothing, 1 as it was trained; any finite number
 * @param start from which part of the steps on it acts, 0…1
 * @param end up to which part of the steps it acts, start…1
 * @param image the title of an open image or the path of an image's file; empty for the active
 *     image
 */
public record ControlChoice(String name, double weight, double start, double end, String image) {

  private static final String PART = "(\\d+\\.?\\d*|\\.\\d+)";

  private static final ListSyntax SYNTAX =
      new ListSyntax(
          "control",
          "ControlNets with commas between them, each with or without a colon and a weight, @ and"
              + " a part of the steps, and = and an image (canny:0.8@0-0.6=edges.tif, depth=Depth"
              + " Map), a name or image with a comma in quotes",
          ListSyntax.name("[^\\s,=\"'][^,=]*?")
              + "\\s*(?::\\s*("
              + ListSyntax.NUMBER
              + "))?\\s*(?:@\\s*"
              + PART
              + "\\s*-\\s*"
              + PART
              + ")?\\s*(?:=\\s*"
              + ListSyntax.name("[^\\s,\"'][^,]*?")
              + ")?");

  /**
   * Checks the part of the steps.
   *
   * @throws IllegalArgumentException if it is none
   */
  public ControlChoice {
    if (!(0 <= start && start <= end && end <= 1)) {
      throw new IllegalArgumentException(
          String.format(
              "The steps of the ControlNet %s must be a part from 0 to 1, beginning before it"
                  + " ends, for example @0-0.6, but are @%s-%s.",
              name, start, end));
    }
  }

  /**
   * Reads a text.
   *
   * @param text choices with commas between them, or empty for none; one ControlNet may be chosen
   *     several times, with several images
   * @return the choices in their order
   * @throws IllegalArgumentException if it is not of that form, or a number is out of its range
   */
  public static List<ControlChoice> parse(String text) {
    return SYNTAX.entries(text).stream().map(ControlChoice::of).toList();
  }

  private static ControlChoice of(MatchResult entry) {
    String name = ListSyntax.name(entry, 1);
    boolean whole = entry.group(5) == null;
    String image = ListSyntax.name(entry, 7);
    return new ControlChoice(
        name,
        ListSyntax.weight("the ControlNet " + name, entry.group(4)),
        whole ? 0 : Double.parseDouble(entry.group(5)),
        whole ? 1 : Double.parseDouble(entry.group(6)),
        image == null ? "" : image);
  }
}
