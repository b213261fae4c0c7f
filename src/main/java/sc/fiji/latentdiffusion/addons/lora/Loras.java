/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.files.FileStamp;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;

/**
 * LoRAs that change the weights of a model.
 *
 * @param loras in the order of their list
 */
public record Loras(List<Lora> loras) implements Added {

  /** A file that was replaced has another stamp. */
  private record Identity(FileStamp file, double weight) {}

  @Override
  public Loading.Changes changes(Model files, Declaration declaration) throws IOException {
    return LoraLayers.of(loras, files, declaration)::of;
  }

  @Override
  public List<String> notes(Model files, Declaration declaration) throws IOException {
    List<String> notes = new ArrayList<>();
    for (Lora lora : loras) {
      if (lora.weight() != 0) continue;
      for (String word : lora.file().bundled().keySet()) {
        notes.add(
            "The word \""
                + word
                + "\" of "
                + lora.file()
                + " is left out, as the LoRA's weight is 0.");
      }
    }
    notes.addAll(LoraLayers.of(loras, files, declaration).notes());
    return List.copyOf(notes);
  }

  /** The words that files hold beside their LoRAs; none of a LoRA of weight 0. */
  @Override
  public List<LearnedWord> words(TextWidths widths, String model) throws IOException {
    List<LearnedWord> words = new ArrayList<>();
    for (Lora lora : loras) {
      if (lora.weight() == 0) continue;
      for (Map.Entry<String, List<StoredTensor>> one : lora.file().bundled().entrySet()) {
        FileStamp stamp = FileStamp.of(lora.file().path());
        LearnedWord word = new LearnedWord(List.of(one.getKey()), one.getValue(), stamp);
        requireFitting(word, lora, widths.get(), model);
        word.requireFinite("The LoRA " + lora.file());
        words.add(word);
      }
    }
    return words;
  }

  private static void requireFitting(
      LearnedWord word, Lora lora, Map<Integer, Integer> widths, String model) throws IOException {
    for (StoredTensor vectors : word.vectors()) {
      if (vectors.shape().length < 1 || vectors.shape().length > 2 || vectors.elements() == 0) {
        throw refused(word, lora, "has no vectors [count, width], found " + vectors);
      }
    }
    boolean fits =
        widths.entrySet().stream()
            .anyMatch(tower -> word.vectors(tower.getKey(), tower.getValue()).isPresent());
    if (fits) return;
    throw refused(
        word,
        lora,
        "is for another family: the model "
            + model
            + " takes vectors of "
            + widths.values()
            + " numbers, found "
            + word.vectors().stream().map(LearnedWord::width).toList());
  }

  private static IOException refused(LearnedWord word, Lora lora, String problem) {
    return new IOException(
        "The word \""
            + word.names().get(0)
            + "\" in the LoRA "
            + lora.file()
            + " "
            + problem
            + "; choose another LoRA.");
  }

  @Override
  public List<Object> identity() throws IOException {
    List<Object> identities = new ArrayList<>();
    for (Lora lora : loras) {
      identities.add(new Identity(FileStamp.of(lora.file().path()), lora.weight()));
    }
    return identities;
  }

  /** Returns name, weight and SHA-256 of each. */
  @Override
  public Map<String, Object> info(NamedImages images) throws IOException {
    Map<String, Object> lines = new LinkedHashMap<>();
    for (int i = 0; i < loras.size(); i++) {
      Lora lora = loras.get(i);
      String key = "lora" + (i + 1);
      lines.put(key, lora.file().name());
      lines.put(key + "Weight", lora.weight());
      lines.put(key + "Sha256", lora.file().sha256());
    }
    return lines;
  }
}
