/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.NetworkFiles;
import sc.fiji.latentdiffusion.models.prompts.PromptKernels;
import sc.fiji.latentdiffusion.nn.Layer;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The encoder of T5 v1.1 (Raffel et al. 2020, arXiv:1910.10683; Shazeer 2020, arXiv:2002.05202): a
 * transformer whose attention knows the distance of tokens, and no place. Each layer's weights are
 * read when it works, and freed then: T5-XXL never takes more memory than a layer and the table of
 * tokens. Padding is seen, as Stable Diffusion 3 and FLUX.1 were trained, or not, as PixArt was.
 */
public final class T5EncoderModel {

  static final String LAYERS = "encoder.block";

  private final Loading loading;
  private final PromptKernels masks;
  private final LazyNetwork<T5Ends> ends;
  private final List<LazyNetwork<T5Layer>> layers = new ArrayList<>();

  /**
   * Checks the network by the headers of its files; weights are read when it works.
   *
   * @param model that has it
   * @param component its name
   * @param with device, precision, changes of weights
   * @throws IOException if a tensor is missing or left over, or the config has a value that is not
   *     supported
   */
  public T5EncoderModel(Model model, String component, Loading with) throws IOException {
    loading = with;
    masks = new PromptKernels(with.kernels());
    Config settings = model.config(component);
    T5Config.check(settings);
    T5Config config = T5Config.of(settings);
    NetworkFiles files = with.files(model, component, with.precision());
    ends = with.network("T5 text encoder", model, files, w -> new T5Ends(w, config));
    long width = ends.outline().width();
    for (int i = 0; i < settings.integer("num_layers"); i++) {
      String place = LAYERS + "." + i;
      String label = "T5 text encoder's layer " + (i + 1);
      layers.add(with.network(label, model, files, w -> new T5Layer(w.at(place), config, width)));
    }
    requireNoMore(model, component);
  }

  private void requireNoMore(Model model, String component) throws IOException {
    String next = LAYERS + "." + layers.size() + ".";
    boolean hasMore = model.tensors(component).keySet().stream().anyMatch(n -> n.startsWith(next));
    if (!hasMore && !layers.isEmpty()) return;
    throw new IOException(
        "The T5 text encoder's config asks for num_layers = "
            + layers.size()
            + ", its weights have "
            + (hasMore ? "more" : "others")
            + ": config and weights belong to different models.");
  }

  /**
   * Checks the settings alone.
   *
   * @param config its {@code config.json}
   * @throws IOException if they are those of a network of another kind, or ask for something that
   *     is not supported, naming it
   */
  public static void check(Config config) throws IOException {
    T5Config.check(config);
  }

  /** Returns the width of its states. */
  public int width() {
    return (int) ends.outline().width();
  }

  /** Returns how many bytes its weights take at the most while it works. */
  public double bytes() {
    return ends.bytes() + layers.stream().mapToDouble(LazyNetwork::bytes).max().orElse(0);
  }

  /**
   * Encodes tokens, all of which are seen.
   *
   * @param ids {@code [b][n]}
   * @param owner owns the result
   * @return the last hidden state after the final norm, {@code [b, n, d]}, float32
   * @throws IllegalArgumentException if an id is out of range
   */
  public NDArray forward(long[][] ids, NDManager owner) {
    return forward(ids, List.of(), owner);
  }

  /**
   * Encodes tokens, of which only the first are seen. States of the others have no meaning.
   *
   * @param ids {@code [b][n]}
   * @param lengths how many are seen, for each batch entry; none for all
   * @param owner owns the result
   * @return the last hidden state after the final norm, {@code [b, n, d]}, float32
   * @throws IllegalArgumentException if an id is out of range
   */
  public NDArray forward(long[][] ids, List<Integer> lengths, NDManager owner) {
    requireKnown(ids);
    try (NDManager local = owner.newSubManager()) {
      makeRoom(ends);
      NDArray x = ends.use(net -> net.embedded(ids, local));
      NDArray distances = ends.use(net -> net.bias(ids[0].length, local));
      NDArray bias = distances.add(masks.penalties(lengths, ids[0].length, local));
      for (LazyNetwork<T5Layer> layer : layers) {
        makeRoom(layer);
        x = Layer.then(x, h -> layer.use(net -> net.forward(h, bias)));
        loading.kernels().await(x);
        layer.release();
      }
      NDArray last = x;
      return ends.use(net -> net.normed(last, owner));
    } finally {
      layers.forEach(LazyNetwork::release);
      ends.release();
    }
  }

  private void makeRoom(LazyNetwork<?> part) {
    loading.weights().makeRoom(part, 0);
  }

  private void requireKnown(long[][] ids) {
    long vocabulary = ends.outline().vocabulary();
    for (long[] row : ids) {
      for (long id : row) {
        if (id >= 0 && id < vocabulary) continue;
        throw new IllegalArgumentException(
            "T5's tokenizer gives the token "
                + id
                + ", but the text encoder knows only "
                + vocabulary
                + ": they belong to different models.");
      }
    }
  }
}
