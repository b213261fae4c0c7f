/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/** The names of other programs for schedulers and spacings, row by row. */
class SamplerNamesTest {

  @ParameterizedTest
  @CsvSource({
    "Euler, Automatic, euler, ''",
    "Euler a, Automatic, euler_a, ''",
    "Heun, Automatic, heun, ''",
    "LMS, Automatic, lms, ''",
    "DPM2, Automatic, kdpm_2_k, ''",
    "DPM2 a, Automatic, kdpm_2_a_k, ''",
    "DPM++ 2M, Automatic, dpmpp_2m_k, ''",
    "DPM++ 2S a, Automatic, dpmpp_2s_a, karras",
    "DPM++ SDE, Automatic, dpmpp_sde_k, ''",
    "DPM++ 2M SDE, Automatic, dpmpp_2m_sde, exponential",
    "DPM++ 3M SDE, Automatic, dpmpp_3m_sde, exponential",
    "DDIM, Automatic, ddim, ''",
    "PLMS, Automatic, pndm, ''",
    "UniPC, Automatic, unipc, ''",
    "LCM, Automatic, lcm, ''",
    "DDPM, Automatic, ddpm, ''",
    "Restart, Automatic, restart, karras",
    "DEIS, Automatic, deis, ''",
    "IPNDM, Automatic, ipndm, ''",
    "HeunPP2, Automatic, heunpp2, ''",
    "Res Multistep, Automatic, res_multistep, ''",
    "Gradient Estimation, Automatic, gradient_estimation, ''",
    "ER SDE, Automatic, er_sde, ''",
    "SA Solver, Automatic, sa_solver, ''",
    "DPM++ 2M, '', dpmpp_2m, ''",
    "DPM++ 2M Karras, '', dpmpp_2m_k, ''",
    "LMS Karras, '', lms_k, ''",
    "DPM++ 2M SDE Exponential, '', dpmpp_2m_sde, exponential",
    "Euler, Karras, euler_k, ''",
    "Euler, Exponential, euler, exponential",
    "Euler, Polyexponential, euler, exponential",
    "Euler, SGM Uniform, euler, sgm_uniform",
    "Euler, KL Optimal, euler, kl_optimal",
    "Euler, Align Your Steps, euler, ays",
    "Euler, Simple, euler, simple",
    "Euler, Beta, euler, beta",
    "Euler, Uniform, euler, normal",
    "Euler, Normal, euler, normal",
    "Euler, DDIM, euler, ddim_uniform",
  })
  void namesOfAutomatic1111AndForge(String sampler, String type, String scheduler, String spacing) {
    assumeTrue(Schedulers.names().contains(scheduler));
    SamplerNames.Steps steps = SamplerNames.automatic(sampler, type).orElseThrow();
    assertEquals(new SamplerNames.Steps(scheduler, spacing, ""), steps);
  }

  @ParameterizedTest
  @CsvSource({
    "euler, normal, euler, normal",
    "ddim, normal, euler, normal",
    "euler_ancestral, normal, euler_a, normal",
    "heun, karras, heun_k, ''",
    "lms, normal, lms, normal",
    "dpm_2, karras, kdpm_2_k, ''",
    "dpm_2_ancestral, karras, kdpm_2_a_k, ''",
    "dpmpp_2m, karras, dpmpp_2m_k, ''",
    "dpmpp_2s_ancestral, karras, dpmpp_2s_a, karras",
    "dpmpp_sde, normal, dpmpp_sde, normal",
    "dpmpp_sde_gpu, normal, dpmpp_sde, normal",
    "dpmpp_2m_sde, exponential, dpmpp_2m_sde, exponential",
    "dpmpp_2m_sde_gpu, karras, dpmpp_2m_sde_k, ''",
    "dpmpp_3m_sde, exponential, dpmpp_3m_sde, exponential",
    "dpmpp_3m_sde_gpu, kl_optimal, dpmpp_3m_sde, kl_optimal",
    "uni_pc, simple, unipc, simple",
    "uni_pc_bh2, sgm_uniform, unipc, sgm_uniform",
    "deis, ddim_uniform, deis, ddim_uniform",
    "ipndm, beta, ipndm, beta_t",
    "heunpp2, normal, heunpp2, normal",
    "res_multistep, normal, res_multistep, normal",
    "gradient_estimation, normal, gradient_estimation, normal",
    "er_sde, normal, er_sde, normal",
    "sa_solver, normal, sa_solver, normal",
  })
  void namesOfComfyUi(String sampler, String rule, String scheduler, String spacing) {
    assumeTrue(Schedulers.names().contains(scheduler));
    SamplerNames.Steps steps = SamplerNames.comfy(sampler, rule).orElseThrow();
    assertEquals(scheduler, steps.scheduler());
    assertEquals(spacing, steps.spacing());
  }

  @Test
  void noiseOfStochasticSamplersOfComfyUiIsAnother() {
    String other = "ComfyUI's steps draw other noise";
    assertEquals(other, SamplerNames.comfy("euler_ancestral", "normal").orElseThrow().note());
    assertEquals("", SamplerNames.comfy("euler", "normal").orElseThrow().note());
    String lcm = SamplerNames.comfy("lcm", "normal").orElseThrow().note();
    assertEquals("lcm can't take spacing=normal; " + other, lcm);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"DPM fast", "DPM adaptive", "Euler CFG++", "euler_cfg_pp", "ipndm_v", "", "x"})
  void othersHaveNone(String sampler) {
    assertTrue(SamplerNames.automatic(sampler, "Automatic").isEmpty());
    assertTrue(SamplerNames.comfy(sampler, "normal").isEmpty());
  }

  @Test
  void aMethodOrARuleWithoutCounterpartIsNoted() {
    assertEquals(
        new SamplerNames.Steps("dpmpp_2m_sde", "exponential", "without Heun's second evaluation"),
        SamplerNames.automatic("DPM++ 2M SDE Heun", "Exponential").orElseThrow());
    assertEquals(
        "Schedule type Turbo has no counterpart",
        SamplerNames.automatic("Euler", "Turbo").orElseThrow().note());
    assertEquals(
        "the scheduler linear_quadratic has no counterpart",
        SamplerNames.comfy("euler", "linear_quadratic").orElseThrow().note());
  }

  /** What Save Picture writes is read as the same scheduler and spacing. */
  @Test
  void everySchedulerWithAnyNameThereIsReadBack() {
    for (String scheduler : Schedulers.names()) {
      String sampler = SamplerNames.sampler(scheduler);
      if (sampler.equals(scheduler)) continue; // has no name there
      String type = SamplerNames.type(scheduler, Spacings.MODEL);
      SamplerNames.Steps read = SamplerNames.automatic(sampler, type).orElseThrow();
      assertEquals(scheduler, read.scheduler(), sampler + ", " + type);
      boolean isUniform = type.equals("Uniform") && Spacings.takes(scheduler, "normal");
      assertEquals(isUniform ? "normal" : "", read.spacing(), sampler + ", " + type);
    }
    assertEquals("Karras", SamplerNames.type("dpmpp_2m_k", Spacings.MODEL));
    assertEquals("Align Your Steps", SamplerNames.type("euler", "ays"));
    assertEquals("tcd", SamplerNames.sampler("tcd"));
  }
}
