/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.images.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sc.fiji.latentdiffusion.schedulers.named.Schedulers;
import sc.fiji.latentdiffusion.schedulers.named.Spacings;

/** The names that AUTOMATIC1111's web UI, Forge and ComfyUI have for schedulers and spacings. */
final class SamplerNames {

  /**
   * How steps are taken here.
   *
   * @param scheduler by its name here
   * @param spacing by its name here; empty if the scheduler's name says it
   * @param note on a difference; may be empty
   */
  record Steps(String scheduler, String spacing, String note) {

    Steps with(String further) {
      return new Steps(scheduler, spacing, note.isEmpty() ? further : note + "; " + further);
    }
  }

  private static final String KARRAS = "karras";
  private static final String EXPONENTIAL = "exponential";
  private static final String SUFFIX = "_k";

  private static final Map<String, String> AUTOMATIC =
      table(
          "Euler=euler, Euler a=euler_a, Heun=heun, LMS=lms, DPM2=kdpm_2, DPM2 a=kdpm_2_a,"
              + " DPM++ 2M=dpmpp_2m, DPM++ 2S a=dpmpp_2s_a, DPM++ SDE=dpmpp_sde,"
              + " DPM++ 2M SDE=dpmpp_2m_sde, DPM++ 3M SDE=dpmpp_3m_sde, DDIM=ddim, PLMS=pndm,"
              + " UniPC=unipc, LCM=lcm, DDPM=ddpm, Restart=restart, DEIS=deis, IPNDM=ipndm,"
              + " HeunPP2=heunpp2, Res Multistep=res_multistep,"
              + " Gradient Estimation=gradient_estimation, ER SDE=er_sde, SA Solver=sa_solver");

  private static final Map<String, String> COMFY =
      table(
          "euler=euler, ddim=euler, euler_ancestral=euler_a, heun=heun, lms=lms, dpm_2=kdpm_2,"
              + " dpm_2_ancestral=kdpm_2_a, dpmpp_2m=dpmpp_2m, dpmpp_2s_ancestral=dpmpp_2s_a,"
              + " dpmpp_sde=dpmpp_sde, dpmpp_2m_sde=dpmpp_2m_sde, dpmpp_3m_sde=dpmpp_3m_sde,"
              + " uni_pc=unipc, uni_pc_bh2=unipc, lcm=lcm, ddpm=ddpm, deis=deis, ipndm=ipndm,"
              + " heunpp2=heunpp2, res_multistep=res_multistep,"
              + " gradient_estimation=gradient_estimation, er_sde=er_sde, sa_solver=sa_solver");

  private static final Map<String, String> TYPES =
      table(
          "Karras=karras, Exponential=exponential, Polyexponential=exponential,"
              + " SGM Uniform=sgm_uniform, KL Optimal=kl_optimal, Align Your Steps=ays,"
              + " Simple=simple, Beta=beta, Uniform=normal, Normal=normal, DDIM=ddim_uniform");

  private static final Map<String, String> COMFY_SCHEDULERS =
      table(
          "normal=normal, karras=karras, exponential=exponential, sgm_uniform=sgm_uniform,"
              + " simple=simple, ddim_uniform=ddim_uniform, beta=beta_t, kl_optimal=kl_optimal");

  private static final Set<String> AUTOMATIC_KARRAS =
      Set.of("dpmpp_2m", "dpmpp_sde", "dpmpp_2s_a", "kdpm_2", "kdpm_2_a", "restart");

  private static final Set<String> AUTOMATIC_EXPONENTIAL = Set.of("dpmpp_2m_sde", "dpmpp_3m_sde");

  private static final Set<String> STOCHASTIC =
      Set.of(
          "euler_a",
          "kdpm_2_a",
          "dpmpp_2s_a",
          "dpmpp_sde",
          "dpmpp_2m_sde",
          "dpmpp_3m_sde",
          "lcm",
          "ddpm",
          "er_sde",
          "sa_solver");

  private SamplerNames() {}

