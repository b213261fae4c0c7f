"""The golden of slices in lockstep: x̂0 of each evaluation averaged with its neighbours'.

python coherence.py writes golden/coherence.safetensors: NAME.SHARE.latents, the final latents
[3, c, h, w] of three slices by each scheduler of RUNS, on the model golden/models/sd1. The slices
are the picture of its VAE's golden, this mirrored, and half of its contrast.
"""

import copy
from pathlib import Path

import torch
from diffusers import StableDiffusionImg2ImgPipeline
from safetensors.torch import load_file, save_file

from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
MODEL = GOLDEN / "models" / "sd1"
STEPS, FIRST, GUIDANCE, SIZE = 6, 2, 3.0, 64
RUNS = [(s, c) for s in ("ddim", "euler", "dpmpp_2m_k") for c in (0.5, 1.0)]


def slices():
    picture = load_file(MODEL / "golden" / "vae.safetensors")["picture"][:, :, :SIZE, :SIZE]
    return [picture, picture.flip(3), picture * 0.5]


def level(scheduler, i, t):
    """α and σ of x = α x0 + σ ε at evaluation i, in the scheduler's own scale."""
    if hasattr(scheduler, "sigmas"):
        sigma = scheduler.sigmas[i].double()
        return scheduler._sigma_to_alpha_sigma_t(sigma) if hasattr(scheduler, "_sigma_to_alpha_sigma_t") else (1, sigma)
    alphas = scheduler.alphas_cumprod[t].double()
    return alphas.sqrt(), (1 - alphas).sqrt()


def agreed(data, share):
    means = [torch.stack(data[max(0, k - 1) : k + 2]).mean(0) for k in range(len(data))]
    return [(1 - share) * own + share * mean for own, mean in zip(data, means)]


@torch.no_grad()
def run(name, share):
    pipe = opened(StableDiffusionImg2ImgPipeline, MODEL, name)
    words = torch.cat(pipe.encode_prompt(PROMPT, "cpu", 1, True, NEGATIVE)[::-1])
    pipe.scheduler.set_timesteps(STEPS)
    pipe.scheduler.set_begin_index(FIRST) if hasattr(pipe.scheduler, "set_begin_index") else None
    schedulers = [copy.deepcopy(pipe.scheduler) for _ in slices()]
    timesteps = pipe.scheduler.timesteps[FIRST:]
    scale = pipe.vae.config.scaling_factor
    own = [pipe.vae.encode(one).latent_dist.mode() * scale for one in slices()]
    noise = torch.randn(own[0].shape, generator=torch.Generator("cpu").manual_seed(11))
    x = [pipe.scheduler.add_noise(one, noise, timesteps[:1]) for one in own]
    for i, t in enumerate(timesteps):
        alpha, sigma = level(pipe.scheduler, FIRST + i, t)
        data = []
        for scheduler, one in zip(schedulers, x):
            both = scheduler.scale_model_input(torch.cat([one, one]), t)
            uncond, cond = pipe.unet(both, t, words).sample.chunk(2)
            out = uncond + GUIDANCE * (cond - uncond)
            data.append((one - sigma * out) / alpha)
        outs = [(one - alpha * d) / sigma for one, d in zip(x, agreed(data, share))]
        x = [s.step(out.float(), t, one).prev_sample for s, out, one in zip(schedulers, outs, x)]
    return torch.cat(x)


def main():
    tensors = {f"{s}.{c}.latents": run(s, c).contiguous() for s, c in RUNS}
    save_file(tensors, GOLDEN / "coherence.safetensors")


if __name__ == "__main__":
    main()
