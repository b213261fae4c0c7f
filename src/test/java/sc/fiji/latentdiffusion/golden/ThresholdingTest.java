/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.fixtures.PyTorch;
import sc.fiji.latentdiffusion.fixtures.SchedulerConfigs;
import sc.fiji.latentdiffusion.fixtures.TestResources;
import sc.fiji.latentdiffusion.nn.Kernels;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.sampler.Sampler;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.noise.BetaSchedule;

/**
 * Runs whose predicted data are limited by a quantile of their own values. {@code
 * src/test/python/thresholding.py} makes the goldens.
 */
class ThresholdingTest {

  private static final long SEED = 5;

  @PyTorch private static Kernels kernels;

  @PyTorch private NDManager manager;

  private static BetaSchedule schedule() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("beta_schedule", "linear");
    config.put("beta_start", 0.0001);
    config.put("beta_end", 0.02);
    config.put("prediction_type", "v_prediction");
    config.put("clip_sample", false);
    config.put("thresholding", true);
    config.put("dynamic_thresholding_ratio", 0.9);
    config.put("sample_max_value", 1.7);
    config.put("set_alpha_to_one", true);
    return BetaSchedule.of(SchedulerConfigs.of(config));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ddim", "ddpm", "lcm", "dpmpp_2m", "dpmpp_2s", "dpmpp_2m_sde", "unipc", "deis"})
  void runsAgreeWithDiffusers(String name) throws IOException {
    Golden golden = Golden.read(TestResources.golden("thresholding.safetensors"));
    Plan plan = Schedulers.get(name).plan(schedule(), 12, 1);
    NDArray start = golden.array("start", manager).mul((float) plan.noiseWeight());
    Sampler.Model model = (x, evaluation) -> x.tanh().mul(1.5f);
    try (Sampler sampler = new Sampler(plan, start, NoiseBatch.of(SEED), kernels, model)) {
      Evaluated first = sampler.next();
      if (golden.has(name + ".data")) {
        golden.assertNear(name + ".data", 1, first.predOriginalSample(), 1e-5);
      }
      while (sampler.hasNext()) sampler.next();
      golden.assertNear(name, 1, sampler.sample(), 1e-4);
    }
  }
}
