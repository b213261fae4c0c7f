"""Goldens of the schedulers, made with diffusers 0.42.1 and torch 2.7.1.

    python src/test/python/schedulers.py             writes src/test/resources/schedulers/*.json
    python src/test/python/schedulers.py --all FILE  prints the whole grid into FILE, which
        mvn test -Dtest=DiffusersTest -Dschedulers.goldens=FILE
    compares

diffusers.json has models with betas, flow.json flow matching: there the sigmas are the weights of
the noise, and latents is the size for a shift that depends on it; edm.json models as CosXL; clipping.json has runs whose predicted data are clipped; spacing.json has steps that lie elsewhere (exponential, beta), and
spacing_sigmas.json the sigmas and timesteps of ComfyUI's schedules and of Align Your Steps, by the formulas written here. A case is a scheduler's name, a
scheduler_config.json, the number of steps and the strength. Its goldens are the timesteps and VE
sigmas of the evaluations that run (every so many of them, in long runs) and the final sample of a
run in which the network is out = tanh(input) * (t + 1) / (t + 2), the data DATA, the first noise
NOISE and further noise torch's, of the seed SEED.

The schedules are diffusers' own, in float32, and the runs are its own code. What is changed:

- float32, so that the goldens are the same on every machine: torch's vectorised square root, whose
  last bit depends on the processor (1 - alphas_cumprod amplifies it a thousandfold at the quiet end
  of a zero-SNR schedule), is the correctly rounded one; and steps are taken in float64, where
  diffusers casts to float32 (at sigma = 20000 Euler's last step cancels four digits; the lower
  sigma of an ancestral step is a difference of squares). Noise is still drawn in float32.
- lms and pndm from the middle, where diffusers is wrong: lms is told how many slopes there are,
  pndm is fed its second timestep twice. --theirs leaves both as they are.
- the Brownian path of dpmpp_sde, which torchsde draws from random bits of its own: brownian() here
  and in the test.

Left out is what diffusers cannot do (its own exceptions, zero-SNR where the class does not know it),
where it ends on NaN (a step of no length with solver_type heun), deis_k of one step, which goes
nowhere there and leaves the noise, kdpm_2_a of two steps between sigma 20000 and 0.006, whose
lower sigma is a difference of squares without a digit left, and runs that start where nothing of the
data is left (zero-SNR) with a noise prediction, which are refused here, or with heun and kdpm_2,
whose first step is Euler's here.
"""

import argparse
import inspect
import itertools
import json
import math
import pathlib
import random
import sys
import warnings

import diffusers
import numpy as np
import scipy.stats
import torch
from diffusers.pipelines.flux.pipeline_flux import calculate_shift
from diffusers.schedulers import AysSchedules

from scheduler_names import SCHEDULERS

torch_sqrt = torch.Tensor.sqrt
torch.Tensor.sqrt = lambda x: torch_sqrt(x.double()).to(x.dtype)


class Float64:
    """The module torch, in which float32 is float64."""

    def __getattr__(self, name):
        return torch.float64 if name == "float32" else getattr(torch, name)

    @staticmethod
    def from_numpy(array):
        return torch.from_numpy(array).double()


def randn(shape, generator, **kwargs):
    return torch.randn(shape, generator=generator).double()


RESOURCES = pathlib.Path(__file__).parent.parent / "resources" / "schedulers"
DATA = torch.tensor([0.5, -1.0, 0.25, 2.0], dtype=torch.float64)
NOISE = torch.tensor([1.0, -0.5, 0.3, -2.0], dtype=torch.float64)

SEED = 11

