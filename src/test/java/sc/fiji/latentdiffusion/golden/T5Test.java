/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.ModelCopies;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.LoadedWeights;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.models.t5.T5EncoderModel;
import sc.fiji.latentdiffusion.models.t5.T5Files;
import sc.fiji.latentdiffusion.nn.Kernels;

/** Compares T5's encoder and its tokens with transformers'; {@code t5.py} makes the goldens. */
class T5Test {

  private static final String ENCODER = "text_encoder";

  /** As in t5.py. */
  private static final int LENGTH = 12;

  @TempDir Path temp;

  @PyTorch private NDManager manager;

  @PyTorch private Kernels kernels;

  private static Path folder(String name) {
    return Golden.root().resolve("t5").resolve(name);
  }

  private Loading loading(LoadedWeights weights) {
    return new Loading(manager, kernels, Precision.FLOAT32, Loading.Changes.NONE, weights);
  }

  private Loading loading() {
    return loading(new LoadedWeights(Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"three-heads", "one-head"})
  void statesOfShortAndLongTextsAgreeWithTransformers(String name) throws IOException {
    Golden golden = Golden.read(folder(name).resolve("golden.safetensors"));
    T5EncoderModel encoder = new T5EncoderModel(Model.open(folder(name)), ENCODER, loading());
    for (String length : golden.ends("ids.")) {
      long[][] ids = golden.rows("ids." + length);
      golden.assertNear("states." + length, 1, encoder.forward(ids, manager), NetworkProofs.STAGE);
    }
  }

  /** Two texts of 3 and 5 tokens in one batch, as each alone. */
  @Test
  void paddingThatIsNotSeenChangesNoState() throws IOException {
    T5EncoderModel encoder =
        new T5EncoderModel(Model.open(folder("three-heads")), ENCODER, loading());
    long[][] texts = {{4, 5, 6, 0, 0}, {9, 8, 7, 6, 5}};
    NDArray both = encoder.forward(texts, List.of(3, 5), manager);
    for (int i = 0; i < 2; i++) {
      long[][] own = {Arrays.copyOf(texts[i], 3 + 2 * i)};
      float[] alone = encoder.forward(own, manager).toFloatArray();
      float[] part = both.get("{}:{}, :{}", i, i + 1, own[0].length).toFloatArray();
      assertArrayEquals(alone, part, 1e-5f);
    }
    float[] seen = encoder.forward(texts, manager).get("0:1, :3").toFloatArray();
    float[] unseen = both.get("0:1, :3").toFloatArray();
    assertTrue(Math.abs(seen[0] - unseen[0]) > 1e-3, seen[0] + " and " + unseen[0]);
  }

  @Test
  void capitalsAndSpacesAroundAreReadAwayWhereAModelWasTrainedSo() throws IOException {
    Model model = Model.open(folder("three-heads"));
    T5Files lower = new T5Files(model, ENCODER, "tokenizer", 0, LENGTH, true);
    List<Prompt> prompts = List.of(Prompt.plain("  Green NUCLEI "), Prompt.plain("green nuclei"));
    List<List<TokenBlock>> blocks = lower.encode(prompts);
    assertArrayEquals(blocks.get(1).get(0).ids(), blocks.get(0).get(0).ids());
    List<List<TokenBlock>> asWritten = files(folder("three-heads")).encode(prompts);
    assertFalse(Arrays.equals(asWritten.get(1).get(0).ids(), asWritten.get(0).get(0).ids()));
  }

  /** bfloat16 rounds to three digits; states are of size 1. */
  @ParameterizedTest
  @ValueSource(strings = {"BFLOAT16", "FLOAT16"})
  void halfPrecisionKeepsTheStatesFromLayerToLayerInFloat32(Precision precision)
      throws IOException {
    Golden golden = Golden.read(folder("three-heads").resolve("golden.safetensors"));
    LoadedWeights weights = new LoadedWeights(Double.POSITIVE_INFINITY);
    Loading with = new Loading(manager, kernels, precision, Loading.Changes.NONE, weights);
    T5EncoderModel encoder = new T5EncoderModel(Model.open(folder("three-heads")), ENCODER, with);
    double tolerance = precision == Precision.FLOAT16 ? 0.02 : 0.15;
    golden.assertNear("states.7", 1, encoder.forward(golden.rows("ids.7"), manager), tolerance);
  }

  @Test
  void eachLayerIsUnloadedBehindItsWork() throws IOException {
    T5EncoderModel encoder =
        new T5EncoderModel(Model.open(folder("three-heads")), ENCODER, loading());
    double whole = 0;
    for (var tensor : Model.open(folder("three-heads")).tensors(ENCODER).values()) {
      whole += 4.0 * tensor.elements();
    }
    long before = manager.getManagedArrays().size();
    encoder.forward(new long[][] {{4, 5, 6}}, manager).close();
    assertEquals(before, manager.getManagedArrays().size());
    assertTrue(encoder.bytes() < 0.8 * whole, encoder.bytes() + " of " + whole);
  }

  private T5Files files(Path folder) throws IOException {
    return new T5Files(Model.open(folder), ENCODER, "tokenizer", 0, LENGTH);
  }

  /** Texts, or the words of which others are made. */
  static JsonArray texts(String key) throws IOException {
    String json = Files.readString(folder("three-heads").resolve("texts.json"));
    return JsonParser.parseString(json).getAsJsonObject().getAsJsonArray(key);
  }

  @Test
  void tokensOfTextsInManyScriptsAreThoseOfTransformers() throws IOException {
    Golden golden = Golden.read(folder("three-heads").resolve("tokens.safetensors"));
    List<Prompt> prompts = new ArrayList<>();
    texts("texts").forEach(text -> prompts.add(Prompt.plain(text.getAsString())));
    List<List<TokenBlock>> blocks = files(folder("three-heads")).encode(prompts);
    long[][] expected = golden.rows("ids");
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], blocks.get(i).get(0).ids(), prompts.get(i).text());
    }
    generated(golden);
  }

  /** Five thousand texts, of whose ids a checksum each is stored. */
  private void generated(Golden golden) throws IOException {
    JsonArray words = texts("words");
    List<Prompt> prompts = new ArrayList<>();
    for (int number = 0; number < 5000; number++) prompts.add(Prompt.plain(text(number, words)));
    List<List<TokenBlock>> blocks = files(folder("three-heads")).encode(prompts);
    ByteBuffer expected = ByteBuffer.wrap(golden.bytes("crc")).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < blocks.size(); i++) {
      assertEquals(expected.getInt(4 * i), crc(blocks.get(i).get(0).ids()), prompts.get(i).text());
    }
  }

  /** Returns a text by its number; {@code t5.py} makes the same. */
  static String text(int number, JsonArray words) {
    long state = number * 7919L + 17;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < number % 13; i++) {
      state = (state * 1103515245L + 12345) % (1L << 31);
      text.append(words.get((int) ((state >> 8) % words.size())).getAsString());
      if ((state >> 20 & 1) == 1) text.append(' ');
    }
    return text.toString();
  }

  /** Returns the checksum of ids, as {@code t5.py} computes it. */
  static int crc(long[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(ids).forEach(id -> bytes.putInt((int) id));
    CRC32 crc = new CRC32();
    crc.update(bytes.array());
    return (int) crc.getValue();
  }

  @Test
  void wordsWeighAndTheEndOfALongPromptIsNamed() throws IOException {
    T5Files files = files(folder("three-heads"));
    Prompt weighted = new Prompt("many (green:1.5) nuclei", true, 1);
    TokenBlock block = files.encode(List.of(weighted)).get(0).get(0);
    TokenBlock plain = files.encode(List.of(Prompt.plain("many green nuclei"))).get(0).get(0);
    assertArrayEquals(plain.ids(), block.ids());
    assertTrue(block.isWeighted());
    assertEquals("</s>", block.tokens().get(block.end()));
    assertEquals(List.of(), files.notes(Prompt.plain("many green nuclei")));
    String note = files.notes(Prompt.plain("nuclei ".repeat(9) + "blurry")).get(0);
    assertTrue(note.startsWith("T5 reads 11 tokens of a prompt; the last "), note);
    assertTrue(note.endsWith("blurry"), note);
  }

  @Test
  void aMissingVocabularyIsNamed() throws IOException {
    ModelCopies.into(temp, folder("three-heads"));
    Path json = temp.resolve("tokenizer/tokenizer.json");
    Files.move(json, json.resolveSibling("spiece.model"));
    T5Files files = files(temp);
    IOException refused =
        assertThrows(IOException.class, () -> files.encode(List.of(Prompt.plain("a"))));
    assertTrue(refused.getMessage().contains("has no tokenizer.json, only spiece.model"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"gated-gelu\", \"relu\", feed_forward_proj = relu",
        "\"num_layers\": 3, \"num_layers\": 2, its weights have more",
        "\"num_heads\": 3, \"num_heads\": 2, expected [n; 2]",
        "\"t5\", \"bert\", model_type = bert"
      })
  void settingsOfAnotherNetworkAreRefused(String change) throws IOException {
    String[] parts = change.split(", ");
    ModelCopies.into(temp, folder("three-heads"));
    Path config = temp.resolve(ENCODER).resolve("config.json");
    Files.writeString(config, Files.readString(config).replace(parts[0], parts[1]));
    IOException refused =
        assertThrows(
            IOException.class, () -> new T5EncoderModel(Model.open(temp), ENCODER, loading()));
    assertTrue(refused.getMessage().contains(parts[2].replace(';', ',')), refused.getMessage());
  }
}
