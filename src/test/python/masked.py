"""The golden of runs on a part of a picture: diffusers' inpainting on a U-Net of 4 channels.

python masked.py writes golden/masked.safetensors: the mask in latent pixels, and NAME.latents, the
final latents of each of RUNS on the model golden/models/sd1 and the picture of its VAE's golden.
The posterior's mean is taken, as by the other goldens.
"""

from pathlib import Path
from unittest.mock import patch

import torch
from diffusers import StableDiffusionInpaintPipeline
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_inpaint as inpaint
from safetensors.torch import load_file, save_file

from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
MODEL = GOLDEN / "models" / "sd1"
RUNS = {"ddim": (5, 0.6), "euler": (5, 0.6), "euler_k": (4, 0.75), "dpmpp_2m": (6, 0.5)}
SIZE = 64


def mask():
    """A disc of 64 × 64 latent pixels shrunk to the picture's 8 × 8."""
    y, x = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
    return ((x - 3) ** 2 + (y - 4) ** 2 <= 7).float()[None, None]


def run(scheduler, steps, strength, picture):
    pipe = opened(StableDiffusionInpaintPipeline, MODEL, scheduler)
    pixels = mask().repeat_interleave(8, 2).repeat_interleave(8, 3)
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    with patch.object(inpaint, "retrieve_latents", mean):
        return pipe(
            prompt=PROMPT,
            negative_prompt=NEGATIVE,
            image=picture,
            mask_image=pixels,
            height=SIZE,
            width=SIZE,
            strength=strength,
            num_inference_steps=steps,
            guidance_scale=3.0,
            generator=torch.Generator("cpu").manual_seed(11),
            output_type="latent",
        ).images


def main():
    picture = load_file(MODEL / "golden" / "vae.safetensors")["picture"][:, :, :SIZE, :SIZE]
    tensors = {"mask": mask()}
    for name, (steps, strength) in RUNS.items():
        tensors[name + ".latents"] = run(name, steps, strength, picture).contiguous()
    save_file(tensors, GOLDEN / "masked.safetensors")


if __name__ == "__main__":
    main()
