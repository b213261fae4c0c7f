"""The goldens of several answers at once and of variations: diffusers with a list of generators.

python batch.py writes golden/batch.safetensors from the model golden/models/sd1: SCHEDULER.text and
SCHEDULER.image, the final latents of a batch of three seeds from noise and from the picture of the
VAE's golden (the posterior's mean, as by the other goldens); SCHEDULER.share, those of one run whose
first noise is turned towards a second seed's; and slerp.A, slerp.B and slerp.T, arrays and the
arrays between them.
"""

from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_img2img as img2img
from safetensors.torch import load_file, save_file

from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
MODEL = GOLDEN / "models" / "sd1"
NAMES = ("ddim", "euler_a", "dpmpp_2m_k", "ddpm", "heun")
SEEDS = (42, 43, 44)
SHARE, SEED2 = 0.3, 7
SIZE = 64
KEYS = {"prompt": PROMPT, "negative_prompt": NEGATIVE, "guidance_scale": 3.0}
KEYS |= {"num_inference_steps": 5, "output_type": "latent"}


def generators(seeds):
    return [torch.Generator("cpu").manual_seed(seed) for seed in seeds]


def slerp(a, b, t):
    """Shoemake 1985, in double over all elements."""
    x, y = a.double().numpy(), b.double().numpy()
    c = (x * y).sum() / np.sqrt((x * x).sum()) / np.sqrt((y * y).sum())
    if abs(c) > 0.9995:
        return torch.from_numpy((1 - t) * x + t * y).float()
    angle = np.arccos(c)
    between = np.sin((1 - t) * angle) * x + np.sin(t * angle) * y
    return torch.from_numpy(between / np.sin(angle)).float()


def text(scheduler):
    pipe = opened(StableDiffusionPipeline, MODEL, scheduler)
    return pipe(
        height=SIZE,
        width=SIZE,
        num_images_per_prompt=len(SEEDS),
        generator=generators(SEEDS),
        **KEYS,
    ).images


def image(scheduler, picture):
    pipe = opened(StableDiffusionImg2ImgPipeline, MODEL, scheduler)
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    with patch.object(img2img, "retrieve_latents", mean):
        return pipe(
            image=picture,
            strength=0.6,
            num_images_per_prompt=len(SEEDS),
            generator=generators(SEEDS),
            **KEYS,
        ).images


def share(scheduler):
    pipe = opened(StableDiffusionPipeline, MODEL, scheduler)
    first, second = generators((SEEDS[0], SEED2))
    shape = (1, 4, SIZE // 8, SIZE // 8)
    noise = [torch.randn(shape, generator=g) for g in (first, second)]
    latents = slerp(*noise, SHARE)
    return pipe(height=SIZE, width=SIZE, latents=latents, generator=first, **KEYS).images


def main():
    picture = load_file(MODEL / "golden" / "vae.safetensors")["picture"][:, :, :SIZE, :SIZE]
    tensors = {}
    for name in NAMES:
        tensors[name + ".text"] = text(name)
        tensors[name + ".image"] = image(name, picture)
        tensors[name + ".share"] = share(name)
    a, b = (torch.randn(24, generator=g) for g in generators((1, 2)))
    near = a + 0.01 * b
    tensors |= {"slerp.a": a, "slerp.b": b, "slerp.near": near}
    tensors |= {f"slerp.b.{t}": slerp(a, b, t) for t in (0.0, 0.25, 1.0)}
    tensors |= {"slerp.near.0.25": slerp(a, near, 0.25)}
    save_file(
        {key: tensor.float().contiguous() for key, tensor in tensors.items()},
        GOLDEN / "batch.safetensors",
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        main()
