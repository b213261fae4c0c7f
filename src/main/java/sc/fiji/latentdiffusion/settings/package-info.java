/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Settings of models as plain values, read by kind. Nothing here knows files or JSON: {@code
 * io.Json} makes a {@link sc.fiji.latentdiffusion.settings.Config} of a file, and schedulers, which
 * know neither, read it.
 */
package sc.fiji.latentdiffusion.settings;
