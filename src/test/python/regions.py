"""The golden of prompts for regions: ten lines over the U-Net of the model golden/models/sd1.

python regions.py writes golden/regions.safetensors: "covered", the part of each latent pixel that
each of two overlapping regions covers, and NAME.latents, the final latents of each of RUNS: whole,
and in views of 8 × 8 latent pixels whose outputs are averaged.
"""

from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import save_file

from panorama import ours
from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
TEXTS = ("red nuclei", "a dark background")
HEIGHT, WIDTH, STEPS, GUIDANCE = 8, 12, 4, 3.0
RUNS = {"ddim": False, "euler": False, "dpmpp_2m_k": False, "ddim.views": True}


def covered():
    """A rectangle whose right column is half covered, and a disc; the last columns are in none."""
    rectangle, y, x = torch.zeros(HEIGHT, WIDTH), torch.arange(HEIGHT)[:, None], torch.arange(WIDTH)
    rectangle[1:7, :5], rectangle[1:7, 5] = 1, 0.5
    return torch.stack([rectangle, (4 - ((y - 3) ** 2 + (x - 6) ** 2).sqrt()).clamp(0, 1)])


def shares(m):
    whole = torch.cat([(1 - m.sum(0, True)).clamp(min=0), m])
    return whole / whole.sum(0)


def run(name, in_views):
    pipe = opened(StableDiffusionPipeline, GOLDEN / "models" / "sd1", name.split(".")[0])
    encode = lambda text: pipe.encode_prompt(text, "cpu", 1, False)[0]
    without, *prompts = [encode(text) for text in (NEGATIVE, PROMPT, *TEXTS)]
    views = ours(8 * HEIGHT, 8 * WIDTH) if in_views else [(0, HEIGHT, 0, WIDTH)]
    pipe.scheduler.set_timesteps(STEPS)
    x = torch.randn(1, 4, HEIGHT, WIDTH, generator=torch.Generator("cpu").manual_seed(11))
    x = x * pipe.scheduler.init_noise_sigma
    for t in pipe.scheduler.timesteps:
        scaled, out, count = pipe.scheduler.scale_model_input(x, t), torch.zeros_like(x), torch.zeros_like(x)
        for top, bottom, left, right in views:
            part = (slice(None), slice(None), slice(top, bottom), slice(left, right))
            u, *c = [pipe.unet(scaled[part], t, states).sample for states in (without, *prompts)]
            mean = sum(w * one for w, one in zip(shares(covered())[:, *part[2:]], c))
            out[part] += u + GUIDANCE * (mean - u)
            count[part] += 1
        x = pipe.scheduler.step(out / count, t, x).prev_sample
    return x


@torch.no_grad()
def main():
    latents = {f"{name}.latents": run(name, views).contiguous() for name, views in RUNS.items()}
    save_file({"covered": covered(), **latents}, GOLDEN / "regions.safetensors")


if __name__ == "__main__":
    main()
