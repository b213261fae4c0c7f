/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.io.StoredTensor;

class ModelFolderTest {

  @TempDir Path temp;
  private Path folder;
  private ModelFiles files;

  @BeforeEach
  void writeModel() throws IOException {
    folder = temp.resolve("sd15");
    files = ModelFiles.whole(folder);
  }

  @Test
  void wholeFolderIsOpened() throws IOException {
    ModelFolder model = ModelFolder.open(folder);
    assertEquals("sd15", model.name());
    assertEquals(folder.toAbsolutePath(), model.path());
    assertEquals("StableDiffusionPipeline", model.index().text("_class_name", ""));
    assertEquals(4, model.config("unet").integer("in_channels"));
    assertEquals(1, model.config("scheduler").integer("steps_offset"));
    assertEquals(77, model.config("tokenizer").integer("model_max_length"));
    assertEquals(List.of("unet"), List.copyOf(model.tensors("unet").keySet()));
    assertEquals(List.of("text"), List.copyOf(model.tensors("text_encoder").keySet()));
    assertEquals(folder.resolve("tokenizer"), model.folder("tokenizer").orElseThrow());
  }

  @Test
  void componentIsHadWhenNamedAndThere() throws IOException {
    files.text("extra/config.json", "{}");
    ModelFolder model = ModelFolder.open(folder);
    assertTrue(model.has("unet"));
    assertFalse(model.has("text_encoder_2"));
    assertFalse(model.has("extra"));
    assertFalse(model.has("_class_name"));
    assertFalse(model.has("safety_checker"));
  }

