"""Makes golden/training/golden: diffusers' pictures of tiny sd1 with a LoRA that this software trained.

    python trained.py

golden/training/trained.safetensors was written by Training.save: rank 2, all layers and words.
"""

from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from transformers.integrations import peft as text_encoders

import lora
import networks as nets
import pipelines

GOLDEN = Path(__file__).parent.parent / "resources/golden"
OUT = GOLDEN / "training"


def run(pipe, row):
    keys = {k: row[k] for k in ("prompt", "width", "height")}
    keys |= {"negative_prompt": row["negative"], "num_inference_steps": row["steps"]}
    keys |= {"guidance_scale": row["guidance"], "generator": nets.generator(row["seed"])}
    return pipe(**keys, output_type="latent").images


if __name__ == "__main__":
    text_encoders.check_peft_version = lambda **keys: None
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    row = pipelines.request("ddim", 6, None, 4.0, 64, 64, 42)
    pipe = pipelines.opened(StableDiffusionPipeline, GOLDEN / "models/sd1", "ddim")
    plain = run(pipe, row)
    state, alphas, metadata = pipe.lora_state_dict(
        OUT, weight_name="trained.safetensors", return_lora_metadata=True, unet_config=pipe.unet.config
    )
    state, alphas = lora.bare(state), lora.bare(alphas)
    keys = {"network_alphas": alphas, "metadata": metadata, "adapter_name": "trained"}
    pipe.load_lora_into_unet(state, unet=pipe.unet, **keys)
    pipe.load_lora_into_text_encoder(state, text_encoder=pipe.text_encoder, **keys)
    latents = run(pipe, row)
    print("changed by", (latents - plain).abs().max().item(), "of", latents.abs().max().item())
    decoded = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
    tensors = {row["name"] + ".latents": latents, row["name"] + ".picture": pipelines.picture_bytes(decoded)}
    nets.write_json(OUT / "golden/runs.json", [row])
    nets.write_tensors(OUT / "golden/runs.safetensors", tensors)
