/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.check;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import sc.fiji.latentdiffusion.images.check.CheckTable.Bound;
import sc.fiji.latentdiffusion.images.results.Results;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.probes.Goldens;
import sc.fiji.latentdiffusion.probes.NetworkSample;
import sc.fiji.latentdiffusion.probes.OnePoint;
import sc.fiji.latentdiffusion.probes.RoundTrip;
import sc.fiji.latentdiffusion.progress.Progress;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;

/** Checks a model on this computer, fact by fact. */
public final class Checking {

  private static final String FLOAT32 = "float32";

  /** The relative error that a network may have in a precision other than float32. */
  private static final double ROUGH = 0.05;

  /** The relative difference from other software that counts as agreement, in float32. */
  private static final double CLOSE = 1e-3;

  /** Loads the model anew. */
  public interface Loader {

    /** Loads it in a precision, and frees the one before. */
    LatentDiffusion load(String precision) throws IOException;
  }

  private final Loader loader;
  private final Progress progress;
  private final CheckTable rows = new CheckTable();
  private int done;
  private int total;

  /**
   * @param loader of the model
   * @param progress in rows
   */
  public Checking(Loader loader, Progress progress) {
    this.loader = loader;
    this.progress = progress;
  }

  /**
   * Checks.
   *
   * @param precision auto, float32, bfloat16 or float16
   * @return the table "Check"
   * @throws IOException if the model can't be read
   * @throws CancellationException if the user cancels
   */
  public Results results(String precision) throws IOException {
    LatentDiffusion model = loader.load(precision);
    List<String> schedulers = Schedulers.names();
    total = schedulers.size() + 3;
    for (String name : schedulers) {
      Bound bound = Bound.most(OnePoint.bound(name, model.noiseSchedule()), "");
      add("scheduler " + name, bound, () -> OnePoint.residue(name, model));
    }
    float[][] output = new float[1][];
    add("network repeats", Bound.most(0, "values"), () -> repeats(output, model));
    int place = rows.size();
    boolean isBuiltIn = model.model().builtIn().isPresent();
    Bound decibels = isBuiltIn ? Bound.least(RoundTrip.BUILT_IN, "dB") : Bound.finite("dB");
    add("autoencoder round trip", decibels, () -> RoundTrip.psnr(model));
    goldens(model);
    String used = model.precision();
    Bound rounding = Bound.most(used.equals(FLOAT32) ? 0 : ROUGH, "relative");
    add(place, "network in " + used, rounding, () -> inFloat32(output[0])); // frees the model
    return Results.of(rows.table(), CheckTable.TITLE);
  }

  private static double repeats(float[][] output, LatentDiffusion model) {
    output[0] = NetworkSample.output(model);
    return NetworkSample.differing(output[0], NetworkSample.output(model));
  }

  private double inFloat32(float[] output) throws IOException {
    if (output == null) throw new IllegalArgumentException("the network does not run");
    return NetworkSample.distance(output, NetworkSample.output(loader.load(FLOAT32)));
  }

  private void goldens(LatentDiffusion model) {
    Bound bound = Bound.most(model.precision().equals(FLOAT32) ? CLOSE : ROUGH, "relative");
    Optional<Goldens> goldens;
    try {
      goldens = Goldens.of(model.model());
    } catch (IOException e) {
      add("goldens", bound, () -> unreadable(e));
      return;
    }
    List<String> names = goldens.map(Goldens::names).orElse(List.of());
    total += names.size();
    for (String name : names) {
      add("goldens: " + name, bound, () -> goldens.get().difference(name, model));
    }
  }

  private static double unreadable(IOException e) {
    throw new IllegalStateException(e.getMessage(), e);
  }

  private void add(String check, Bound bound, CheckTable.Measure measure) {
    add(rows.size(), check, bound, measure);
  }

  private void add(int place, String check, Bound bound, CheckTable.Measure measure) {
    progress.update(done, total, "Checking: " + check);
    if (progress.mustStop()) {
      throw new CancellationException("Canceled after " + done + " of " + total + " checks.");
    }
    rows.add(place, check, bound, measure);
    done++;
  }
}
