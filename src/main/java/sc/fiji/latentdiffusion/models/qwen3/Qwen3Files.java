/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.qwen3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.SingleFile;
import sc.fiji.latentdiffusion.models.prompts.JsonTokenizer;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.PromptTokenizer;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;

/**
 * The files of Qwen3 and of its tokenizer, byte pairs in {@code tokenizer.json}. A prompt stands
 * within the chat template, as what the user says before an answer with thinking. All signs in it
 * are plain text.
 *
 * @param model that has them
 * @param encoder component that is the text encoder
 * @param name component that is the tokenizer
 * @param index of the text encoder among those of the family, from 0
 * @param maxLength how many tokens are taken; further ones are cut off
 */
public record Qwen3Files(Model model, String encoder, String name, int index, int maxLength)
    implements PromptTokenizer {

  private static final Pattern BRACKETS = Pattern.compile("[(\\[][^)\\]]*[)\\]]");
  private static final String EMBEDDING = "embed_tokens.weight";
  private static final String BEFORE = "<|im_start|>user\n";
  private static final String AFTER = "<|im_end|>\n<|im_start|>assistant\n";

  @Override
  public int width() throws IOException {
    for (Map.Entry<String, StoredTensor> tensor : model.tensors(encoder).entrySet()) {
      long[] shape = tensor.getValue().shape();
      if (tensor.getKey().endsWith(EMBEDDING) && shape.length == 2) return (int) shape[1];
    }
    throw new IOException(
        "The component "
            + encoder
            + " of "
            + model.path()
            + " has no tensor "
            + EMBEDDING
            + "; it is no Qwen3 text encoder.");
  }

  /** Says whether brackets are plain text, and how much of a prompt is cut off. */
  @Override
  public List<String> notes(Prompt prompt) {
    List<String> notes = new ArrayList<>();
    if (prompt.weighting() && BRACKETS.matcher(prompt.text()).find()) {
      notes.add(
          "Brackets in the prompt are plain text: the model's text encoder, Qwen3, knows no weights"
              + " of words.");
    }
    if (prompt.text().length() < maxLength / 2) return notes; // no need to open the tokenizer
    try (JsonTokenizer tokenizer = tokenizer()) {
      int cut = tokens(tokenizer, prompt).size() - maxLength;
      if (cut > 0) {
        notes.add(
            "Qwen3 reads " + maxLength + " tokens of a prompt; the last " + cut + " are left out.");
      }
    } catch (IOException e) {
      notes.add(e.getMessage()); // a run says the same, and ends
    }
    return notes;
  }

  @Override
  public boolean takesLearnedWords() {
    return false;
  }

  @Override
  public List<List<TokenBlock>> encode(List<Prompt> prompts) throws IOException {
    try (JsonTokenizer tokenizer = tokenizer()) {
      return prompts.stream().map(prompt -> List.of(block(tokenizer, prompt))).toList();
    }
  }

  private TokenBlock block(JsonTokenizer tokenizer, Prompt prompt) {
    List<JsonTokenizer.Token> all = tokens(tokenizer, prompt);
    List<JsonTokenizer.Token> kept = all.subList(0, Math.min(all.size(), maxLength));
    float[] weights = new float[kept.size()];
    Arrays.fill(weights, 1);
    long[] ids = kept.stream().mapToLong(JsonTokenizer.Token::id).toArray();
    List<String> texts = kept.stream().map(JsonTokenizer.Token::text).toList();
    return new TokenBlock(ids, texts, weights, ids.length);
  }

  private static List<JsonTokenizer.Token> tokens(JsonTokenizer tokenizer, Prompt prompt) {
    return tokenizer.encode(BEFORE + prompt.text() + AFTER);
  }

  /** Opens the tokenizer, to be closed. */
  private JsonTokenizer tokenizer() throws IOException {
    return JsonTokenizer.read(model.folder(name).orElseThrow(this::withoutTokenizer));
  }

  private IOException withoutTokenizer() {
    return new IOException(
        model.path()
            + " has no vocabulary for its text encoder Qwen3; put the "
            + JsonTokenizer.FILE
            + " of Qwen3 into the folder "
            + SingleFile.beside(model.path()).resolve(name)
            + ": every model in folders with this text encoder has it");
  }
}
