/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.addons;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import sc.fiji.latentdiffusion.io.StoredTensor;
import sc.fiji.latentdiffusion.settings.Config;

/**
 * The contents of an add-on's files.
 *
 * @param component that it is, for example {@code controlnet}
 * @param name of the file or folder
 * @param path of the file or folder
 * @param family its kind and its family of models
 * @param sha256 over its weights, 64 hexadecimal digits
 * @param settings of its {@code config.json}, if it has one
 * @param tensors by name
 */
public record Contents(
    String component,
    String name,
    Path path,
    String family,
    String sha256,
    Optional<Config> settings,
    Map<String, StoredTensor> tensors) {}
