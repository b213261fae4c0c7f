"""Makes src/test/resources/golden/inpaint-xl with diffusers: runs of a tiny Stable Diffusion XL whose U-Net
takes nine channels. Settings and tokenizers are those of golden/xl/base.

    model.safetensors   the model as a single file with the original names
    unet/config.json    its U-Net's settings
    golden/             runs.json, runs.safetensors with the picture and mask
"""

import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

import diffusers
import torch
from diffusers.pipelines.stable_diffusion_xl import pipeline_stable_diffusion_xl_inpaint as module

import control
import inpaint
import networks as nets
import parts
import pipelines
import xl
from golden import ROOT

OUT = ROOT / "inpaint-xl"


def run(found, row, picture, mask):
    name, settings = pipelines.SCHEDULERS[row["scheduler"]]
    scheduler = getattr(diffusers, name).from_config(dict(xl.EULER), **settings)
    pipe = diffusers.StableDiffusionXLInpaintPipeline(**found, scheduler=scheduler)
    pipe.set_progress_bar_config(disable=True)
    whole = row["kind"] == "txt2img"
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    with patch.object(module, "retrieve_latents", mean):
        return pipe(
            prompt=row["prompt"], negative_prompt=row["negative"], output_type="latent",
            generator=torch.Generator("cpu").manual_seed(row["seed"]),
            image=torch.zeros_like(picture) if whole else picture,
            mask_image=torch.ones_like(mask) if whole else mask,
            width=row["width"], height=row["height"], strength=row["strength"],
            num_inference_steps=row["steps"], guidance_scale=row["guidance"],
        ).images  # fmt: skip


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        config = parts.unet_config(**xl.unet(24, 6) | {"in_channels": 9})
        made["unet"] = (parts.make_unet(config, 720, xl.STORED), config)
        made["unet"][0].conv_out.weight.data.mul_(0.5)
        xl.write_file(OUT / "model.safetensors", made)
        nets.write_json(OUT / "unet/config.json", config)
        found = control.xl_parts(Path(folder), made)
        picture, free, mask = inpaint.scene(16, 24, 721)
        rows, tensors = inpaint.requests(24, 16), {"picture": picture, "mask": free}
        for row in rows:
            latents = run(found, row, picture, mask)
            print(row["name"], latents.abs().max().item())
            tensors[row["name"] + ".latents"] = latents
    nets.write_json(OUT / "golden/runs.json", rows)
    nets.write_tensors(OUT / "golden/runs.safetensors", tensors)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
