"""Makes src/test/resources/golden/thresholding.safetensors with diffusers: runs whose predicted data are thresholded.

    NAME = what twelve steps of a scheduler make of `start` with the network 1.5 tanh(x); NAME.data = the data
    predicted at the first step
"""

import diffusers
import torch

import networks as nets
from golden import ROOT
from scheduler_names import SCHEDULERS

NAMES = ("ddim", "ddpm", "lcm", "dpmpp_2m", "dpmpp_2s", "dpmpp_2m_sde", "unipc", "deis")
CONFIG = {"beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02, "num_train_timesteps": 1000}
CONFIG |= {"prediction_type": "v_prediction", "clip_sample": False, "thresholding": True}
CONFIG |= {"dynamic_thresholding_ratio": 0.9, "sample_max_value": 1.7, "set_alpha_to_one": True}
SEED = 5


def run(name, start):
    cls, keys = SCHEDULERS[name]
    scheduler = getattr(diffusers, cls).from_config(CONFIG, **keys)
    scheduler.set_timesteps(12)
    x = start * scheduler.init_noise_sigma
    g = torch.Generator().manual_seed(SEED)
    data = None
    for t in scheduler.timesteps:
        out = 1.5 * torch.tanh(scheduler.scale_model_input(x, t))
        more = {} if name in ("unipc", "deis", "dpmpp_2s") else {"generator": g}
        step = scheduler.step(out, t, x, **more)
        if data is None and "pred_original_sample" in step:
            data = step.pred_original_sample
        x = step.prev_sample
    return {name: x} | ({} if data is None or name == "lcm" else {f"{name}.data": data})


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    start = torch.randn(1, 3, 4, 5, generator=nets.generator(4))
    tensors = {"start": start}
    for name in NAMES:
        tensors |= run(name, start)
    nets.write_tensors(ROOT / "thresholding.safetensors", tensors)
    (ROOT / "thresholding.safetensors").chmod(0o644)
