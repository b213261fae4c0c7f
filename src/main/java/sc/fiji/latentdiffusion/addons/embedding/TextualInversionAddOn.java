package sc.fiji.latentdiffusion.addons.embedding;

import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOn;
import sc.fiji.latentdiffusion.addons.Kind;
import sc.fiji.latentdiffusion.addons.ListSyntax;

/** Textual inversion: words of a prompt that stand for learned vectors. */
@Plugin(type = AddOn.class, priority = 200)
public final class TextualInversionAddOn implements AddOn {

  /** Where textual inversions lie and how their list is written. */
  public static final Kind KIND =
      new Kind(
          "embeddings",
          "textual inversion",
          "embeddings",
          List.of(".safetensors", ".pt", ".bin"),
          List.of("learned_embeds.safetensors", "learned_embeds.bin"),
          "",
          new ListSyntax(
              "names or paths of textual inversions with commas between them (ink,"
                  + " C:\\bad-hands.pt), a name with a comma in quotes"),
          "Several are written with commas between them; a name with a comma stands in quotes");

  @Override
  public Kind kind() {
    return KIND;
  }
}
