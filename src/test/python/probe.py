"""Goldens of Probe Noise, by diffusers: how well a model predicts noise with each of several prompts.

python probe.py writes golden/probe.safetensors. For each of MODELS, whose latents are NAME.latents of invert.safetensors:
NAME.errors [LEVELS, prompts, TRIALS, h, w], the mean over channels of (noise - predicted noise) squared. One generator draws the
noise, level after level, trial after trial, the same for all prompts.
"""

import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import load_file, save_file

from invert import GOLDEN, MODELS
from pipelines import opened

PROMPTS = ("a photo of many bright green nuclei", "red cells", "a cell")
LEVELS, TRIALS, SEED = 3, 2, 5


def predicted(pipe, x, t, words):
    """The noise in x; sd2 predicts the velocity."""
    output = pipe.unet(x, t, encoder_hidden_states=words).sample
    if pipe.scheduler.config.prediction_type == "epsilon":
        return output
    bar = pipe.scheduler.alphas_cumprod[t]
    return bar.sqrt() * output + (1 - bar).sqrt() * x


def errors(pipe, latents):
    """[levels, prompts, trials, h, w]"""
    words = [pipe.encode_prompt(prompt, "cpu", 1, False)[0] for prompt in PROMPTS]
    generator = torch.Generator("cpu").manual_seed(SEED)
    count = pipe.scheduler.config.num_train_timesteps
    rows = []
    for k in range(LEVELS):
        t = int((k + 0.5) * count / LEVELS)
        drawn = [torch.randn(latents.shape, generator=generator) for _ in range(TRIALS)]
        for encoded in words:
            for noise in drawn:
                x = pipe.scheduler.add_noise(latents, noise, torch.tensor([t]))
                rows.append(((noise - predicted(pipe, x, t, encoded)) ** 2).mean(1)[0])
    return torch.stack(rows).reshape(LEVELS, len(PROMPTS), TRIALS, *latents.shape[2:])


def main():
    torch.set_grad_enabled(False)
    latents = load_file(GOLDEN / "invert.safetensors")
    tensors = {}
    for name in MODELS:
        pipe = opened(StableDiffusionPipeline, GOLDEN / "models" / name, "ddim")
        tensors[name + ".errors"] = errors(pipe, latents[name + ".latents"])
    save_file(tensors, GOLDEN / "probe.safetensors")


if __name__ == "__main__":
    main()
