/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import sc.fiji.latentdiffusion.io.Json;

/**
 * The graph of ComfyUI: nodes by their numbers, each with a class and inputs, which are values or
 * links, {@code [node, output]}.
 */
final class ComfyGraph {

  /** The keyword of a PNG file's text. */
  static final String KEYWORD = "prompt";

  /** Inputs of a node that hands a value on. */
  private static final List<String> VALUES =
      List.of("value", "text", "string", "seed", "noise_seed", "int", "float", "number");

  /** Inputs by which the parts of a sampler of several nodes hang together. */
  private static final List<String> PARTS = List.of("noise", "guider", "sampler", "sigmas");

  private static final int DEEPEST = 100;

  /**
   * A node.
   *
   * @param type its class
   * @param inputs by their names
   */
  private record Node(String type, Map<String, JsonElement> inputs) {

    boolean has(String input) {
      return inputs.containsKey(input);
    }
  }

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Found found;

  private ComfyGraph(JsonObject graph, Found found) {
    this.found = found;
    graph.entrySet().forEach(entry -> add(entry.getKey(), entry.getValue()));
  }

  private void add(String number, JsonElement element) {
    if (!element.isJsonObject()) return;
    JsonObject node = element.getAsJsonObject();
    if (!node.has("class_type") || !node.get("class_type").isJsonPrimitive()) return;
    Map<String, JsonElement> inputs = new LinkedHashMap<>();
    if (node.has("inputs") && node.get("inputs").isJsonObject()) {
      node.getAsJsonObject("inputs").entrySet().forEach(e -> inputs.put(e.getKey(), e.getValue()));
    }
    nodes.put(number, new Node(node.get("class_type").getAsString(), inputs));
  }

  /**
   * Reads a graph.
   *
   * @param where its name, for messages
   * @param found takes the settings; none if it has no sampler
   * @throws IOException if it is no JSON object
   */
  static void read(String text, String where, Found found) throws IOException {
    ComfyGraph graph = new ComfyGraph(Json.object(text, where), found);
    graph.sampler().ifPresent(graph::read);
  }

  /** Finds the sampler before the last node that saves an image. */
  private Optional<Node> sampler() {
    Node last = null;
    for (Node node : nodes.values()) if (node.type().contains("SaveImage")) last = node;
    if (last == null) for (Node node : nodes.values()) if (samples(node)) last = node;
    return last == null ? Optional.empty() : before(last, ComfyGraph::samples);
  }

  private static boolean samples(Node node) {
    return node.type().contains("Sampler") && node.has("latent_image");
  }

