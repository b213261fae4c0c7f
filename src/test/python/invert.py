"""Goldens of inversion and of the autoencoder's posterior, by diffusers.

python invert.py writes golden/invert.safetensors. For each of MODELS: NAME.latents, those of a picture; NAME.inverted, after
STEPS of DDIMInverseScheduler with the prompt alone; NAME.guided, the same with guidance 2.5 and an empty negative prompt; and for
sd1 with timestep_spacing trailing, and with predictions clipped. posterior.sd and posterior.sample (seed 7), scaled, are those of the picture of sd1's VAE golden.
"""

import json
from pathlib import Path

import torch
from diffusers import DDIMInverseScheduler, StableDiffusionPipeline
from safetensors.torch import load_file, save_file

from pipelines import PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
MODELS = ("sd1", "sd2")
STEPS = 7


def inverted(pipe, config, latents, guidance):
    """latents after all steps of the inverse loop."""
    scheduler = DDIMInverseScheduler.from_config(config)
    scheduler.set_timesteps(STEPS)
    with_words, without = pipe.encode_prompt(PROMPT, "cpu", 1, True, negative_prompt="")
    for t in scheduler.timesteps:
        noise = pipe.unet(latents, t, encoder_hidden_states=with_words).sample
        if guidance > 1:
            other = pipe.unet(latents, t, encoder_hidden_states=without).sample
            noise = other + guidance * (noise - other)
        latents = scheduler.step(noise, t, latents).prev_sample
    return latents


def main():
    torch.set_grad_enabled(False)
    tensors = {}
    for name in MODELS:
        folder = GOLDEN / "models" / name
        pipe = opened(StableDiffusionPipeline, folder, "ddim")
        config = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())
        picture = load_file(folder / "golden" / "vae.safetensors")["picture"][:, :, :64, :64]
        posterior = pipe.vae.encode(picture).latent_dist
        scale = pipe.vae.config.scaling_factor
        latents = posterior.mode() * scale
        tensors[name + ".latents"] = latents
        tensors[name + ".inverted"] = inverted(pipe, config, latents, 1)
        tensors[name + ".guided"] = inverted(pipe, config, latents, 2.5)
        if name == "sd1":
            trailing = config | {"timestep_spacing": "trailing"}
            tensors["sd1.trailing"] = inverted(pipe, trailing, latents, 1)
            clipped = {"clip_sample": True, "clip_sample_range": 0.3}
            tensors["sd1.clipped"] = inverted(pipe, config | clipped, latents, 1)
            tensors["posterior.sd"] = posterior.std * scale
            sample = posterior.sample(torch.Generator("cpu").manual_seed(7))
            tensors["posterior.sample"] = sample * scale
    save_file({k: v.contiguous() for k, v in tensors.items()}, GOLDEN / "invert.safetensors")


if __name__ == "__main__":
    main()
