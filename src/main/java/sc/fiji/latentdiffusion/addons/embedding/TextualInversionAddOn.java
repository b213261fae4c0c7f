/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.embedding;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOn;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.Entry;
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

  @Override
  public Added find(List<Entry> entries, Path modelsFolder) throws IOException {
    Set<Path> paths = new HashSet<>();
    Map<String, Path> words = new HashMap<>();
    List<TextualInversion> inversions = new ArrayList<>();
    for (Entry entry : entries) {
      EmbeddingFile file = EmbeddingFile.find(entry.name(), modelsFolder);
      if (!paths.add(file.path())) throw KIND.twice(file.path().toString());
      for (String word : file.words()) {
        Path other = words.put(word.toLowerCase(Locale.ROOT), file.path());
        if (other != null && !other.equals(file.path())) throw sameWord(word, other, file.path());
      }
      inversions.add(new TextualInversion(file));
    }
    return new TextualInversions(List.copyOf(inversions));
  }

  @Override
  public Optional<List<String>> words(List<Entry> entries, Path modelsFolder) throws IOException {
    List<String> words = new ArrayList<>();
    for (Entry entry : entries) {
      words.addAll(EmbeddingFile.find(entry.name(), modelsFolder).words());
    }
    return Optional.of(words);
  }

  private static IllegalArgumentException sameWord(String word, Path one, Path other) {
    return new IllegalArgumentException(
        "embeddings must each have words of their own, but "
            + one
            + " and "
            + other
            + " both mean \""
            + word
            + "\". Leave one out, or rename its file.");
  }
}
