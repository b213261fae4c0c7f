/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.settings.Config;

/** A missing tensor and an unread tensor are errors that name it in full. */
class TensorNamesTest {

  private static final String EXTRA = "somewhere.7.extra.weight";

  @ParameterizedTest
  @ValueSource(strings = {"unet/float32", "vae/old-attention", "text_encoder/five-layers-float32"})
  void everyKindOfMissingTensorIsNamed(String name) throws IOException {
    Path folder = Golden.root().resolve(name);
    Map<String, StoredTensor> tensors = NetworkProofs.tensors(folder);
    for (String missing : oneOfEachKind(tensors.keySet())) {
      Map<String, StoredTensor> rest = new LinkedHashMap<>(tensors);
      rest.remove(missing);
      assertRefusedBy(missing, folder, rest);
    }
  }

  /** Returns of names that differ in the numbers of blocks and layers alone the first. */
  private static Collection<String> oneOfEachKind(Collection<String> names) {
    return names.stream()
        .filter(name -> !name.endsWith("position_ids"))
        .collect(Collectors.toMap(name -> name.replaceAll("\\d+", "0"), name -> name, (a, b) -> a))
        .values();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet/float32", "vae/old-attention", "text_encoder/five-layers-float32"})
  void everyUnreadTensorIsNamed(String name) throws IOException {
    Path folder = Golden.root().resolve(name);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(NetworkProofs.tensors(folder));
    tensors.put(EXTRA, tensors.values().iterator().next());
    assertRefusedBy(EXTRA, folder, tensors);
  }

  private static void assertRefusedBy(String tensor, Path folder, Map<String, StoredTensor> tensors)
      throws IOException {
    Config config = NetworkProofs.config(folder);
    try (NetworkProofs networks = new NetworkProofs()) {
      IOException refusal =
          assertThrows(
              IOException.class,
              () -> {
                switch (folder.getParent().getFileName().toString()) {
                  case "unet" -> networks.unet(tensors, config);
                  case "vae" -> networks.vae(tensors, config);
                  default -> networks.text(tensors, config);
                }
              },
              tensor);
      assertTrue(refusal.getMessage().contains(tensor), tensor + ": " + refusal.getMessage());
    }
  }
}
