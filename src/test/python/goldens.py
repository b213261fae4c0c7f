"""Reference numbers of a model for Check Model, by diffusers.

python goldens.py FOLDER [--size 512] [--prompt …] [--scheduler euler] … writes goldens.safetensors into the folder of a Stable
Diffusion 1, 2 or XL model in diffusers' layout, with float32 tensors and the settings of the run as metadata:

    prompt_embeds                the prompt, encoded; of XL also text_embeds and time_ids
    sample, timestep -> output   an output of the U-Net with the prompt
    image -> encoded             random pixels in -1..1, and their latents: the posterior's mean, scaled
    latents -> decoded           the latents of a run with the settings, and their picture

python goldens.py alone writes golden/check.safetensors, the numbers of the tiny model sd1.
"""

import argparse
import json
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import save_file

from pipelines import opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
FORMAT = "latent-diffusion-goldens-1"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--size", type=int, default=0, help="pixels; 0: the model's own")
    parser.add_argument("--prompt", default="a photo of many green cells")
    parser.add_argument("--negative", default="blurry")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument("--scheduler", default="euler")
    parser.add_argument("--seed", type=int, default=42)
    return parser.parse_args()


def is_xl(folder):
    return json.loads((folder / "model_index.json").read_text())["_class_name"] == "StableDiffusionXLPipeline"


def conditioning(pipe, a, xl):
    """The tensors of the prompt, and what the U-Net takes of them beside the states."""
    if not xl:
        return {"prompt_embeds": pipe.encode_prompt(a.prompt, "cpu", 1, False)[0]}, {}
    states, _, text, _ = pipe.encode_prompt(a.prompt, device="cpu", do_classifier_free_guidance=False)
    ids = torch.tensor([[a.size, a.size, 0.0, 0.0, a.size, a.size]])
    added = {"text_embeds": text, "time_ids": ids}
    return {"prompt_embeds": states, **added}, {"added_cond_kwargs": added}


def goldens(folder, a):
    xl = is_xl(folder)
    pipe = opened(StableDiffusionXLPipeline if xl else StableDiffusionPipeline, folder, a.scheduler)
    a.size = a.size or pipe.unet.config.sample_size * pipe.vae_scale_factor
    side, channels = a.size // pipe.vae_scale_factor, pipe.unet.config.in_channels
    generator = torch.Generator("cpu").manual_seed(1)
    tensors, more = conditioning(pipe, a, xl)
    sample = torch.randn(1, channels, side, side, generator=generator)
    timestep = torch.tensor([500.0])
    states = tensors["prompt_embeds"]
    tensors |= {"sample": sample, "timestep": timestep}
    tensors["output"] = pipe.unet(sample, timestep, encoder_hidden_states=states, **more).sample
    image = 2 * torch.rand(1, 3, a.size, a.size, generator=generator) - 1
    scale = pipe.vae.config.scaling_factor
    tensors |= {"image": image, "encoded": pipe.vae.encode(image).latent_dist.mode() * scale}
    keys = {"prompt": a.prompt, "negative_prompt": a.negative, "width": a.size, "height": a.size, "output_type": "latent"}
    keys |= {"num_inference_steps": a.steps, "guidance_scale": a.guidance}
    latents = pipe(**keys, generator=torch.Generator("cpu").manual_seed(a.seed)).images
    return tensors | {"latents": latents, "decoded": pipe.vae.decode(latents / scale).sample}


def write(folder, out, a):
    tensors = goldens(folder, a)
    metadata = {"format": FORMAT, "prompt": a.prompt, "negative": a.negative, "steps": str(a.steps)}
    metadata |= {"guidance": str(a.guidance), "scheduler": a.scheduler, "seed": str(a.seed)}
    metadata |= {"width": str(a.size), "height": str(a.size)}
    save_file({k: v.float().contiguous() for k, v in tensors.items()}, out, metadata)
    out.chmod(0o644)


def main():
    torch.set_grad_enabled(False)
    a = arguments()
    if a.folder:
        write(a.folder, a.folder / "goldens.safetensors", a)
    else:
        a.size = 32
        write(GOLDEN / "models" / "sd1", GOLDEN / "check.safetensors", a)


if __name__ == "__main__":
    main()
