/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import sc.fiji.latentdiffusion.io.model.ModelFolder;
import sc.fiji.latentdiffusion.library.ModelLoader;
import sc.fiji.latentdiffusion.pipeline.LatentDiffusion;
import sc.fiji.latentdiffusion.pipeline.Request;
import sc.fiji.latentdiffusion.pipeline.Run;
import sc.fiji.latentdiffusion.sampler.Evaluated;

/** One process of ours: loads, steps, decodes, and prints a {@link Measurement} as one line. */
public final class Ours {

  private static final double GIB = 1 << 30;

  private Ours() {}

  /**
   * Measures. With the system property {@code profile} also prints where the time went.
   *
   * @param args folder, precision, size in pixels, steps, device
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int size = Integer.parseInt(args[2]);
    Request request =
        Request.defaults().withSize(size, size).withSteps(Integer.parseInt(args[3])).withSeed(1);
    if (Files.exists(folder.resolve("text_encoder")))
      request =
          request.withGuidance(7.5).withPrompt("a photo of many bright green nuclei", "blurry");
    try (LatentDiffusion model = ModelLoader.load(ModelFolder.open(folder), args[1], args[4])) {
      List<Double> steps = new ArrayList<>();
      Profile profile = Boolean.getBoolean("profile") ? new Profile() : null;
      try (Run run = model.textToImage(request)) {
        Iterator<Evaluated> evaluations = run.iterator();
        evaluations.next(); // reads the U-Net
        double begun = sinceStart();
        double busy = processorSeconds();
        while (evaluations.hasNext()) {
          long before = System.nanoTime();
          evaluations.next();
          steps.add((System.nanoTime() - before) / 1e9);
        }
        double start = begun - median(steps);
        double processor = (processorSeconds() - busy) / steps.size();
        double decode = Files.exists(folder.resolve("vae")) ? decoding(model, run) : 0;
        new Measurement("ours " + args[1], start, steps, processor, decode, peakGiB(args[4]))
            .print();
        if (profile != null) profile.print();
      }
    }
  }

  private static double decoding(LatentDiffusion model, Run run) throws IOException {
    long before = System.nanoTime();
    NDArray picture = model.decode(run.latents(), model.manager());
    picture.toByteArray();
    return (System.nanoTime() - before) / 1e9;
  }

  /** Returns the middle one of the times. */
  private static double median(List<Double> times) {
    return times.stream().sorted().skip(times.size() / 2).findFirst().orElse(0.0);
  }

  /** Seconds since this Java started. */
  private static double sinceStart() {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return (System.currentTimeMillis() - started) / 1e3;
  }

  /** Of all threads of this process. */
  private static double processorSeconds() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }

  /**
   * The largest resident size of this process, 0 where the system does not tell; on a GPU what is
   * taken there, as PyTorch gives nothing back.
   */
  private static double peakGiB(String device) throws IOException {
    if (device.equals("gpu")) return CudaUtils.getGpuMemory(Device.gpu()).getCommitted() / GIB;
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) return 0;
    for (String line : Files.readAllLines(status))
      if (line.startsWith("VmHWM")) return 1024 * Long.parseLong(line.replaceAll("\\D", "")) / GIB;
    return 0;
  }
}