  /** Returns the nearest node that a node depends on, or itself. */
  private Optional<Node> before(Node node, Predicate<Node> wanted) {
    Deque<Node> open = new ArrayDeque<>(List.of(node));
    Set<Node> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      Node next = open.poll();
      if (wanted.test(next)) return Optional.of(next);
      for (JsonElement input : next.inputs().values()) {
        linked(input).filter(seen::add).ifPresent(open::add);
      }
    }
    return Optional.empty();
  }

  private Optional<Node> linked(JsonElement input) {
    if (input == null || !input.isJsonArray()) return Optional.empty();
    JsonArray link = input.getAsJsonArray();
    boolean isLink = link.size() == 2 && link.get(0).isJsonPrimitive();
    return isLink ? Optional.ofNullable(nodes.get(link.get(0).getAsString())) : Optional.empty();
  }

  /** Returns the value of the first of some inputs; those of a sampler's parts count, too. */
  private Optional<String> value(Node node, String... names) {
    for (String name : names) {
      Optional<String> value = value(node.inputs().get(name), 0);
      if (value.isPresent()) return value;
    }
    for (String part : PARTS) {
      Optional<Node> linked = linked(node.inputs().get(part));
      Optional<String> value = linked.flatMap(other -> direct(other, names));
      if (value.isPresent()) return value;
    }
    return Optional.empty();
  }

  private Optional<String> direct(Node node, String... names) {
    for (String name : names) {
      Optional<String> value = value(node.inputs().get(name), 0);
      if (value.isPresent()) return value;
    }
    return Optional.empty();
  }

  private Optional<String> value(JsonElement input, int depth) {
    if (input == null || depth > DEEPEST) return Optional.empty();
    if (input.isJsonPrimitive()) return Optional.of(input.getAsString());
    Optional<Node> node = linked(input);
    if (node.isEmpty()) return Optional.empty();
    for (String name : VALUES) {
      Optional<String> value = value(node.get().inputs().get(name), depth + 1);
      if (value.isPresent()) return value;
    }
    return Optional.empty();
  }

  /** Returns the node at an input of a sampler, or of one of its parts. */
  private Optional<Node> at(Node sampler, String... inputs) {
    for (String name : inputs) {
      Optional<Node> node = linked(sampler.inputs().get(name));
      if (node.isPresent()) return node;
    }
    return linked(sampler.inputs().get("guider"))
        .flatMap(
            guider ->
                List.of(inputs).stream()
                    .flatMap(name -> linked(guider.inputs().get(name)).stream())
                    .findFirst());
  }

  private void read(Node sampler) {
    List<String> controls = new ArrayList<>();
    String prompt = text(at(sampler, "positive", "conditioning"), "positive", controls);
    String negative = text(at(sampler, "negative"), "negative", controls);
    found.prompts("text (positive)", prompt, "text (negative)", negative);
    set(sampler, "seed", "seed", "noise_seed");
    set(sampler, "steps", "steps");
    set(sampler, "guidance", "cfg");
    steps(sampler);
    value(sampler, "denoise")
        .filter(text -> !text.matches("1(\\.0*)?"))
        .ifPresent(text -> found.set("denoise", text, "strength", text, "for Image to Image"));
    for (String other : List.of("start_at_step", "end_at_step", "add_noise")) {
      value(sampler, other).ifPresent(text -> found.none(other, text));
    }
    found.set("noise", "", "rng", "torch", "");
    linked(sampler.inputs().get("latent_image")).ifPresent(this::size);
    at(sampler, "model").ifPresent(this::model);
    for (Node node : nodes.values()) {
      if (node.type().equals("VAELoader")) name(node, "vae_name", Found.AUTOENCODER);
      if (node.type().equals("CLIPSetLastLayer")) clipSkip(node);
    }
    controls.forEach(
        name -> found.none("ControlNet", name, "name it, and its image, in the key control"));
  }

  private void set(Node node, String key, String... inputs) {
    value(node, inputs).ifPresent(text -> found.set(inputs[0], text, key));
  }

  private void steps(Node sampler) {
    String name = value(sampler, "sampler_name").orElse("");
    String rule = value(sampler, "scheduler").orElse("");
    Optional<SamplerNames.Steps> steps = SamplerNames.comfy(name, rule);
    if (steps.isEmpty()) {
      found.none("sampler_name", name);
      if (!rule.isEmpty()) found.none("scheduler", rule);
      return;
    }
    found.set("sampler_name", name, "scheduler", steps.get().scheduler(), steps.get().note());
    if (!steps.get().spacing().isEmpty()) {
      found.set("scheduler", rule, "spacing", steps.get().spacing(), "");
    } else if (steps.get().scheduler().endsWith("_k")) {
      found.set("scheduler", rule, "scheduler", steps.get().scheduler(), "");
    } else if (!rule.isEmpty()) {
      found.none("scheduler", rule);
    }
  }

  private void size(Node latents) {
    Optional<Node> empty = before(latents, node -> node.has("width") && node.has("height"));
    if (empty.isEmpty()) {
      found.none("latent_image", latents.type(), "made from an image");
      return;
    }
    set(empty.get(), "width", "width");
    set(empty.get(), "height", "height");
    value(empty.get(), "batch_size")
        .filter(text -> !text.equals("1"))
        .ifPresent(text -> found.none("batch_size", text));
  }

  /** Goes from the sampler to the checkpoint: LoRAs and changes of guidance stand between. */
  private void model(Node last) {
    List<Node> loras = new ArrayList<>();
    Set<Node> seen = new HashSet<>();
    Optional<Node> next = Optional.of(last);
    while (next.isPresent() && seen.add(next.get())) {
      Node node = next.get();
      if (node.has("lora_name")) loras.add(0, node);
      else if (node.type().equals("RescaleCFG")) set(node, "rescale", "multiplier");
      else if (node.has("ckpt_name")) name(node, "ckpt_name", "model");
      else if (node.has("unet_name")) name(node, "unet_name", "model");
      next = linked(node.inputs().get("model"));
    }
    loras.forEach(this::lora);
  }

  private void lora(Node node) {
    String weight = value(node, "strength_model").orElse("1");
    String clip = value(node, "strength_clip").orElse(weight);
    String note = clip.equals(weight) ? "" : "the text encoder's weight is " + clip + " there";
    String name = value(node, "lora_name").orElse("");
    found.lora("lora_name", bare(name), weight, note);
  }

  private void name(Node node, String input, String key) {
    value(node, input).ifPresent(text -> found.set(input, text, key, bare(text), ""));
  }

  /** Returns a file's name without folders and ending, as models are found here. */
  private static String bare(String file) {
    return file.replaceFirst("^.*[/\\\\]", "").replaceFirst("\\.(safetensors|ckpt|pt|bin)$", "");
  }

  private void clipSkip(Node node) {
    value(node, "stop_at_clip_layer")
        .ifPresent(
            text -> found.set("stop_at_clip_layer", text, "clipskip", text.replace("-", ""), ""));
  }

  /** Goes from the sampler to the text; ControlNets stand between. */
  private String text(Optional<Node> first, String half, List<String> controls) {
    Set<Node> seen = new HashSet<>();
    Optional<Node> next = first;
    while (next.isPresent() && seen.add(next.get())) {
      Node node = next.get();
      Optional<String> text = direct(node, "text", "text_g");
      if (text.isPresent()) return text.get();
      linked(node.inputs().get("control_net"))
          .flatMap(control -> value(control, "control_net_name"))
          .filter(name -> !controls.contains(name))
          .ifPresent(controls::add);
      next =
          List.of(half, "conditioning", "conditioning_1", "conditioning_to").stream()
              .flatMap(name -> linked(node.inputs().get(name)).stream())
              .findFirst();
    }
    return "";
  }
}
