/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Downloads of one small model from a hub on the loopback interface into a folder. */
final class HubDownloads implements AutoCloseable {

  static final String UNET = "unet/diffusion_pytorch_model.safetensors";
  static final String VAE = "vae/diffusion_pytorch_model.safetensors";
  static final String SHARDS = UNET + ".index.json";

  final FakeHub hub = new FakeHub();
  final RecordedProgress progress = new RecordedProgress();
  private final Path folder;

  /** The pauses that were made. */
  final List<Duration> pauses = new ArrayList<>();

  private final Retry retry = new Retry(Duration.ZERO, (time, stops) -> pauses.add(time));

  /** How long a silent server is waited for. */
  Duration silence = Duration.ofSeconds(20);

  HubDownloads(Path folder) {
    this.folder = folder;
    hub.put(
        "model_index.json",
        """
        {"_class_name": "StableDiffusionPipeline", "scheduler": ["diffusers", "PNDMScheduler"],
         "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
         "text_encoder": ["transformers", "CLIPTextModel"]}
        """);
    hub.put("scheduler/scheduler_config.json", "{}").put("unet/config.json", "{}");
    hub.put("vae/config.json", "{}").put("text_encoder/config.json", "{}");
    hub.put(UNET, FakeHub.bytes(3000)).put(VAE, FakeHub.bytes(2000));
  }

  /** Gives the U-Net one shard of a name. */
  void nameShard(String name) {
    hub.files.remove(UNET);
    String escaped = new JsonPrimitive(name).toString();
    hub.put(SHARDS, "{\"weight_map\": {\"a\": " + escaped + "}}");
    hub.put("unet/" + name, FakeHub.bytes(3000));
  }

  HubClient client() throws IOException {
    return HubClient.of(hub.address(), Map.of(), folder.resolve("home")).waiting(silence);
  }

  DownloadPlan plan() throws IOException {
    HubClient client = client();
    HubName name = HubName.of(FakeHub.ID, "", client.endpoint());
    return DownloadPlan.plan(client, name, "", folder, progress, retry);
  }

  /** Returns the message of a plan or download that fails. */
  String failure() {
    return assertThrows(IOException.class, () -> plan().run(progress)).getMessage();
  }

  /** Returns what lies in the folder: files and links. */
  Set<String> found() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> folder.relativize(path).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Override
  public void close() {
    hub.close();
  }
}