NO_SAMPLE_PREDICTION = ("pndm", "euler_a", "kdpm_2", "kdpm_2_k", "kdpm_2_a", "kdpm_2_a_k", "dpmpp_sde", "dpmpp_sde_k")
# What divides by an alphas_cumprod of 0.
VARIANCE_PRESERVING = ("ddim", "ddpm", "lcm", "tcd")
# As Stable Diffusion's own configs say; what a class does not know it leaves aside.
STABLE_DIFFUSION = dict(beta_start=0.00085, beta_end=0.012, clip_sample=False, set_alpha_to_one=False, steps_offset=1, skip_prk_steps=True)


def knows_zero_snr(name):
    return "rescale_betas_zero_snr" in inspect.signature(getattr(diffusers, SCHEDULERS[name][0])).parameters


def default_betas(name):
    parameters = inspect.signature(getattr(diffusers, SCHEDULERS[name][0])).parameters
    return parameters["beta_schedule"].default, parameters["beta_start"].default


def grid(names=SCHEDULERS):
    for name, steps, strength, prediction, spacing, betas, zero_snr in itertools.product(
        names,
        (1, 2, 5, 10, 20, 50),
        (0.1, 0.3, 0.5, 0.8, 1.0),
        ("epsilon", "v_prediction", "sample"),
        (None, "leading", "linspace", "trailing"),
        ("linear", "scaled_linear", "squaredcos_cap_v2"),
        (False, True),
    ):
        if name == "deis_k" and steps == 1 or "kdpm_2_a" in name and steps == 2 and betas == "squaredcos_cap_v2":
            continue
        if prediction == "sample" and name in NO_SAMPLE_PREDICTION or zero_snr and not knows_zero_snr(name):
            continue
        if zero_snr and prediction == "epsilon" and name in VARIANCE_PRESERVING:
            if spacing in ("linspace", "trailing") or name in ("lcm", "tcd"):
                continue  # 0/0
        config = dict(STABLE_DIFFUSION, prediction_type=prediction, beta_schedule=betas)
        config.update({"timestep_spacing": spacing} if spacing else {})
        config.update({"rescale_betas_zero_snr": True} if zero_snr else {})
        yield name, config, steps, strength


def special():
    """Settings beside the grid, and very long runs."""
    sd = dict(STABLE_DIFFUSION, beta_schedule="scaled_linear")
    few = dict(sd, trained_betas=[0.01 + 0.02 * i for i in range(20)], num_train_timesteps=20, original_inference_steps=10)
    for name in SCHEDULERS:
        if default_betas(name) == ("linear", 0.0001):
            yield name, {"clip_sample": False, "skip_prk_steps": True}, 7, 1.0
        yield name, dict(sd, set_alpha_to_one=True, final_sigmas_type="sigma_min"), 12, 0.7
        yield name, dict(sd, final_sigmas_type="sigma_min"), 20, 1.0
        yield name, few, 6, 1.0
        if name not in ("lcm", "tcd"):
            yield name, dict(sd, prediction_type="v_prediction"), 999, 0.9
            yield name, dict(sd, steps_offset=0, timestep_spacing="trailing"), 1000, 1.0
    for name in ("dpmpp_2m", "dpmpp_2m_k", "dpmpp_3m", "dpmpp_3m_k", "dpmpp_2m_sde", "dpmpp_2m_sde_k"):
        yield name, dict(sd, solver_type="heun", final_sigmas_type="sigma_min", lower_order_final=False), 8, 1.0
        yield name, dict(sd, solver_type="heun", euler_at_final=True, final_sigmas_type="sigma_min"), 20, 1.0
        yield name, dict(sd, solver_type="bh2"), 10, 0.6
        yield name, dict(sd, beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1), 15, 1.0
    for name in ("dpmpp_2s", "dpmpp_2s_k"):
        for steps in (7, 8, 9):
            yield name, dict(sd, solver_type="heun", final_sigmas_type="sigma_min"), steps, 1.0
            yield name, dict(sd, lower_order_final=True, final_sigmas_type="sigma_min"), steps, 0.6
        yield name, dict(sd, beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1), 15, 1.0
    for name in ("deis", "deis_k", "unipc", "unipc_k"):
        for order in (1, 3):
            yield name, dict(sd, solver_order=order), 9, 1.0
            yield name, dict(sd, solver_order=order, prediction_type="v_prediction"), 20, 0.8
        yield name, dict(sd, solver_order=3, lower_order_final=False, final_sigmas_type="sigma_min"), 9, 1.0
    for name in ("unipc", "unipc_k"):
        yield name, dict(sd, solver_type="bh1"), 10, 1.0
        yield name, dict(sd, solver_type="bh1", solver_order=3), 16, 0.5
        yield name, dict(sd, disable_corrector=[0, 1, 5]), 10, 1.0
    for prediction in ("epsilon", "v_prediction"):
        for steps, strength in ((4, 1.0), (10, 1.0), (25, 1.0)):
            config = dict(sd, skip_prk_steps=False, set_alpha_to_one=True, prediction_type=prediction)
            yield "pndm", config, steps, strength
    for variance in ("fixed_small_log", "fixed_large"):
        yield "ddpm", dict(sd, variance_type=variance), 15, 0.8
    for name in ("lcm", "tcd"):
        yield name, dict(sd, original_inference_steps=100), 80, 1.0
        yield name, dict(sd, timestep_scaling=3.0), 4, 1.0
    for name in ("euler", "euler_k"):
        yield name, dict(sd, interpolation_type="log_linear"), 10, 1.0
        yield name, dict(sd, sigma_min=0.05, sigma_max=12.0), 10, 0.5
    yield "dpmpp_2m_k", dict(sd, sigma_min=0.05, sigma_max=12.0), 10, 1.0


