package sc.fiji.latentdiffusion.models.qwen3;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.files.FileBytes;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.prompts.NativeTokenizer;
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

  private static final String FILE = "tokenizer.json";
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

  @Override
  public List<String> notes(Prompt prompt) {
    boolean isBracketed = prompt.text().matches("(?s).*[(\\[].*[)\\]].*");
    return prompt.weighting() && isBracketed
        ? List.of(
            "Brackets in the prompt are plain text: the model's text encoder, Qwen3, knows no"
                + " weights of words.")
        : List.of();
  }

  @Override
  public List<List<TokenBlock>> encode(List<Prompt> prompts) throws IOException {
    try (HuggingFaceTokenizer tokenizer = tokenizer()) {
      List<List<TokenBlock>> blocks = new ArrayList<>();
      for (Prompt prompt : prompts) blocks.add(List.of(block(tokenizer, prompt)));
      return blocks;
    }
  }

  private TokenBlock block(HuggingFaceTokenizer tokenizer, Prompt prompt) {
    String text = BEFORE + NativeTokenizer.paired(prompt.text()) + AFTER;
    Encoding encoding = tokenizer.encode(text, false, false);
    int length = Math.min(encoding.getIds().length, maxLength);
    float[] weights = new float[length];
    Arrays.fill(weights, 1);
    long[] ids = Arrays.copyOf(encoding.getIds(), length);
    return new TokenBlock(
        ids, Arrays.asList(encoding.getTokens()).subList(0, length), weights, length);
  }

  private HuggingFaceTokenizer tokenizer() throws IOException {
    Path folder = model.folder(name).orElse(null);
    Path file = folder == null ? null : folder.resolve(FILE);
    if (file != null && Files.isRegularFile(file)) {
      return NativeTokenizer.of(FileBytes.all(file), folder);
    }
    throw new IOException(
        "The model "
            + model.path()
            + " has no "
            + name
            + "/"
            + FILE
            + ", the vocabulary of its text encoder Qwen3; copy or download the whole model again");
  }
}