  @Test
  void modelInAZipIsOpened() throws IOException {
    Path zip = temp.resolve("model.jar");
    try (FileSystem entries = FileSystems.newFileSystem(zip, Map.of("create", "true"));
        Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        Path target = entries.getPath("/model").resolve(folder.relativize(file).toString());
        Files.copy(file, target);
      }
    }
    try (FileSystem entries = FileSystems.newFileSystem(zip)) {
      ModelFolder model = ModelFolder.open(entries.getPath("/model"));
      assertEquals("model", model.name());
      assertEquals(0, model.tensors("vae").get("vae").bytes().get(0));
      assertEquals(ModelFolder.open(folder).sha256(), model.sha256());
    }
  }

  @Test
  void fullPrecisionIsTakenBeforeShardsAndVariants() throws IOException {
    files.tensors("unet/diffusion_pytorch_model.fp16.safetensors", "half");
    files.tensors("unet/diffusion_pytorch_model.non_ema.safetensors", "other");
    shards(".json", "s-00001-of-00001.safetensors", "shard");
    assertEquals("[unet]", unet());
    files.delete("unet/diffusion_pytorch_model.safetensors");
    assertEquals("[shard]", unet());
    files.delete("unet/diffusion_pytorch_model.safetensors.index.json");
    assertEquals("[half]", unet());
    files.delete("unet/diffusion_pytorch_model.fp16.safetensors");
    assertEquals("[other]", unet());
  }

  @ParameterizedTest
  @ValueSource(strings = {".json", ".fp16.json", ".bf16.json"})
  void shardsAreReadByTheirIndex(String ending) throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    files.tensors("unet/m.fp16-00002-of-00002.safetensors", "c");
    files.tensors("unet/m.fp16-00001-of-00002.safetensors", "a", "b");
    files.text(
        "unet/diffusion_pytorch_model.safetensors.index" + ending,
        "{\"metadata\": {\"total_size\": 3}, \"weight_map\": {"
            + "\"c\": \"m.fp16-00002-of-00002.safetensors\","
            + "\"b\": \"m.fp16-00001-of-00002.safetensors\","
            + "\"a\": \"m.fp16-00001-of-00002.safetensors\"}}");
    ModelFolder model = ModelFolder.open(folder);
    Map<String, StoredTensor> tensors = model.tensors("unet");
    assertEquals("[a, b, c]", "" + tensors.keySet());
    assertEquals(1, tensors.get("b").bytes().get(0));
    assertEquals("m.fp16-00002-of-00002.safetensors", name(tensors.get("c").file()));
  }

  @Test
  void missingFolderIsRefused() {
    refused(temp.resolve("none"), "there is no such folder; give a folder in diffusers' layout");
  }

  @Test
  void otherFileIsRefused() throws IOException {
    refused(Files.createFile(temp.resolve("cells.tif")), "is a file, not a model: give a folder");
  }

  @Test
  void emptyFolderIsRefused() throws IOException {
    refused(
        Files.createDirectory(temp.resolve("new")), "is empty; expected a folder in diffusers'");
  }

  @Test
  void folderThatIsNoModelIsRefusedWithWhatIsInIt() throws IOException {
    Path pictures = temp.resolve("pictures");
    new ModelFiles(pictures).text("a.tif", "");
    new ModelFiles(pictures).text("b/c.tif", "");
    refused(pictures, "is not a model: expected a folder in diffusers' layout", "found a.tif, b");
  }

  @Test
  void folderAboveAModelIsRefusedWithTheModelBelow() throws IOException {
    ModelFiles.whole(temp.resolve("models--x/snapshots/0af3"));
    Path model = temp.resolve("models--x/snapshots/0af3").toAbsolutePath();
    refused(temp.resolve("models--x"), "is not a model", "did you mean " + model + "?");
  }

  @Test
  void missingModelIndexIsRefusedAsIncomplete() throws IOException {
    files.delete("model_index.json");
    refused("is incomplete: model_index.json is missing, found scheduler, text_encoder, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "<html>"})
  void modelIndexThatIsNoJsonObjectIsRefused(String text) throws IOException {
    files.text("model_index.json", text);
    refused("model_index.json", "; copy the file again");
  }

  @Test
  void oddEntriesOfTheModelIndexAreNoComponents() throws IOException {
    files.text(
        "model_index.json",
        "{\"a\": null, \"b\": [], \"c\": [null, null], \"d\": [1, 2], \"e\": {\"f\": []}, \"g\": 7,"
            + "\"unet\": [\"diffusers\", \"UNet2DConditionModel\"]}");
    ModelFolder model = ModelFolder.open(folder);
    assertTrue(Stream.of("a", "b", "c", "d", "e", "g").noneMatch(model::has));
    assertTrue(model.has("unet"));
  }

  @Test
  void missingComponentsAreNamed() throws IOException {
    files.delete("vae");
    refused(
        "is incomplete: model_index.json names scheduler, text_encoder, tokenizer, unet, vae;"
            + " missing is vae; copy or download the whole model again");
    files.delete("tokenizer");
    refused("missing are tokenizer, vae;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet/config.json", "vae/config.json", "scheduler/scheduler_config.json"})
  void missingConfigIsNamed(String config) throws IOException {
    files.delete(config);
    refused(Path.of(config) + " is missing; copy or download the whole model again");
  }

  @Test
  void missingWeightsAreRefusedWithWhatIsThere() throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    files.text("unet/diffusion_pytorch_model.safetensors.part", "");
    refused(
        "unet has no weights: expected diffusion_pytorch_model.safetensors or model.safetensors (or"
            + " .bin), found config.json, diffusion_pytorch_model.safetensors.part; copy or"
            + " download");
  }

  @Test
  void weightsOfPyTorchAreTakenOnlyWhereThereAreNoOthers() throws IOException {
    Files.copy(TestResources.original("vae.bin"), files.path("vae/diffusion_pytorch_model.bin"));
    assertEquals(Set.of("vae"), ModelFolder.open(folder).tensors("vae").keySet());
    files.delete("vae/diffusion_pytorch_model.safetensors");
    assertTrue(ModelFolder.open(folder).tensors("vae").containsKey("quant_conv.weight"));
  }

  @Test
  void shardsOfPyTorchAreRead() throws IOException {
    Path bin = TestResources.original("text_encoder.bin");
    files.delete("text_encoder/model.safetensors");
    Files.copy(bin, files.path("text_encoder/pytorch_model-00001-of-00001.bin"));
    String name = "text_model.final_layer_norm.bias";
    files.text(
        "text_encoder/pytorch_model.bin.index.json",
        "{\"weight_map\": {\"" + name + "\": \"pytorch_model-00001-of-00001.bin\"}}");
    assertTrue(ModelFolder.open(folder).tensors("text_encoder").containsKey(name));
  }

  @Test
  void shardsWithoutTheirIndexAreRefused() throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    files.tensors("unet/diffusion_pytorch_model-00001-of-00002.safetensors", "a");
    refused("the shards' index file (….safetensors.index.json) is missing");
  }

  @Test
  void missingShardIsNamed() throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    files.text(
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"m-00001-of-00002.safetensors\","
            + " \"b\": \"m-00002-of-00002.safetensors\"}}");
    files.tensors("unet/m-00001-of-00002.safetensors", "a");
    refused("names 2 files, missing is m-00002-of-00002.safetensors; copy or download the model");
    files.delete("unet/m-00001-of-00002.safetensors");
    refused("missing are m-00001-of-00002.safetensors, m-00002-of-00002.safetensors;");
  }

  @Test
  void tensorOfTheIndexThatItsShardLacksIsNamed() throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    shards(".json", "m.safetensors", "a", "b");
    files.tensors("unet/m.safetensors", "a");
    ModelFolder model = ModelFolder.open(folder);
    refused("has tensor \"b\" in m.safetensors, but it is not there", () -> model.tensors("unet"));
  }

  @Test
  void tensorInTwoShardsIsRefused() throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    files.tensors("unet/m.safetensors", "a");
    files.tensors("unet/n.safetensors", "a", "b");
    String map = "{\"weight_map\": {\"a\": \"m.safetensors\", \"b\": \"n.safetensors\"}}";
    files.text("unet/diffusion_pytorch_model.safetensors.index.json", map);
    ModelFolder model = ModelFolder.open(folder);
    refused("tensor \"a\" is in two files, ", () -> model.tensors("unet"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"weight_map\": []}", "{\"weight_map\": {}}", "[]", "{"})
  void indexWithoutAMapIsRefusedByName(String index) throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    files.text("unet/diffusion_pytorch_model.safetensors.index.json", index);
    refused("diffusion_pytorch_model.safetensors.index.json", "; copy the file again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"../../secret.safetensors\"", "\"/etc/x.safetensors\"", "7", "null"})
  void shardOutsideTheFolderIsRefused(String shard) throws IOException {
    files.delete("unet/diffusion_pytorch_model.safetensors");
    String map = "{\"weight_map\": {\"a\": " + shard + "}}";
    files.text("unet/diffusion_pytorch_model.safetensors.index.json", map);
    refused("tensor \"a\": expected the name of a file of weights in the same folder");
  }

  @Test
  void componentThatIsNotThereIsRefused() throws IOException {
    ModelFolder model = ModelFolder.open(folder);
    refused("has no component \"text_encoder_2\"; it has ", () -> model.tensors("text_encoder_2"));
  }

  @Test
  void checksumIsOfAllWeightFilesThatAreReadInTheOrderOfTheirPaths() throws Exception {
    files.tensors("unet/diffusion_pytorch_model.fp16.safetensors", "half");
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(Files.readAllBytes(files.path("text_encoder/model.safetensors")));
    digest.update(Files.readAllBytes(files.path("unet/diffusion_pytorch_model.safetensors")));
    digest.update(Files.readAllBytes(files.path("vae/diffusion_pytorch_model.safetensors")));
    String expected = HexFormat.of().formatHex(digest.digest());
    assertEquals(expected, ModelFolder.open(folder).sha256());
  }

  @Test
  void checksumIsReadAgainWhenAFileChanges() throws IOException {
    ModelFolder model = ModelFolder.open(folder);
    Path vae = files.path("vae/diffusion_pytorch_model.safetensors");
    String before = model.sha256();
    FileTime time = Files.getLastModifiedTime(vae);
    files.tensors("vae/diffusion_pytorch_model.safetensors", "vax");
    Files.setLastModifiedTime(vae, time);
    assertEquals(before, model.sha256(), "same path, size and time are answered from memory");
    Files.setLastModifiedTime(vae, FileTime.fromMillis(time.toMillis() + 2000));
    assertNotEquals(before, model.sha256());
  }

  @Test
  void checksumIsTheSameInManyThreads() throws IOException {
    ModelFolder model = ModelFolder.open(folder);
    assertEquals(1, IntStream.range(0, 64).parallel().mapToObj(i -> sum(model)).distinct().count());
  }

  @Test
  void modelIsFoundByNameAndByPath() throws IOException {
    assertEquals(folder.toAbsolutePath(), Model.find(" sd15 ", temp).path());
    assertEquals(folder.toAbsolutePath(), Model.find("" + folder, null).path());
    assertEquals(folder.toAbsolutePath(), Model.find("" + folder, temp.resolve("no")).path());
  }

  @Test
  void unknownNameIsRefusedWithWhereItWasLookedForAndWhatIsThere() throws IOException {
    Files.createDirectory(temp.resolve("sd21"));
    Files.createFile(temp.resolve("a.txt"));
    refused(
        "no model \"sd16\": looked for "
            + Path.of("sd16").toAbsolutePath()
            + " and a folder or file of that name in the models folder "
            + temp
            + ", which has sd15, sd21; put a folder in diffusers' layout",
        () -> Model.find("sd16", temp));
    refused("which does not exist", () -> Model.find("sd16", temp.resolve("no")));
    refused("which has no model", () -> Model.find("sd16", folder.resolve("tokenizer")));
  }

  @Test
  void nameThatNoFileCanHaveIsRefused() {
    refused("no model \"a\0b\": looked for ", () -> Model.find("a\0b", temp));
  }

  @Test
  void absolutePathThatIsMissingIsRefusedAsAPath() {
    String path = temp.resolve("gone").toAbsolutePath().toString();
    refused("no model at " + path + ": there is no such", () -> Model.find(path, temp));
  }

  private void shards(String ending, String shard, String... names) throws IOException {
    files.tensors("unet/" + shard, names);
    String map =
        String.join(", ", Stream.of(names).map(n -> "\"" + n + "\": \"" + shard + "\"").toList());
    String index = "unet/diffusion_pytorch_model.safetensors.index" + ending;
    files.text(index, "{\"weight_map\": {" + map + "}}");
  }

  private String unet() throws IOException {
    return "" + ModelFolder.open(folder).tensors("unet").keySet();
  }

  private static String sum(ModelFolder model) {
    try {
      return model.sha256();
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private void refused(String... parts) {
    refused(folder, parts);
  }

  private static void refused(Path path, String... parts) {
    for (String part : parts) refused(part, () -> ModelFolder.open(path));
  }

  private static void refused(String part, Executable opening) {
    IOException e = assertThrows(IOException.class, opening);
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }
}
