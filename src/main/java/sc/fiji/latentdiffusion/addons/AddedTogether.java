/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Loading;
import sc.fiji.latentdiffusion.models.prompts.LearnedWord;
import sc.fiji.latentdiffusion.nn.WeightChange;

/**
 * The add-ons of all kinds as one.
 *
 * @param kinds in the order of macros
 */
record AddedTogether(List<Added> kinds) implements Added {

  @Override
  public Loading.Changes changes(Model files, Declaration declaration) throws IOException {
    List<Loading.Changes> all = new ArrayList<>();
    for (Added kind : kinds) all.add(kind.changes(files, declaration));
    return component -> joined(all, component);
  }

  private static Map<String, List<WeightChange>> joined(List<Loading.Changes> all, String component)
      throws IOException {
    Map<String, List<WeightChange>> joined = new HashMap<>();
    for (Loading.Changes changes : all) {
      changes
          .of(component)
          .forEach(
              (tensor, more) ->
                  joined.computeIfAbsent(tensor, key -> new ArrayList<>()).addAll(more));
    }
    return joined;
  }

  @Override
  public List<Object> identity() throws IOException {
    List<Object> all = new ArrayList<>();
    for (Added kind : kinds) all.addAll(kind.identity());
    return List.copyOf(all);
  }

  @Override
  public List<LearnedWord> words(TextWidths widths, String model) throws IOException {
    List<LearnedWord> all = new ArrayList<>();
    for (Added kind : kinds) all.addAll(kind.words(widths, model));
    return List.copyOf(all);
  }

  @Override
  public List<String> notes(Model files, Declaration declaration) throws IOException {
    List<String> all = new ArrayList<>();
    for (Added kind : kinds) all.addAll(kind.notes(files, declaration));
    return List.copyOf(all);
  }

  @Override
  public List<Steering> steering(LoadedParts parts, NamedImages images, NDManager owner)
      throws IOException {
    List<Steering> all = new ArrayList<>();
    for (Added kind : kinds) all.addAll(kind.steering(parts, images, owner));
    return List.copyOf(all);
  }

  @Override
  public Map<String, Object> info(NamedImages images) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Added kind : kinds) all.putAll(kind.info(images));
    return all;
  }
}
