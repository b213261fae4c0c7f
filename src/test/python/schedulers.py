"""Goldens of the schedulers, made with diffusers 0.42.1 and torch 2.7.1.

    python src/test/python/schedulers.py             writes src/test/resources/schedulers/*.json
    python src/test/python/schedulers.py --all FILE  prints the whole grid into FILE, which
        mvn test -Dtest=DiffusersTest -Dschedulers.goldens=FILE
    compares

A case is a scheduler's name, a scheduler_config.json, the number of steps and the strength. Its
goldens are the timesteps and VE sigmas of the steps that run (every so many of them, in long runs)
and the final sample of a run in which the network is  out = tanh(input) * (t + 1) / (t + 2),
the data DATA and the noise NOISE.

The schedules are diffusers' own, in float32, and the runs are its own code. Two things about
float32 are taken out, so that the goldens are the same on every machine: torch's vectorised square
root, whose last bit depends on the processor (1 - alphas_cumprod amplifies it a thousandfold at the
quiet end of a zero-SNR schedule), is the correctly rounded one; and steps are taken in float64, where
diffusers casts to float32 (at sigma = 20000 Euler's last step cancels four digits). Cases in which
diffusers ends on NaN (a step of no length with solver_type heun) are left out.
"""

import argparse
import itertools
import json
import pathlib
import random
import sys
import warnings

import diffusers
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler

torch_sqrt = torch.Tensor.sqrt
torch.Tensor.sqrt = lambda x: torch_sqrt(x.double()).to(x.dtype)


class Float64:
    """The module torch, in which float32 is float64."""

    def __getattr__(self, name):
        return torch.float64 if name == "float32" else getattr(torch, name)


RESOURCES = pathlib.Path(__file__).parent.parent / "resources" / "schedulers"
DATA = torch.tensor([0.5, -1.0, 0.25, 2.0], dtype=torch.float64)
NOISE = torch.tensor([1.0, -0.5, 0.3, -2.0], dtype=torch.float64)

MULTISTEP = dict(solver_order=2, algorithm_type="dpmsolver++")
SCHEDULERS = {
    "ddim": (DDIMScheduler, {}),
    "euler": (EulerDiscreteScheduler, dict(use_karras_sigmas=False)),
    "euler_k": (EulerDiscreteScheduler, dict(use_karras_sigmas=True)),
    "dpmpp_2m": (DPMSolverMultistepScheduler, dict(use_karras_sigmas=False, **MULTISTEP)),
    "dpmpp_2m_k": (DPMSolverMultistepScheduler, dict(use_karras_sigmas=True, **MULTISTEP)),
}
# As Stable Diffusion's own configs say; what a class does not know it leaves aside.
STABLE_DIFFUSION = dict(beta_start=0.00085, beta_end=0.012, clip_sample=False, set_alpha_to_one=False, steps_offset=1)


def grid():
    for name, steps, strength, prediction, spacing, betas, zero_snr in itertools.product(
        SCHEDULERS,
        (1, 2, 5, 10, 20, 50),
        (0.1, 0.3, 0.5, 0.8, 1.0),
        ("epsilon", "v_prediction", "sample"),
        (None, "leading", "linspace", "trailing"),
        ("linear", "scaled_linear", "squaredcos_cap_v2"),
        (False, True),
    ):
        if name == "ddim" and zero_snr and prediction == "epsilon" and spacing in ("linspace", "trailing"):
            continue  # 0/0
        config = dict(STABLE_DIFFUSION, prediction_type=prediction, beta_schedule=betas)
        config.update({"timestep_spacing": spacing} if spacing else {})
        config.update({"rescale_betas_zero_snr": True} if zero_snr else {})
        yield name, config, steps, strength


def special():
    """Settings beside the grid, and very long runs."""
    sd = dict(STABLE_DIFFUSION, beta_schedule="scaled_linear")
    for name in SCHEDULERS:
        yield name, {"clip_sample": False}, 7, 1.0
        yield name, dict(sd, prediction_type="v_prediction"), 999, 0.9
        yield name, dict(sd, steps_offset=0, timestep_spacing="trailing"), 1000, 1.0
        yield name, dict(sd, set_alpha_to_one=True, final_sigmas_type="sigma_min"), 12, 0.7
        yield name, dict(sd, final_sigmas_type="sigma_min"), 20, 1.0
        yield name, dict(sd, trained_betas=[0.01 + 0.02 * i for i in range(20)], num_train_timesteps=20), 6, 1.0
    for name in ("dpmpp_2m", "dpmpp_2m_k"):
        yield name, dict(sd, solver_type="heun", final_sigmas_type="sigma_min", lower_order_final=False), 8, 1.0
        yield name, dict(sd, solver_type="heun", euler_at_final=True, final_sigmas_type="sigma_min"), 20, 1.0
        yield name, dict(sd, solver_type="bh2"), 10, 0.6
        yield name, dict(sd, beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1), 15, 1.0
    for name in ("euler", "euler_k"):
        yield name, dict(sd, interpolation_type="log_linear"), 10, 1.0
        yield name, dict(sd, sigma_min=0.05, sigma_max=12.0), 10, 0.5
    yield "dpmpp_2m_k", dict(sd, sigma_min=0.05, sigma_max=12.0), 10, 1.0


def run(name, config, steps, strength):
    """One case as a dict, or None if no step runs."""
    cls, settings = SCHEDULERS[name]
    scheduler = cls.from_config({**config, **settings})
    scheduler.set_timesteps(steps)
    begin = max(steps - min(int(steps * strength), steps), 0)
    timesteps = scheduler.timesteps[begin:]
    if len(timesteps) == 0:
        return None
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(begin)
        scheduler.sigmas = scheduler.sigmas.double()
    start = NOISE * scheduler.init_noise_sigma if begin == 0 else scheduler.add_noise(DATA, NOISE, timesteps[:1])
    sample = start.reshape(1, 1, 2, 2)
    module = sys.modules[cls.__module__]
    module.torch = Float64()
    for t in timesteps:
        out = torch.tanh(scheduler.scale_model_input(sample, t)) * (t + 1) / (t + 2)
        sample = scheduler.step(out, t, sample, return_dict=False)[0]
    module.torch = torch
    if not sample.isfinite().all():
        return None
    every = max(1, len(timesteps) // 25)
    case = dict(name=name, config=config, steps=steps, strength=strength, every=every)
    case["timesteps"] = [round(float(t), 4) for t in timesteps[::every]]
    if hasattr(scheduler, "sigmas"):
        case["sigmas"] = [float(f"{s:.6g}") for s in scheduler.sigmas[begin : steps : every].tolist()]
    case["result"] = [float(f"{x:.7g}") for x in sample.flatten().tolist()]
    return case


def write(path, cases):
    lines = [json.dumps(c, separators=(",", ":")) for c in (run(*case) for case in cases) if c]
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
    whole = parser.parse_args().all
    if whole:
        write(whole, itertools.chain(grid(), special()))
    else:
        RESOURCES.mkdir(parents=True, exist_ok=True)
        sampled = sorted(random.Random(3).sample(list(grid()), 600), key=lambda c: list(SCHEDULERS).index(c[0]))
        write(RESOURCES / "diffusers.json", itertools.chain(sampled, special()))
        noise()
