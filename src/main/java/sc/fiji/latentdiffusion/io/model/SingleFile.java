/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io.model;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sc.fiji.latentdiffusion.io.Json;
import sc.fiji.latentdiffusion.io.SafeTensors;
import sc.fiji.latentdiffusion.io.SafeTensorsHeader;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.io.TensorFile;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * A whole model in one file with the original names, as checkpoint sites give it ({@code
 * .safetensors}, {@code .ckpt}). Its kind is recognised by the tensors it holds, never by its name.
 * It has no settings of its own: they are those of its {@linkplain SingleFileLayout layout}, unless
 * a folder of the file's name without the ending, in diffusers' layout, lies beside it; each
 * component's settings and tokenizer that are there hold.
 */
public final class SingleFile implements Model {

  private static final String NO_MODEL =
      "is no model of a known layout; give a folder in diffusers' layout";

  private final Path file;
  private final SingleFileLayout layout;
  private final TensorFile content;
  private final SingleFileLayout.Settings settings;
  private final ModelStamp stamp;

  private SingleFile(Path file, TensorFile content, ModelStamp stamp, Set<Role> elsewhere)
      throws IOException {
    this.stamp = stamp;
    layout = layout(file, content.tensors().keySet(), elsewhere);
    this.file = file;
    this.content = content;
    settings = layout.settings(file, content);
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @return the model
   * @throws IOException if the file can't be read, or holds no whole model of a known layout
   */
  public static SingleFile open(Path path) throws IOException {
    return openWithout(path, Set.of());
  }

  /** As {@link #open}, but components of some roles may be missing. */
  static SingleFile openWithout(Path path, Set<Role> elsewhere) throws IOException {
    Path file = path.toAbsolutePath().normalize();
    ModelStamp stamp = ModelStamp.of(file);
    return new SingleFile(file, TensorFile.read(file), stamp, elsewhere);
  }

  /**
   * Checks by its header alone that a safetensors file, which need not be on this computer, is a
   * whole model of a known layout.
   *
   * @param file its name, for messages
   * @param header the JSON after the eight bytes of its length
   * @param size of the whole file in bytes
   * @throws IOException if it is not, naming its kind or the missing part
   */
  public static void check(Path file, String header, long size) throws IOException {
    int length = header.getBytes(StandardCharsets.UTF_8).length;
    long start = SafeTensors.LENGTH_BYTES + length;
    TensorFile content = new SafeTensorsHeader(file, start, size).parse(header);
    layout(file, content.tensors().keySet(), Set.of());
  }

  /**
   * Recognises the model in a file's content.
   *
   * @throws IOException if it is no whole model of a known layout, naming its kind or the missing
   *     part
   */
  public static SingleFile of(Path file, TensorFile content) throws IOException {
    return new SingleFile(file, content, ModelStamp.NONE, Set.of());
  }

  private static SingleFileLayout layout(Path file, Set<String> names, Set<Role> elsewhere)
      throws IOException {
    List<SingleFileLayout> layouts =
        ModelKinds.all().stream().flatMap(kind -> kind.singleFiles().stream()).toList();
    for (SingleFileLayout layout : layouts) {
      boolean fits =
          elsewhere.isEmpty() ? layout.fits(names) : layout.fitsWithout(names, elsewhere);
      if (fits) return layout;
    }
    String problems =
        layouts.stream()
            .flatMap(layout -> layout.problem(names).stream())
            .distinct()
            .collect(Collectors.joining("; or it "));
    throw new IOException(file + " " + (problems.isEmpty() ? NO_MODEL : problems));
  }

  @Override
  public String name() {
    return ModelSearch.name(file);
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public ModelStamp stamp() {
    return stamp;
  }

  @Override
  public Set<String> named() {
    return settings.components().keySet();
  }

  @Override
  public boolean has(String component) {
    return named().contains(component);
  }

  @Override
  public Config index() {
    return Json.config(settings.index(), "the settings for " + file);
  }

  @Override
  public Config config(String component) throws IOException {
    Path own = beside().resolve(component).resolve(ModelKinds.configName(this, component));
    boolean decided = settings.decided().contains(component);
    if (Files.isRegularFile(own) && !decided) return Json.config(own);
    JsonObject json = settings.components().get(component);
    if (json == null) json = layout.publishedSettings(component).orElse(null);
    if (json == null) {
      throw new IOException(
          file
              + " has no component \""
              + component
              + "\"; it has "
              + String.join(", ", settings.components().keySet()));
    }
    return Json.config(json, "the settings for " + file + ", " + component);
  }

  @Override
  public Map<String, StoredTensor> tensors(String component) throws IOException {
    return layout.tensors(component, config(component), content);
  }

  @Override
  public Optional<Path> folder(String component) {
    return Optional.of(beside().resolve(component)).filter(Files::isDirectory);
  }

  @Override
  public Optional<KnownWords> words() throws IOException {
    return KnownWords.in(beside());
  }

  private Path beside() {
    return beside(file);
  }

  /** Returns the folder with settings that belongs to a single file; it need not exist. */
  public static Path beside(Path file) {
    return file.resolveSibling(ModelSearch.stem(ModelSearch.name(file)));
  }

  @Override
  public List<Path> weightFiles() {
    return List.of(file);
  }

  @Override
  public List<String> notes() {
    return settings.notes();
  }

  @Override
  public String toString() {
    return name() + " (" + file + ")";
  }
}
