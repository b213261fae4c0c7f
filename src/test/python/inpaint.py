"""Makes src/test/resources/oracle/inpaint with diffusers: runs of a U-Net of nine channels, which takes
the latents, the mask and the latents of the picture without what is to be painted. All its other
parts are those of oracle/models/micro-fp16.

    unet/   config.json, weights      golden/   runs.json, runs.safetensors with the picture and mask
"""

from unittest.mock import patch

import torch
from diffusers import AutoencoderKL, StableDiffusionInpaintPipeline, UNet2DConditionModel
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_inpaint as inpaint
from transformers import CLIPTextModel

import choices
import networks as nets
import parts
import pipelines
import vocabulary
from oracle import ROOT

OUT, MICRO = ROOT / "inpaint", ROOT / "models/micro-fp16"
SPEC = choices.MICRO["scheduler"] | {"prediction_type": "epsilon"}


def pipeline(unet, scheduler):
    keys = {"variant": "fp16", "torch_dtype": torch.float32}
    cls, settings = pipelines.SCHEDULERS[scheduler]
    pipe = StableDiffusionInpaintPipeline(
        vae=AutoencoderKL.from_pretrained(MICRO, subfolder="vae", **keys),
        text_encoder=CLIPTextModel.from_pretrained(MICRO, subfolder="text_encoder", **keys),
        tokenizer=vocabulary.tokenizer(MICRO / "tokenizer"),
        unet=unet,
        scheduler=getattr(pipelines.diffusers, cls).from_config(dict(SPEC), **settings),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def run(unet, row, picture, mask):
    pipe = pipeline(unet, row["scheduler"])
    g = torch.Generator("cpu").manual_seed(row["seed"])
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    whole = row["kind"] == "txt2img"
    with patch.object(inpaint, "retrieve_latents", mean):
        return pipe(
            prompt=row["prompt"], negative_prompt=row["negative"], generator=g, output_type="latent",
            image=torch.zeros_like(picture) if whole else picture,
            mask_image=torch.ones_like(mask) if whole else mask,
            width=row["width"], height=row["height"], strength=row["strength"],
            num_inference_steps=row["steps"], guidance_scale=row["guidance"],
        ).images


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    config = parts.unet_config(**choices.MICRO["unet"] | {"in_channels": 9})
    unet = parts.make_unet(config, 700)
    unet.conv_out.weight.data.mul_(0.5)
    nets.write_json(OUT / "unet/config.json", config)
    nets.write_json(OUT / "scheduler/scheduler_config.json", SPEC)
    nets.write_weights(OUT / "unet", "diffusion_pytorch_model", unet.state_dict(), "float16", "fp16")
    g = nets.generator(701)
    picture = torch.randn(1, 3, 16, 16, generator=g).clamp(-1, 1)
    free = torch.zeros(1, 1, 8, 8)
    free[:, :, 2:6, 1:5] = 1
    mask = free.repeat_interleave(2, 2).repeat_interleave(2, 3)
    rows = [pipelines.request("ddim", 4, None, 5.0, 16, 16, 42)]
    rows += [pipelines.request(s, 4, x, 5.0, 16, 16, 7) for s, x in (("ddim", 1.0), ("ddim", 0.5), ("dpmpp_2m_k", 0.75), ("euler", 0.5))]
    tensors = {"picture": picture, "mask": free}
    for row in rows:
        latents = run(unet, row, picture, mask)
        print(row["name"], latents.abs().max().item())
        tensors[row["name"] + ".latents"] = latents
    nets.write_json(OUT / "golden/runs.json", rows)
    nets.write_tensors(OUT / "golden/runs.safetensors", tensors)
    (OUT / "golden/runs.safetensors").chmod(0o644)
    (OUT / "unet/diffusion_pytorch_model.fp16.safetensors").chmod(0o644)
