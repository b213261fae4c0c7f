/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TensorsWritten;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.models.Families;
import sc.fiji.latentdiffusion.nn.WeightChange;

/** Where the tensors of a LoRA belong in the tiny model sd1, and what is refused. */
class LoraLayersTest {

  private static final double WEIGHT = 0.5;
  private static final String KEY = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k";
  private static final String QUERY = KEY.replace("to_k", "to_q");
  private static final String KOHYA = "lora_unet_" + KEY.replace('.', '_');

  @TempDir Path folder;

  private LoraLayers layers(TensorsWritten tensors) throws IOException {
    return layers(tensors.write(folder.resolve("x.safetensors")));
  }

  private static LoraLayers layers(Path file) throws IOException {
    ModelFolder model = ModelFolder.open(TestResources.SD1);
    List<Lora> loras = List.of(new Lora(LoraFile.open(file), WEIGHT));
    return LoraLayers.of(loras, model, Families.declare(model));
  }

  private String refusal(TensorsWritten tensors) {
    return assertThrows(IOException.class, () -> layers(tensors)).getMessage();
  }

  /** A whole change to the layer KEY, whose weight is [16, 24], under a name. */
  private static TensorsWritten change(String module) {
    return add(new TensorsWritten(), module, 16, 24);
  }

  private static TensorsWritten add(TensorsWritten to, String module, long out, long in) {
    return to.add(module + ".lora_up.weight", out, 2).add(module + ".lora_down.weight", 2, in);
  }

