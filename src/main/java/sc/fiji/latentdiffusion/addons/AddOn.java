package sc.fiji.latentdiffusion.addons;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sc.fiji.latentdiffusion.addons.controlnet.ControlNetFile;
import sc.fiji.latentdiffusion.addons.lora.LoraFile;
import sc.fiji.latentdiffusion.io.model.ModelSearch;

/** A kind of file that is added to a model: where such files lie, and what to tell without one. */
public enum AddOn {
  /** Small changes to weights. */
  LORA(
      "LoRA",
      "lora",
      "lora",
      List.of(".safetensors"),
      List.of("pytorch_lora_weights.safetensors", LoraFile.ADAPTER),
      "Several are written name:0.8, other:0.5; a name with a comma or colon stands in quotes"),
  /** A network beside the U-Net. */
  CONTROLNET(
      "ControlNet",
      "control",
      "controlnet",
      List.of(".safetensors", ".pth", ".ckpt", ".bin"),
      List.of(),
      "It is written name:0.8@0-0.6=image title; a name with one of : @ = or a comma stands in"
          + " quotes"),
  /** Words that mean what was learned. */
  EMBEDDING(
      "textual inversion",
      "embeddings",
      "embeddings",
      List.of(".safetensors", ".pt", ".bin"),
      List.of("learned_embeds.safetensors", "learned_embeds.bin"),
      "Several are written with commas between them; a name with a comma stands in quotes");

  private final String what;
  private final String key;
  private final String folder;
  private final List<String> endings;
  private final List<String> inFolders;
  private final String syntax;

  AddOn(
      String what,
      String key,
      String folder,
      List<String> endings,
      List<String> inFolders,
      String syntax) {
    this.what = what;
    this.key = key;
    this.folder = folder;
    this.endings = endings;
    this.inFolders = inFolders;
    this.syntax = syntax;
  }

  /** Returns the name of their folder in the models folder. */
  public String folder() {
    return folder;
  }

  /** Returns the names that tools give the one file of this kind in a folder. */
  public List<String> inFolders() {
    return inFolders;
  }

  /**
   * Finds what a user means: a file or folder in the kind's folder of the models folder, with or
   * without an ending, else at a path.
   *
   * @throws IOException if there is none, telling where it was looked for and what there is
   */
  public Path find(String name, Path modelsFolder) throws IOException {
    Optional<Path> found = ifPresent(name, modelsFolder);
    if (found.isEmpty()) throw none(name, within(modelsFolder));
    return found.get();
  }

  /** Finds the same, or nothing. */
  public Optional<Path> ifPresent(String name, Path modelsFolder) {
    List<Path> places = places(name, within(modelsFolder));
    Optional<Path> right = places.stream().filter(this::isRight).findFirst();
    return right.or(() -> places.stream().filter(Files::isDirectory).findFirst());
  }

  /** Of a name with and without an ending, a file comes first, but for a whole ControlNet. */
  private boolean isRight(Path path) {
    return Files.isRegularFile(path)
        || this == CONTROLNET && Files.isRegularFile(path.resolve(ControlNetFile.CONFIG));
  }

  /**
   * Finds the one file of this kind in a folder.
   *
   * @throws IOException if there is none
   */
  public Path onlyFile(Path own) throws IOException {
    for (String name : inFolders) {
      if (Files.isRegularFile(own.resolve(name))) return own.resolve(name);
    }
    throw new IOException(
        own
            + " is a folder without a "
            + what
            + ": expected "
            + String.join(" or ", inFolders)
            + " in it, found "
            + listed(ModelSearch.names(own))
            + "; give the path of the file itself");
  }

  /** Returns a file's name; of one that lies in a folder of its own, {@code folder/file}. */
  public String name(Path file) {
    String own = ModelSearch.name(file);
    Path parent = file.getParent() == null ? null : file.getParent().getFileName();
    return inFolders.contains(own) && parent != null ? parent + "/" + own : own;
  }

  /** Returns a file's name without an ending of this kind. */
  public String stem(Path file) {
    String name = ModelSearch.name(file);
    for (String ending : endings) {
      if (name.toLowerCase(Locale.ROOT).endsWith(ending)) {
        return name.substring(0, name.length() - ending.length());
      }
    }
    return name;
  }

  private Path within(Path modelsFolder) {
    return modelsFolder == null ? null : modelsFolder.resolve(folder);
  }

  private List<Path> places(String name, Path home) {
    List<String> written = new ArrayList<>(List.of(name));
    endings.forEach(ending -> written.add(name + ending));
    List<Path> places = new ArrayList<>();
    for (String one : written) {
      try {
        if (home != null) places.add(home.resolve(one));
        places.add(Path.of(one));
      } catch (InvalidPathException e) {
        return List.of(); // no file has such a name
      }
    }
    return places;
  }

  private IOException none(String name, Path home) throws IOException {
    String there = "which does not exist";
    if (home != null && Files.isDirectory(home)) {
      there = "which has " + listed(ModelSearch.names(home));
    }
    return new IOException(
        "no "
            + what
            + " \""
            + name
            + "\": looked for a file of that name, with or without "
            + String.join(" or ", endings)
            + ", in the folder "
            + home
            + ", "
            + there
            + ", and at that path; put the file there, give its path, or leave "
            + key
            + " empty. "
            + syntax);
  }

  private static String listed(List<String> names) {
    if (names.isEmpty()) return "nothing";
    String first = String.join(", ", names.subList(0, Math.min(names.size(), 12)));
    return names.size() <= 12 ? first : first + " and " + (names.size() - 12) + " more";
  }
}