def brownian(sigma):
    """A path of dpmpp_sde for each of the four numbers, [1, 1, 2, 2]."""
    return torch.tensor([(float(sigma) ** 0.5) * math.sin(j + math.log(float(sigma))) for j in range(4)], dtype=torch.float64).reshape(1, 1, 2, 2)


def increment(sigma, sigma_next):
    return (brownian(sigma_next) - brownian(sigma)) / abs(float(sigma_next) - float(sigma)) ** 0.5


def scheduler_of(name, config, steps):
    cls, settings = SCHEDULERS[name]
    cls = getattr(diffusers, cls)
    module = sys.modules[cls.__module__]
    module.torch = torch
    scheduler = cls.from_config({**config, **settings})
    module.torch = Float64() if "kdpm_2_a" in name else torch
    scheduler.set_timesteps(steps)
    module.torch = Float64()
    if hasattr(module, "randn_tensor"):
        module.randn_tensor = randn
    if "dpmpp_sde" in name:
        scheduler.noise_sampler = increment
    for key in ("sigmas", "sigmas_interpol", "alphas_cumprod", "final_alpha_cumprod"):
        if hasattr(scheduler, key):
            setattr(scheduler, key, getattr(scheduler, key).double())
    return scheduler


def fed(name, scheduler, begin, theirs):
    """The timesteps at which the network is evaluated."""
    if name == "pndm" and begin > 0 and not theirs:
        left = [int(t) for t in scheduler._timesteps[::-1][begin:]]
        return torch.tensor(left[:2] + left[1:])
    return scheduler.timesteps[begin * scheduler.order :]


def sigma_of(scheduler, i):
    """The VE sigma of evaluation i of the whole schedule."""
    if hasattr(scheduler, "sigmas_interpol") and i % 2:
        return scheduler.sigmas_interpol[i - 1 if hasattr(scheduler, "sigmas_up") else i]
    if hasattr(scheduler, "noise_sampler") and i % 2:
        return (scheduler.sigmas[i - 1] * scheduler.sigmas[i]) ** 0.5
    return scheduler.sigmas[i]


