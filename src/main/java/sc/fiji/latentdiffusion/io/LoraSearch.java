package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where LoRAs lie, and what to tell where there is none. */
final class LoraSearch {

  /** The folder within the models folder. */
  static final String FOLDER = "lora";

  /** The name that peft gives its files. */
  static final String ADAPTER = "adapter_model.safetensors";

  /** The names that diffusers and peft give the one file in a folder. */
  static final List<String> IN_FOLDERS = List.of("pytorch_lora_weights.safetensors", ADAPTER);

  private static final String SUFFIX = ".safetensors";

  private LoraSearch() {}

  /** Returns the file that a user means: one in the folder of LoRAs, else at a path. */
  static Path find(String name, Path modelsFolder) throws IOException {
    Path folder = modelsFolder == null ? null : modelsFolder.resolve(FOLDER);
    List<Path> places = places(name, folder);
    Optional<Path> file = places.stream().filter(Files::isRegularFile).findFirst();
    if (file.isPresent()) return readable(file.get());
    Optional<Path> own = places.stream().filter(Files::isDirectory).findFirst();
    if (own.isPresent()) return within(own.get());
    throw none(name, folder);
  }

  private static List<Path> places(String name, Path folder) {
    List<Path> places = new ArrayList<>();
    for (String written : List.of(name, name + SUFFIX)) {
      try {
        if (folder != null) places.add(folder.resolve(written));
        places.add(Path.of(written));
      } catch (InvalidPathException e) {
        return List.of(); // no file has such a name
      }
    }
    return places;
  }

  private static Path within(Path folder) throws IOException {
    for (String name : IN_FOLDERS) {
      if (Files.isRegularFile(folder.resolve(name))) return folder.resolve(name);
    }
    throw new IOException(
        folder
            + " is a folder without a LoRA: expected "
            + String.join(" or ", IN_FOLDERS)
            + " in it, found "
            + listed(ModelSearch.names(folder))
            + "; give the path of the file itself");
  }

  private static Path readable(Path file) throws IOException {
    String name = ModelSearch.name(file).toLowerCase(Locale.ROOT);
    if (!name.matches(".*\\.(pt|pth|bin|ckpt)")) return file;
    throw new IOException(
        file
            + " is one of PyTorch's own files, which are not read as LoRAs: get its safetensors"
            + " file, or convert it");
  }

  private static IOException none(String name, Path folder) throws IOException {
    String there = "which does not exist";
    if (folder != null && Files.isDirectory(folder)) {
      there = "which has " + listed(ModelSearch.names(folder));
    }
    return new IOException(
        "no LoRA \""
            + name
            + "\": looked for a file of that name, with or without "
            + SUFFIX
            + ", in the folder "
            + folder
            + ", "
            + there
            + ", and at that path; put the file there, give its path, or leave lora empty. Several"
            + " are written name:0.8, other:0.5; a name with a comma or colon stands in quotes");
  }

  private static String listed(List<String> names) {
    if (names.isEmpty()) return "nothing";
    String first = String.join(", ", names.subList(0, Math.min(names.size(), 12)));
    return names.size() <= 12 ? first : first + " and " + (names.size() - 12) + " more";
  }
}