  private static Map<String, String> table(String text) {
    Map<String, String> table = new LinkedHashMap<>();
    for (String pair : text.split(",\\s*")) {
      int equals = pair.indexOf('=');
      table.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return table;
  }

  private static Optional<String> find(Map<String, String> table, String name) {
    return table.entrySet().stream()
        .filter(entry -> plain(entry.getKey()).equals(plain(name)))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Forks write spaces, underscores and capitals in their own ways. */
  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
  }

  /**
   * Finds a sampler of AUTOMATIC1111's web UI or Forge.
   *
   * @param sampler its name; old ones end in Karras or Exponential
   * @param type the schedule type; empty if the picture has none
   */
  static Optional<Steps> automatic(String sampler, String type) {
    String name = sampler.strip();
    String rule = type.strip();
    for (String end : List.of("Karras", "Exponential")) {
      if (!name.endsWith(" " + end)) continue;
      name = name.substring(0, name.length() - end.length()).strip();
      if (rule.isEmpty() || rule.equals("Automatic")) rule = end;
    }
    boolean isHeun = name.equals("DPM++ 2M SDE Heun");
    Optional<String> scheduler =
        find(AUTOMATIC, isHeun ? "DPM++ 2M SDE" : name).filter(Schedulers.names()::contains);
    String wanted = rule;
    Optional<Steps> steps = scheduler.map(found -> automaticSteps(found, wanted));
    return isHeun ? steps.map(found -> found.with("without Heun's second evaluation")) : steps;
  }

  private static Steps automaticSteps(String scheduler, String type) {
    if (type.isEmpty()) return new Steps(scheduler, "", "");
    if (type.equals("Automatic")) {
      if (AUTOMATIC_KARRAS.contains(scheduler)) return placed(scheduler, KARRAS);
      if (AUTOMATIC_EXPONENTIAL.contains(scheduler)) return placed(scheduler, EXPONENTIAL);
      return new Steps(scheduler, "", "");
    }
    return find(TYPES, type)
        .map(spacing -> placed(scheduler, spacing))
        .orElse(new Steps(scheduler, "", "Schedule type " + type + " has no counterpart"));
  }

  /**
   * Finds a sampler of ComfyUI.
   *
   * @param sampler its name
   * @param rule the name of the scheduler there, which is a spacing here
   */
  static Optional<Steps> comfy(String sampler, String rule) {
    String name = sampler.replaceFirst("_gpu$", "");
    return Optional.ofNullable(COMFY.get(name))
        .filter(Schedulers.names()::contains)
        .map(found -> comfySteps(found, rule));
  }

  private static Steps comfySteps(String scheduler, String rule) {
    String spacing = COMFY_SCHEDULERS.get(rule);
    Steps steps =
        spacing == null
            ? new Steps(scheduler, "", "the scheduler " + rule + " has no counterpart")
            : placed(scheduler, spacing);
    return STOCHASTIC.contains(scheduler) ? steps.with("ComfyUI's steps draw other noise") : steps;
  }

  /** Karras sigmas are a scheduler of their own where there is one. */
  private static Steps placed(String scheduler, String spacing) {
    if (spacing.equals(KARRAS) && Schedulers.names().contains(scheduler + SUFFIX)) {
      return new Steps(scheduler + SUFFIX, "", "");
    }
    return Spacings.takes(scheduler, spacing)
        ? new Steps(scheduler, spacing, "")
        : new Steps(scheduler, "", scheduler + " can't take spacing=" + spacing);
  }

  /** Returns the sampler of AUTOMATIC1111's web UI for a scheduler; our name where it has none. */
  static String sampler(String scheduler) {
    return name(AUTOMATIC, withoutSuffix(scheduler)).orElse(scheduler);
  }

  /** Returns the schedule type by which the sampler is read as this scheduler and spacing. */
  static String type(String scheduler, String spacing) {
    String base = withoutSuffix(scheduler);
    if (!base.equals(scheduler)) return "Karras";
    if (!spacing.equals(Spacings.MODEL)) return name(TYPES, spacing).orElse(spacing);
    boolean isOther = AUTOMATIC_KARRAS.contains(base) || AUTOMATIC_EXPONENTIAL.contains(base);
    return isOther ? "Uniform" : "Automatic";
  }

  private static String withoutSuffix(String scheduler) {
    if (!scheduler.endsWith(SUFFIX)) return scheduler;
    String base = scheduler.substring(0, scheduler.length() - SUFFIX.length());
    return AUTOMATIC.containsValue(base) ? base : scheduler;
  }

  private static Optional<String> name(Map<String, String> table, String value) {
    return table.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
