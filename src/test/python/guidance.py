"""The golden of guidance: diffusers' guiders, alone and in whole runs of the model golden/models/sd1.

python guidance.py writes golden/guidance.safetensors. "u.K" and "c.K" are three pairs of random predictions, "NAME.K" what the guider NAME makes of the pair K, one
after the other. "NAME.latents" are the final latents of each of RUNS; a guider is told steps, not evaluations.
"""

from pathlib import Path

import torch
from diffusers import AdaptiveProjectedGuidance, ClassifierFreeGuidance, ClassifierFreeZeroStarGuidance, StableDiffusionPipeline
from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer
from safetensors.torch import save_file

from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
STEPS = 6
SIDE = 8


def projected(scale, threshold, eta, momentum=-0.5, **rest):
    return AdaptiveProjectedGuidance(scale, momentum, threshold, eta=eta, **rest)


GUIDERS = {
    "cfg": lambda: ClassifierFreeGuidance(5.0),
    "rescale": lambda: ClassifierFreeGuidance(5.0, 0.7),
    "zero": lambda: ClassifierFreeZeroStarGuidance(5.0, 0),
    "apg": lambda: projected(5.0, 15.1, 0.3),
    "free": lambda: projected(7.0, 0.0, 0.0, 0.0, guidance_rescale=1.0),
}
"""A norm of 15.1 binds in some of the pairs."""

RUNS = {
    "interval": ("ddim", lambda: ClassifierFreeGuidance(5.0, start=0.2, stop=0.7)),
    "zero": ("euler", lambda: ClassifierFreeZeroStarGuidance(5.0, 2, start=0.4)),
    "apg": ("heun", lambda: projected(5.0, 1.0, 0.3, guidance_rescale=0.4, stop=0.8)),
    "rescale": ("dpmpp_2m_k", lambda: ClassifierFreeGuidance(5.0, 0.7)),
    "list": ("ddim", lambda: ClassifierFreeGuidance(5.0)),
}
LIST = [7.0, 7.0, 5.0, 3.0, 1.0, 2.0]


def alone():
    """Pairs and what guiders make of them."""
    generator = torch.Generator("cpu").manual_seed(8)
    pairs = [[torch.randn(2, 3, 5, 7, generator=generator) for _ in "uc"] for _ in range(3)]
    found = {}
    for k, (u, c) in enumerate(pairs):
        found |= {f"u.{k}": u, f"c.{k}": c}
    for name, build in GUIDERS.items():
        guider = begun(build())
        for k, (u, c) in enumerate(pairs):
            guider.set_state(k, len(pairs), torch.tensor(0))
            found[f"{name}.{k}"] = guider.forward(c, u).pred
    return found


def begun(guider):
    """A guider at the start of a run. Its own start would be repeated at each evaluation of the first step."""
    momentum = guider.config.get("adaptive_projected_guidance_momentum")
    if momentum is not None:
        guider.momentum_buffer = MomentumBuffer(momentum)
    return guider


@torch.no_grad()
def run(name, scheduler, guider):
    pipe = opened(StableDiffusionPipeline, GOLDEN / "models" / "sd1", scheduler)
    begun(guider)
    c, u = pipe.encode_prompt(PROMPT, "cpu", 1, True, NEGATIVE)
    pipe.scheduler.set_timesteps(STEPS)
    x = torch.randn(1, 4, SIDE, SIDE, generator=torch.Generator("cpu").manual_seed(11)) * pipe.scheduler.init_noise_sigma
    each = 2 if scheduler == "heun" else 1
    for i, t in enumerate(pipe.scheduler.timesteps):
        step = i // each
        if name == "list":
            guider.guidance_scale = LIST[step]
        guider.set_state(step, STEPS, t)
        seen = pipe.scheduler.scale_model_input(x, t)
        with_prompt, without = (pipe.unet(seen, t, words).sample for words in (c, u))
        x = pipe.scheduler.step(guider.forward(with_prompt, without).pred, t, x).prev_sample
    return x


def main():
    latents = {f"{name}.latents": run(name, s, build()).contiguous() for name, (s, build) in RUNS.items()}
    save_file(alone() | latents, GOLDEN / "guidance.safetensors")


if __name__ == "__main__":
    main()
