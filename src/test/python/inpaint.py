"""Makes src/test/resources/golden/inpaint, inpaint-v and inpaint-f4 with diffusers: runs of U-Nets of
nine channels, which take the latents, the mask and the latents of the picture without what is to be
painted. The second one is made as Stable Diffusion 2's, with linear projections, several numbers of
heads, and v-prediction; the third one as the built-in repair model, with four levels, an autoencoder
of its own with factor 4, and a picture whose sides are no multiples of what the levels halve. All
other parts are those of golden/models/micro-fp16.

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
from golden import ROOT

MICRO = ROOT / "models/micro-fp16"
EPSILON = choices.MICRO["scheduler"] | {"prediction_type": "epsilon"}
REPAIR = {
    "block_out_channels": [4, 4, 8, 8],
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
}
REPAIR_VAE = choices.vae([4, 8, 8], 2, layers_per_block=1, scaling_factor=1.0)
SECOND = {"use_linear_projection": True, "attention_head_dim": [2, 4], "upcast_attention": True}


def pipeline(unet, vae, scheduler, spec):
    keys = {"variant": "fp16", "torch_dtype": torch.float32}
    cls, settings = pipelines.SCHEDULERS[scheduler]
    pipe = StableDiffusionInpaintPipeline(
        vae=vae or AutoencoderKL.from_pretrained(MICRO, subfolder="vae", **keys),
        text_encoder=CLIPTextModel.from_pretrained(MICRO, subfolder="text_encoder", **keys),
        tokenizer=vocabulary.tokenizer(MICRO / "tokenizer"),
        unet=unet,
        scheduler=getattr(pipelines.diffusers, cls).from_config(dict(spec), **settings),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def run(unet, vae, spec, row, picture, mask):
    pipe = pipeline(unet, vae, row["scheduler"], spec)
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


def scene(height, width, seed, factor=2):
    """A picture, a mask of the latents' size, the mask of the picture's."""
    g = nets.generator(seed)
    picture = torch.randn(1, 3, height, width, generator=g).clamp(-1, 1)
    free = torch.zeros(1, 1, height // factor, width // factor)
    free[:, :, 2:6, 1:5] = 1
    return picture, free, free.repeat_interleave(factor, 2).repeat_interleave(factor, 3)


def requests(width, height):
    rows = [pipelines.request("ddim", 4, None, 5.0, width, height, 42)]
    kinds = ("ddim", 1.0), ("ddim", 0.5), ("dpmpp_2m_k", 0.75), ("euler", 0.5)
    return rows + [pipelines.request(s, 4, x, 5.0, width, height, 7) for s, x in kinds]


def write_vae(out, config, seed):
    vae = parts.make_vae(config, seed)
    nets.write_json(out / "config.json", config)
    nets.write_weights(out, "diffusion_pytorch_model", nets.vae_tensors(vae), "float16", "fp16")
    return vae


def write(out, keys, spec, seed, size=(16, 16), own_vae=None):
    config = parts.unet_config(**choices.MICRO["unet"] | keys | {"in_channels": 9})
    unet = parts.make_unet(config, seed)
    unet.conv_out.weight.data.mul_(0.5)
    nets.write_json(out / "unet/config.json", config)
    nets.write_json(out / "scheduler/scheduler_config.json", spec)
    nets.write_weights(out / "unet", "diffusion_pytorch_model", unet.state_dict(), "float16", "fp16")
    vae = own_vae and write_vae(out / "vae", parts.vae_config(**own_vae), seed + 2)
    height, width = size
    picture, free, mask = scene(height, width, seed + 1, 4 if vae else 2)
    rows, tensors = requests(width, height), {"picture": picture, "mask": free}
    for row in rows:
        latents = run(unet, vae, spec, row, picture, mask)
        print(out.name, row["name"], latents.abs().max().item())
        tensors[row["name"] + ".latents"] = latents
    nets.write_json(out / "golden/runs.json", rows)
    nets.write_tensors(out / "golden/runs.safetensors", tensors)
    for file in out.rglob("*.safetensors"):
        file.chmod(0o644)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    write(ROOT / "inpaint", {}, EPSILON, 700)
    write(ROOT / "inpaint-v", SECOND, choices.MICRO["scheduler"], 710)
    write(ROOT / "inpaint-f4", REPAIR, choices.MICRO["scheduler"], 720, (24, 40), REPAIR_VAE)
