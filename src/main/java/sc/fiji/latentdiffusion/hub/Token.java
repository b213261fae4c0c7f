/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.hub.safety.PermanentFailure;

/**
 * The user's access token for gated and private repositories, from where the hub's own tools keep
 * it: the variable {@code HF_TOKEN}, else the file that {@code HF_TOKEN_PATH} names, else {@code
 * token} in the folder {@code HF_HOME}, in {@code huggingface} of {@code XDG_CACHE_HOME}, or in
 * {@code ~/.cache/huggingface}. It is never logged or shown.
 */
final class Token {

  private final String value;

  private Token(String value) {
    this.value = value;
  }

  /**
   * Finds the token.
   *
   * @param environment variables
   * @param home the user's folder
   * @return the token, if there is one
   * @throws PermanentFailure if the file can't be read, or holds no token
   */
  static Optional<Token> find(Map<String, String> environment, Path home) throws PermanentFailure {
    String variable = environment.getOrDefault("HF_TOKEN", "").strip();
    if (!variable.isEmpty()) {
      return Optional.of(of(variable, "the variable HF_TOKEN"));
    }
    for (Path file : places(environment, home)) {
      if (Files.isRegularFile(file)) {
        String text = read(file);
        return text.isEmpty() ? Optional.empty() : Optional.of(of(text, file.toString()));
      }
    }
    return Optional.empty();
  }

  private static List<Path> places(Map<String, String> environment, Path home) {
    List<Path> places = new ArrayList<>();
    if (environment.containsKey("HF_TOKEN_PATH")) {
      places.add(Path.of(environment.get("HF_TOKEN_PATH")));
    }
    if (environment.containsKey("HF_HOME")) {
      places.add(Path.of(environment.get("HF_HOME"), "token"));
    }
    if (environment.containsKey("XDG_CACHE_HOME")) {
      places.add(Path.of(environment.get("XDG_CACHE_HOME"), "huggingface", "token"));
    }
    places.add(home.resolve(".cache").resolve("huggingface").resolve("token"));
    return places;
  }

  private static String read(Path file) throws PermanentFailure {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new PermanentFailure("The access token in " + file + " can't be read: " + e, e);
    }
  }

  private static Token of(String text, String place) throws PermanentFailure {
    if (!text.matches("[\\x21-\\x7e]+")) {
      throw new PermanentFailure(
          "Expected an access token of the hub in "
              + place
              + ", one word of ASCII characters, but found something else there.");
    }
    return new Token(text);
  }

  /** Returns the value of the header Authorization. */
  String authorization() {
    return "Bearer " + value;
  }

  /** Does not show the token. */
  @Override
  public String toString() {
    return "an access token";
  }
}