def step_arguments(name, config, scheduler, i, generator, theirs):
    parameters = inspect.signature(scheduler.step).parameters
    arguments = {"generator": generator} if "generator" in parameters else {}
    if name == "tcd":
        arguments["eta"] = 1.0
    if name == "ddim" and config.get("clip_sample"):
        arguments["use_clipped_model_output"] = config["use_clipped_model_output"]
    if name in ("lms", "lms_k") and not theirs:
        arguments["order"] = min(i + 1, 4)
    return arguments


def run(name, config, steps, strength, theirs=False):
    """One case as a dict, or None if no step runs, or diffusers cannot."""
    try:
        scheduler = scheduler_of(name, config, steps)
    except IndexError:
        return None  # pndm of one step
    begin = max(steps - min(int(steps * strength), steps), 0)
    timesteps = fed(name, scheduler, begin, theirs)
    if len(timesteps) == 0:
        return None
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(begin * scheduler.order)
    start = NOISE * scheduler.init_noise_sigma if begin == 0 else scheduler.add_noise(DATA, NOISE, timesteps[:1])
    sample = start.reshape(1, 1, 2, 2)
    generator = torch.Generator().manual_seed(SEED)
    for i, t in enumerate(timesteps):
        out = torch.tanh(scheduler.scale_model_input(sample, t)) * (t + 1) / (t + 2)
        arguments = step_arguments(name, config, scheduler, i, generator, theirs)
        sample = scheduler.step(out, t, sample, return_dict=False, **arguments)[0]
    if not sample.isfinite().all():
        return None
    every = max(1, len(timesteps) // 8)
    case = dict(name=name, config=config, steps=steps, strength=strength, every=every)
    case["timesteps"] = [round(float(t), 4) for t in timesteps[::every]]
    if hasattr(scheduler, "sigmas"):
        indices = range(begin * scheduler.order, begin * scheduler.order + len(timesteps), every)
        case["sigmas"] = [float(f"{float(sigma_of(scheduler, i)):.6g}") for i in indices]
    case["result"] = [float(f"{x:.7g}") for x in sample.flatten().tolist()]
    return case


def clipped():
    """The predicted data are clipped; whether ddim's noise follows them is an argument of its step, not a setting."""
    sd = dict(STABLE_DIFFUSION, beta_schedule="scaled_linear")
    for prediction, name, steps, strength in itertools.product(
        ("epsilon", "v_prediction", "sample"), ("ddim", "ddpm", "heun", "heun_k", "lcm"), (4, 20), (0.6, 1.0)
    ):
        for follows in (False, True) if name == "ddim" else (True,):
            clip = dict(clip_sample=True, clip_sample_range=0.8, use_clipped_model_output=follows)
            yield name, dict(sd, **clip, prediction_type=prediction), steps, strength


def spaced():
    """Sigmas that the config asks for by a key of its own."""
    sd = dict(STABLE_DIFFUSION, beta_schedule="scaled_linear")
    names = ("euler", "heun", "lms", "kdpm_2", "kdpm_2_a", "dpmpp_sde", "dpmpp_2s", "dpmpp_2m", "dpmpp_3m", "dpmpp_2m_sde", "deis", "unipc", "sa_solver")
    for name, key, (steps, strength) in itertools.product(names, ("exponential", "beta"), ((2, 1.0), (7, 1.0), (20, 0.6))):
        if name == "sa_solver":
            strength = 1.0  # it adds noise as of a whole train timestep, which is not where the step begins
        if not ("kdpm_2_a" in name and steps == 2):
            yield name, {**sd, f"use_{key}_sigmas": True}, steps, strength
    for name in ("dpmpp_2m", "dpmpp_3m"):
        yield name, dict(sd, use_lu_lambdas=True), 12, 1.0
        yield name, dict(sd, beta_schedule="squaredcos_cap_v2", use_exponential_sigmas=True), 12, 1.0
    yield "euler", dict(sd, use_exponential_sigmas=True, sigma_min=0.05, sigma_max=12.0), 10, 0.5


def comfy(table, steps):
    """ComfyUI's schedules over a table of sigmas, ascending, and Align Your Steps: without the 0 at the end."""
    total, log = len(table), np.log(table)
    i = np.arange(steps)
    between = lambda t: np.exp(np.interp(t, np.arange(total), log))
    quantiles = scipy.stats.beta.ppf(1 - i / steps, 0.6, 0.6)
    chosen = np.rint((total - 1) * quantiles).astype(int)
    yield "beta_t", table[chosen[np.sort(np.unique(chosen, return_index=True)[1])]]
    yield "simple", table[[total - 1 - int(k * total / steps) for k in i]]
    yield "normal", between(np.linspace(total - 1, 0, steps))
    yield "sgm_uniform", between((total - 1) * (1 - i / steps))
    yield "ddim_uniform", table[1 :: max(total // steps, 1)][::-1]
    part = i / (steps - 1)
    yield "kl_optimal", np.tan(part * np.arctan(table[0]) + (1 - part) * np.arctan(table[-1]))
    ays = (np.array(AysSchedules[kind]) for kind in ("StableDiffusionSigmas", "StableDiffusionXLSigmas"))
    for name, sigmas in zip(("ays", "ays xl"), ays):
        sigmas = np.append(sigmas[sigmas > 0], 0.029)[:11]
        yield name, np.exp(np.interp(np.linspace(0, 10, steps + 1), np.arange(11), np.log(sigmas)))[:-1]


def write_sigmas(path):
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float32) ** 2
    cumprod = torch.cumprod(1 - betas, 0)
    table = (((1 - cumprod) / cumprod) ** 0.5).double().numpy()
    rows = []
    for steps in (2, 7, 10, 20, 300):
        for spacing, sigmas in comfy(table, steps):
            times = np.interp(np.log(sigmas), np.log(table), np.arange(1000))
            rows.append(dict(spacing=spacing, steps=steps, sigmas=[float(f"{s:.8g}") for s in sigmas], timesteps=[round(float(t), 4) for t in times]))
    path.write_text("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n")
    print(path, path.stat().st_size, "bytes")


def flow_cases():
    """Flow matching; heun has no other settings than the shift."""
    for name, shift, steps, strength in itertools.product(("euler", "heun"), (1.0, 3.0), (1, 2, 5, 20), (0.3, 0.6, 1.0)):
        yield name, dict(shift=shift), steps, strength
    for name in ("euler", "heun"):
        yield name, dict(shift=6.0, num_train_timesteps=100), 7, 1.0
    for settings in (dict(shift_terminal=0.1), dict(use_karras_sigmas=True), dict(shift_terminal=0.02, use_karras_sigmas=True)):
        yield "euler", dict(settings, shift=3.0), 10, 1.0
        yield "euler", dict(settings, shift=3.0), 10, 0.5


def shifting_cases():
    """Flow matching whose shift depends on the latents, [width, height], and what else the config may ask for."""
    for kind, latents, steps, strength in itertools.product(("exponential", "linear"), ([8, 8], [16, 24], [64, 64], [128, 96]), (1, 4, 15), (0.5, 1.0)):
        yield "euler", dict(use_dynamic_shifting=True, time_shift_type=kind, latents=latents), steps, strength
    own = dict(use_dynamic_shifting=True, base_shift=0.25, max_shift=2.0, base_image_seq_len=16, max_image_seq_len=1024, num_train_timesteps=500)
    yield "euler", dict(own, latents=[20, 20]), 6, 1.0
    yield "euler", dict(own, latents=[20, 20], shift=3.0, shift_terminal=0.05), 6, 1.0
    for rule in ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"):
        for settings in (dict(shift=3.0), dict(shift=3.0, shift_terminal=0.1), dict(own, latents=[12, 30])):
            for steps, strength in ((1, 1.0), (9, 1.0), (9, 0.4)):
                if steps > 1 or "shift_terminal" not in settings:  # NaN
                    yield "euler", {**settings, rule: True}, steps, strength
    for settings, steps, strength in itertools.product((dict(), dict(shift=3.0), dict(own, latents=[12, 30], use_beta_sigmas=True)), (1, 2, 7), (0.5, 1.0)):
        yield "euler", dict(settings, stochastic_sampling=True), steps, strength


def run_flow(name, config, steps, strength):
    """One case of flow matching as a dict, with its sigmas in 0…1; or None if no step runs."""
    cls = dict(euler="FlowMatchEulerDiscreteScheduler", heun="FlowMatchHeunDiscreteScheduler")[name]
    scheduler = getattr(diffusers, cls)(**{k: v for k, v in config.items() if k != "latents"})
    module = sys.modules[type(scheduler).__module__]
    module.torch = torch
    module.randn_tensor = randn
    options = {}
    if "latents" in config:
        c = scheduler.config
        tokens = config["latents"][0] * config["latents"][1]
        options["mu"] = calculate_shift(tokens, c.base_image_seq_len, c.max_image_seq_len, c.base_shift, c.max_shift)
    scheduler.set_timesteps(steps, **options)
    module.torch = Float64()
    if config.get("stochastic_sampling"):
        options = dict(generator=torch.Generator("cpu").manual_seed(SEED))
    else:
        options = {}
    begin = max(steps - min(int(steps * strength), steps), 0)
    if begin == steps:
        return None
    first = begin * scheduler.order
    timesteps = scheduler.timesteps[first:]
    scheduler.set_begin_index(first)
    sigmas = scheduler.sigmas = scheduler.sigmas.double()
    sample = NOISE if begin == 0 else sigmas[first] * NOISE + (1 - sigmas[first]) * DATA
    sample = sample.reshape(1, 1, 2, 2)
    for t in timesteps:
        sample = scheduler.step(torch.tanh(sample) * (t + 1) / (t + 2), t, sample, return_dict=False, **options)[0]
    case = dict(name=name, config=dict(config, _class_name=cls), steps=steps, strength=strength, every=1)
    case["timesteps"] = [round(float(t), 4) for t in timesteps]
    case["sigmas"] = [float(f"{float(s):.6g}") for s in sigmas[first:-1]]
    case["result"] = [float(f"{x:.7g}") for x in sample.flatten().tolist()]
    return case


EDM = dict(
    euler=("EDMEulerScheduler", {}),
    dpmpp_2m=("EDMDPMSolverMultistepScheduler", {}),
    dpmpp_3m=("EDMDPMSolverMultistepScheduler", dict(solver_order=3)),
    dpmpp_2m_sde=("EDMDPMSolverMultistepScheduler", dict(algorithm_type="sde-dpmsolver++")),
)


def edm_cases():
    """Models as CosXL, evenly in the logarithm of sigma or as Karras; _k is always Karras."""
    for name, spacing, steps in itertools.product(EDM, ("exponential", "karras"), (2, 4, 20)):
        config = dict(sigma_min=0.002, sigma_max=120.0, sigma_data=1.0, prediction_type="v_prediction", sigma_schedule=spacing)
        yield name, config, steps, 1.0
        other = dict(config, sigma_min=0.02, sigma_max=80.0)
        yield name, dict(other, final_sigmas_type="sigma_min") if name == "euler" else other, steps, 1.0
        if spacing == "karras":
            yield name + "_k", dict(config, sigma_schedule="exponential"), steps, 1.0


def run_edm(name, config, steps, strength):
    """One case of EDM as a dict; a _k is the scheduler with Karras's spacing."""
    cls, settings = EDM[name.removesuffix("_k")]
    module = sys.modules[getattr(diffusers, cls).__module__]
    module.torch = torch
    spacing = "karras" if name.endswith("_k") else config["sigma_schedule"]
    scheduler = getattr(diffusers, cls)(**dict(config, **settings, sigma_schedule=spacing))
    scheduler.set_timesteps(steps)
    module.torch = Float64()
    module.randn_tensor = randn
    scheduler.sigmas = scheduler.sigmas.double()
    sample = (NOISE * scheduler.init_noise_sigma).reshape(1, 1, 2, 2)
    generator = torch.Generator().manual_seed(SEED)
    for t in scheduler.timesteps:
        out = torch.tanh(scheduler.scale_model_input(sample, t)) * (t.double() + 1) / (t.double() + 2)
        sample = scheduler.step(out, t, sample, return_dict=False, generator=generator)[0]
    every = max(1, steps // 8)
    case = dict(name=name, config=dict(config, _class_name=cls), steps=steps, strength=strength, every=every)
    case["timesteps"] = [round(float(t), 6) for t in scheduler.timesteps[::every]]
    case["sigmas"] = [float(f"{float(s):.6g}") for s in scheduler.sigmas[:-1:every]]
    case["result"] = [float(f"{x:.7g}") for x in sample.flatten().tolist()]
    return case


def is_ours(case):
    """Whether it starts as runs do here: not otherwise from noise alone."""
    if not case["config"].get("rescale_betas_zero_snr"):
        return True
    alone = case["sigmas"][0] > 4000 if "sigmas" in case else case["timesteps"][0] == 999
    return not alone or case["config"]["prediction_type"] != "epsilon" and not case["name"].startswith(("heun", "kdpm_2"))


def write(path, cases, run=run):
    lines = [json.dumps(c, separators=(",", ":")) for c in (run(*case) for case in cases) if c and is_ours(c)]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(path, len(lines), "cases", path.stat().st_size, "bytes")


def noise():
    """torch.randn by seed: calls of several sizes from one generator; long ones as some of their values."""
    runs = []
    for seed, calls in itertools.product(
        (0, 42, 2**32 - 1), ([1], [15], [16], [17], [31], [64], [1024], [16384], [1, 16, 2, 15, 31, 1, 1, 17, 3])
    ):
        generator = torch.Generator("cpu").manual_seed(seed)
        drawn = [torch.randn(n, generator=generator) for n in calls]
        runs.append(dict(seed=seed, calls=calls, values=[z.tolist() if n <= 64 else z[:: n // 32].tolist() for n, z in zip(calls, drawn)]))
    path = RESOURCES / "noise.json"
    path.write_text("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in runs) + "\n]\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    diffusers.utils.logging.set_verbosity_error()
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", type=pathlib.Path, help="write the whole grid into this file")
    parser.add_argument("--names", nargs="+", default=list(SCHEDULERS), help="of the whole grid, only these")
    parser.add_argument("--theirs", action="store_true", help="print lms and pndm from the middle as they are")
    arguments = parser.parse_args()
    if arguments.theirs:
        for name in ("lms", "lms_k", "pndm"):
            print(run(name, dict(STABLE_DIFFUSION, beta_schedule="scaled_linear"), 20, 0.5, theirs=True))
    elif arguments.all:
        named = (c for c in itertools.chain(grid(arguments.names), special()) if c[0] in arguments.names)
        write(arguments.all, named)
    else:
        RESOURCES.mkdir(parents=True, exist_ok=True)
        draw = random.Random(3)
        sampled = [case for name in SCHEDULERS for case in draw.sample(list(grid([name])), 30)]
        write(RESOURCES / "diffusers.json", itertools.chain(sampled, special()))
        write(RESOURCES / "clipping.json", clipped())
        write(RESOURCES / "spacing.json", spaced())
        write_sigmas(RESOURCES / "spacing_sigmas.json")
        write(RESOURCES / "flow.json", itertools.chain(flow_cases(), shifting_cases()), run_flow)
        write(RESOURCES / "edm.json", edm_cases(), run_edm)
        noise()
