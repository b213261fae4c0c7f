/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sc.fiji.latentdiffusion.io.DType;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.files.FileBytes;

class VaeKeysTest {

  @Test
  void levelThatNoVaeHasKeepsItsName() {
    String odd = "decoder.up.99999999999.block.0.conv1.bias";
    StoredTensor one =
        new StoredTensor("x", DType.F16, new long[] {1}, new FileBytes(Path.of("x")), 0, 2);
    Map<String, StoredTensor> tensors = Map.of(odd, one, "decoder.up.1.block.0.conv1.bias", one);
    assertEquals(
        Set.of(
            "decoder.up.99999999999.resnets.0.conv1.bias",
            "decoder.up_blocks.0.resnets.0.conv1.bias"),
        VaeKeys.toDiffusers(tensors).keySet());
  }
}
