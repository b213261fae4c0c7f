/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.engine.Precision;
import sc.fiji.latentdiffusion.fixtures.PyTorchExtension;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.clip.CLIPTextModel;
import sc.fiji.latentdiffusion.models.unet.UNet2DConditionModel;
import sc.fiji.latentdiffusion.models.vae.VaeDecoder;
import sc.fiji.latentdiffusion.models.vae.VaeEncoder;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.nn.TensorHeaders;
import sc.fiji.latentdiffusion.nn.TensorStore;
import sc.fiji.latentdiffusion.nn.WeightChange;
import sc.fiji.latentdiffusion.nn.Weights;
import sc.fiji.latentdiffusion.settings.Config;

/** Builds networks alone, in float32, and compares their outputs with goldens to 1e-4. */
final class NetworkProofs implements AutoCloseable {

  static final double STAGE = 1e-4;

  private final NDManager manager;
  private final Kernels kernels;
  private final List<TensorHeaders> stores = new ArrayList<>();

  NetworkProofs() throws IOException {
    this(false);
  }

  /**
   * @param likeGpu whether to run a GPU's kernels on any device
   */
  NetworkProofs(boolean likeGpu) throws IOException {
    boolean gpu = Golden.DEVICE.equals("gpu");
    manager = PyTorchExtension.open(gpu ? Device.gpu() : Device.cpu());
    kernels = new Kernels(manager, gpu || likeGpu);
  }

  /**
   * Returns the tensors of a folder with one network, whose file diffusers or transformers wrote.
   */
  static Map<String, StoredTensor> tensors(Path folder) throws IOException {
    String stem =
        "text_encoder".equals(folder.getParent().getFileName().toString())
            ? "model"
            : "diffusion_pytorch_model";
    return SafeTensors.read(folder.resolve(stem + ".safetensors"));
  }

  static Config config(Path folder) throws IOException {
    return Json.config(folder.resolve("config.json"));
  }

  /** Both halves of a VAE. */
  record Vae(VaeEncoder encoder, VaeDecoder decoder) {}

  Weights weights(Map<String, StoredTensor> tensors) {
    return weights(tensors, Map.of());
  }

  Weights weights(Map<String, StoredTensor> tensors, Map<String, List<WeightChange>> changes) {
    TensorStore store = new TensorStore(tensors, changes, manager, kernels, Precision.FLOAT32);
    stores.add(store);
    return Weights.of(store);
  }

  /** Returns weights without numbers: networks built from them can't run. */
  Weights headers(Map<String, StoredTensor> tensors) {
    TensorHeaders headers = new TensorHeaders(tensors, manager, kernels, Precision.FLOAT32);
    stores.add(headers);
    return Weights.of(headers);
  }

  UNet2DConditionModel unet(Map<String, StoredTensor> tensors, Config config) throws IOException {
    return UNet2DConditionModel.of(weights(tensors), config);
  }

  Vae vae(Map<String, StoredTensor> tensors, Config config) throws IOException {
    return new Vae(
        VaeEncoder.of(weights(tensors), config), VaeDecoder.of(weights(tensors), config));
  }

  CLIPTextModel text(Map<String, StoredTensor> tensors, Config config) throws IOException {
    return CLIPTextModel.of(weights(tensors), config);
  }

  /** Checks each tensor {@code out.T}: the output at timestep T. */
  void prove(UNet2DConditionModel unet, Golden golden) throws IOException {
    try (NDManager local = manager.newSubManager()) {
      NDArray sample = golden.array("sample", local);
      NDArray states = golden.array("states", local);
      for (String timestep : golden.ends("out.")) {
        NDArray out = unet.forward(sample, Double.parseDouble(timestep), states);
        golden.assertNear("out." + timestep, 1, out, STAGE);
      }
    }
  }

  /** Checks each tensor {@code out.G}: the output for guidance scale G at timestep 759. */
  void proveGuidance(UNet2DConditionModel unet, Golden golden) throws IOException {
    try (NDManager local = manager.newSubManager()) {
      NDArray sample = golden.array("sample", local);
      Conditioning conditioning = new Conditioning(golden.array("states", local), null);
      for (String scale : golden.ends("out.")) {
        Conditioning told = conditioning.withGuidanceScale(Double.parseDouble(scale));
        golden.assertNear("out." + scale, 1, unet.forward(sample, 759, told), STAGE);
      }
    }
  }

  /** Checks both halves; the goldens hold latents before scaling. */
  void prove(Vae vae, Golden golden) throws IOException {
    double factor = vae.decoder().config().scale().scalingFactor();
    try (NDManager local = manager.newSubManager()) {
      NDArray mean = vae.encoder().encode(golden.array("picture", local));
      golden.assertNear("mean", factor, mean, STAGE);
      NDArray latents = golden.array("latents", local).mul((float) factor);
      golden.assertNear("decoded", 1, vae.decoder().decode(latents), STAGE);
    }
  }

  void prove(CLIPTextModel text, Golden golden) throws IOException {
    try (NDManager local = manager.newSubManager()) {
      NDArray states = text.forward(golden.rows("ids"), local);
      golden.assertNear("last_hidden_state", 1, states, STAGE);
    }
  }

  /** Returns the owner of the memory of all networks. */
  NDManager manager() {
    return manager;
  }

  @Override
  public void close() {
    stores.forEach(TensorHeaders::close);
    manager.close();
  }
}