  private static void assertHas(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), "\"" + part + "\" is not in: " + text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lora_unet_{},.lora_down.weight,.lora_up.weight",
    "lora_unet_middle_block_1_transformer_blocks_0_attn2_to_k,.lora_down.weight,.lora_up.weight",
    "unet.{.},.lora.down.weight,.lora.up.weight",
    "unet.{.},.lora_A.weight,.lora_B.weight",
    "unet.{.},.lora_A.default.weight,.lora_B.default.weight",
    "base_model.model.{.},.lora_A.weight,.lora_B.weight",
    "base_model.model.unet.{.},.lora_A.weight,.lora_B.weight",
    "{.},.lora_down.weight,.lora_up.weight",
    "unet.mid_block.attentions.0.transformer_blocks.0.attn2.processor.to_k,_lora.down.weight,_lora.up.weight"
  })
  void namesOfEveryKindMeanTheSameLayer(String module, String down, String up) throws IOException {
    String name = module.replace("{.}", KEY).replace("{}", KEY.replace('.', '_'));
    LoraLayers layers = layers(new TensorsWritten().add(name + down, 2, 24).add(name + up, 16, 2));
    assertEquals(List.of(KEY + ".weight"), List.copyOf(layers.of("unet").keySet()));
    assertEquals(Map.of(), layers.of("text_encoder"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lora_te_text_model_encoder_layers_1_self_attn_out_proj",
        "lora_te1_text_model_encoder_layers_1_self_attn_out_proj",
        "text_encoder.text_model.encoder.layers.1.self_attn.out_proj",
        "text_encoder.encoder.layers.1.self_attn.out_proj",
        "text_encoder.text_model.encoder.layers.1.self_attn.to_out",
        "base_model.model.text_model.encoder.layers.1.self_attn.out_proj"
      })
  void layersOfTheTextEncoderAreFound(String module) throws IOException {
    LoraLayers layers = layers(add(new TensorsWritten(), module, 24, 24));
    assertEquals(
        List.of("text_model.encoder.layers.1.self_attn.out_proj.weight"),
        List.copyOf(layers.of("text_encoder").keySet()));
  }

  /** The names of OneTrainer (OMI), of ComfyUI, and prefixes that were written twice. */
  @ParameterizedTest
  @CsvSource({
    "lora_unet_, clip_l., clip_g.",
    "diffusion_model., text_encoders.clip_l.transformer., text_encoders.clip_g.transformer.",
    "model.diffusion_model., text_encoders.clip_l.transformer.text_model., clip_g.text_model.",
    "lora_unet_unet_, text_encoder.text_encoder., text_encoder_2.text_encoder_2.",
    "unet.unet., lora_te1_text_encoder., lora_te2_text_encoder_2.text_model.",
  })
  void prefixesOfOtherProgramsMeanTheSameLayers(String unet, String first, String second)
      throws IOException {
    Map<String, StoredTensor> kohya =
        LoraFile.open(TestResources.golden("lora/xl.safetensors")).tensors();
    Map<String, StoredTensor> renamed = new TreeMap<>();
    kohya.forEach(
        (name, tensor) ->
            renamed.put(
                name.replaceFirst("^lora_unet_", unet)
                    .replaceFirst("^lora_te1_text_model_", first)
                    .replaceFirst("^lora_te2_text_model_", second),
                tensor));
    assertEquals(kohya.size(), renamed.size());
    LoraLayers expected = xl(kohya);
    LoraLayers found = xl(renamed);
    for (String component : List.of("unet", "text_encoder", "text_encoder_2")) {
      assertTrue(!expected.of(component).isEmpty(), component);
      assertEquals(expected.of(component).keySet(), found.of(component).keySet(), component);
    }
  }

  private LoraLayers xl(Map<String, StoredTensor> tensors) throws IOException {
    Model model = Model.open(TestResources.XL);
    Path file = new TensorsWritten().copy(tensors).write(folder.resolve("xl.safetensors"));
    List<Lora> loras = List.of(new Lora(LoraFile.open(file), WEIGHT));
    return LoraLayers.of(loras, model, Families.declare(model));
  }

  /** A merged file may name a layer with text_model and without it. */
  @Test
  void ofATextLayerNamedTwiceTheLaterHolds() throws IOException {
    String layer = "encoder.layers.1.self_attn.out_proj";
    for (String[] names :
        new String[][] {
          {"text_encoder." + layer, "text_encoder.text_model." + layer},
          {"text_encoder.text_model." + layer, "text_encoder." + layer}
        }) {
      TensorsWritten twice = add(new TensorsWritten(), names[0], 24, 24);
      twice.put(names[0] + ".alpha", new long[] {}, 8).put(names[1] + ".alpha", new long[] {}, 4);
      LoraLayers layers = layers(add(twice, names[1], 24, 24));
      List<WeightChange> changes = layers.of("text_encoder").values().iterator().next();
      assertEquals(1, changes.size());
      assertEquals(2 * WEIGHT, changes.get(0).factor());
      String note = "1 layer of a text encoder under two names. The later in the file is used; the";
      assertEquals(1, layers.notes().size());
      assertHas(layers.notes().get(0), note, "left out is \"" + names[0] + "\".");
    }
    assertEquals(List.of(), layers(change(KOHYA)).notes());
  }

  private static WeightChange only(LoraLayers layers) {
    return layers.of("unet").values().iterator().next().get(0);
  }

  private static DoraChange dora(LoraLayers layers) {
    return (DoraChange) only(layers);
  }

  @Test
  void alphaIsDividedByTheRankAndIsTheRankWhereNothingSaysIt() throws IOException {
    assertEquals(1 * WEIGHT, only(layers(change(KOHYA))).factor());
    TensorsWritten alpha = change(KOHYA).put(KOHYA + ".alpha", new long[] {}, 0.5f);
    assertEquals(0.25 * WEIGHT, only(layers(alpha)).factor());
  }

  @Test
  void settingsInTheHeaderSayAlpha() throws IOException {
    TensorsWritten said =
        change("unet." + KEY)
            .say("lora_adapter_metadata", "{\"unet.lora_alpha\": 8, \"unet.use_rslora\": true}");
    assertEquals(8 / Math.sqrt(2) * WEIGHT, only(layers(said)).factor());
  }

  @Test
  void patternsInTheAdapterConfigSayAlphaOfSomeLayers() throws IOException {
    Path file =
        change("base_model.model." + KEY).write(folder.resolve("adapter_model.safetensors"));
    Path config = folder.resolve("adapter_config.json");
    Files.writeString(config, "{\"lora_alpha\": 8, \"alpha_pattern\": {\"attn2.to_k\": 6}}");
    assertEquals(3 * WEIGHT, only(layers(file)).factor());
    Files.writeString(config, "{\"lora_alpha\": 8, \"alpha_pattern\": {\".*attn1.*\": 6}}");
    assertEquals(4 * WEIGHT, only(layers(file)).factor());
  }

  @Test
  void patternThatIsNoExpressionIsRefusedByName() throws IOException {
    Path file =
        change("base_model.model." + KEY).write(folder.resolve("adapter_model.safetensors"));
    Path config = folder.resolve("adapter_config.json");
    Files.writeString(config, "{\"alpha_pattern\": {\"[\": 6}}");
    String message = assertThrows(IOException.class, () -> layers(file)).getMessage();
    assertHas(message, config + ", \"alpha_pattern\"", "found \"[\"", "\"[\" without its \"]\"");
  }

  @Test
  void scaleThatFloatCanNotHoldIsRefused() throws IOException {
    Path file =
        change("base_model.model." + KEY).write(folder.resolve("adapter_model.safetensors"));
    Files.writeString(folder.resolve("adapter_config.json"), "{\"lora_alpha\": 1e308}");
    String message = assertThrows(IOException.class, () -> layers(file)).getMessage();
    assertHas(message, "has the scale 5.0E307", "float32");
  }

  @Test
  void aLoraOfSdxlIsRefusedAsOfAnotherFamily() {
    TensorsWritten sdxl = new TensorsWritten();
    add(sdxl, "lora_unet_input_blocks_7_1_transformer_blocks_4_attn2_to_k", 1280, 2048);
    add(sdxl, "lora_te1_text_model_encoder_layers_0_self_attn_q_proj", 24, 24);
    add(sdxl, "lora_te2_text_model_encoder_layers_0_self_attn_q_proj", 1280, 1280);
    assertHas(
        refusal(sdxl),
        "x.safetensors is a LoRA for another family, Stable Diffusion XL and its refiner, as it has"
            + " layers of text_encoder_2",
        "expected one for Stable Diffusion 1.x and 2.x with a conditioning of 24 numbers",
        "2 of its 3 layers have no place",
        "\"lora_unet_input_blocks_7_1_transformer_blocks_4_attn2_to_k\"");
  }

  @Test
  void aLoraOfAnotherWidthIsRefusedAsOfAnotherFamily() {
    TensorsWritten sd1 = add(new TensorsWritten(), KOHYA, 1280, 768);
    assertHas(
        refusal(sd1),
        "another family, Stable Diffusion 1.x with a conditioning of 768 numbers",
        "it has lora_down.weight [2, 768], lora_up.weight [1280, 2]",
        "the layer is unet's " + KEY + ".weight [16, 24]");
  }

  @Test
  void whatTheFileSaysOfItselfIsTold() {
    TensorsWritten said = add(new TensorsWritten(), "lora_unet_double_blocks_0_img_mlp_0", 8, 8);
    assertHas(
        refusal(said.say("modelspec.architecture", "flux-1-dev/lora")),
        "another family, as it says, flux-1-dev/lora");
  }

  @Test
  void oneKeyWithoutALayerIsNamedWithTheNearestLayer() {
    TensorsWritten typo = add(change(KOHYA), KOHYA.replace("to_k", "to_kk"), 16, 24);
    add(typo, KOHYA.replace("to_k", "to_q"), 16, 16);
    assertHas(
        refusal(typo),
        "x.safetensors does not fit this model: 1 of its 3 layers",
        "no layer \"" + KOHYA.replace("to_k", "to_kk") + "\"",
        "the nearest is unet's " + KEY + ".weight [16, 24]");
  }

  @Test
  void oneLayerOfAnotherShapeIsNamed() {
    TensorsWritten wrong = add(change(KOHYA), "unet." + QUERY, 16, 17);
    add(wrong, "unet." + KEY.replace("attn2", "attn1"), 16, 16);
    assertHas(refusal(wrong), "for \"unet." + QUERY + "\" it has lora_down.weight [2, 17]");
  }

  @ParameterizedTest
  @CsvSource({
    ".lambda_layer, T-LoRA",
    ".oft_r.default, OFT of peft before 0.14",
    ".vera_lambda_b, VeRA",
    ".lora_B.bias, biases",
    ".weight, 'not a LoRA tensor:'"
  })
  void anUnknownEndingIsNamed(String ending, String kind) {
    TensorsWritten unknown = change(KOHYA).add(KOHYA + ending, 2, 2);
    assertHas(refusal(unknown), "\"" + KOHYA + ending + "\"", kind, "lora_down.weight");
  }

  @Test
  void aTextualInversionIsToldToBeOne() {
    assertHas(refusal(new TensorsWritten().add("emb_params", 2, 24)), "a textual inversion");
  }

  @Test
  void aMissingHalfIsNamed() {
    TensorsWritten half = new TensorsWritten().add(KOHYA + ".lora_down.weight", 2, 24);
    assertHas(refusal(half), KOHYA, "lora_up.weight is missing");
    TensorsWritten alone = new TensorsWritten().put(KOHYA + ".alpha", new long[] {1}, 1);
    assertHas(refusal(alone), KOHYA, "lora_down.weight is missing");
  }

  @Test
  void aMiddleWithoutItsFactorsIsRefused() {
    TensorsWritten mid = new TensorsWritten().add(KOHYA + ".lora_mid.weight", 2, 2, 3, 3);
    assertHas(refusal(mid), KOHYA, "has [lora_mid.weight]; lora_down.weight is missing");
  }

  @Test
  void ranksThatDoNotAgreeAreRefused() {
    TensorsWritten ranks =
        new TensorsWritten()
            .add(KOHYA + ".lora_down.weight", 2, 24)
            .add(KOHYA + ".lora_up.weight", 16, 3);
    assertHas(refusal(ranks), KOHYA, "[2, 24]", "[16, 3]", "of one rank");
    TensorsWritten none =
        new TensorsWritten()
            .add(KOHYA + ".lora_down.weight", 0, 24)
            .add(KOHYA + ".lora_up.weight", 16, 0);
    assertHas(refusal(none), "of one rank of at least 1");
  }

  @Test
  void alphaMustBeOneFiniteNumber() {
    TensorsWritten nan = change(KOHYA).put(KOHYA + ".alpha", new long[] {}, Float.NaN);
    assertHas(refusal(nan), KOHYA, "alpha = NaN", "expected a finite number");
    assertHas(refusal(change(KOHYA).add(KOHYA + ".alpha", 2)), "expected one number");
  }

  @Test
  void aMagnitudeMustHaveANumberForEachOutputOrInput() throws IOException {
    String scale = KOHYA + ".dora_scale";
    assertEquals(0, dora(layers(change(KOHYA).add(scale, 16, 1))).axis());
    DoraChange inputs = dora(layers(change(KOHYA).add(scale, 1, 24)));
    assertEquals(1, inputs.axis());
    assertEquals(WEIGHT, inputs.factor());
    assertEquals(1, inputs.direction().factor());
    assertHas(refusal(change(KOHYA).add(scale, 1, 16)), "[1, 16]", "24 inputs");
  }

  @Test
  void oneLayerUnderTwoNamesIsRefused() {
    TensorsWritten twice =
        add(change(KOHYA), "unet.middle_block.1.transformer_blocks.0.attn2.to_k", 16, 24);
    assertHas(refusal(twice), "changes the layer " + KEY + ".weight twice", KOHYA);
    TensorsWritten same = add(change(KOHYA), "lora_unet_" + KEY, 16, 24);
    assertHas(refusal(same), "twice", KOHYA);
  }
}
