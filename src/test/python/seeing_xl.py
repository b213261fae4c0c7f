"""Makes src/test/resources/golden/seeing-xl with diffusers: runs of a tiny Stable Diffusion XL that is told how to
change a picture (InstructPix2Pix). Settings and tokenizers are those of golden/xl/base.

    model.safetensors   the model as a single file with the original names
    unet/config.json    its U-Net's settings
    golden/             runs.json, runs.safetensors with the picture
"""

import shutil
import tempfile
from pathlib import Path

import diffusers
import torch

import control
import inpaint
import networks as nets
import parts
import pipelines
import seeing
import xl
from golden import ROOT

OUT = ROOT / "seeing-xl"


def run(found, row, picture):
    name, settings = pipelines.SCHEDULERS[row["scheduler"]]
    scheduler = getattr(diffusers, name).from_config(dict(xl.EULER), **settings)
    pipe = diffusers.StableDiffusionXLInstructPix2PixPipeline(**found, scheduler=scheduler)
    pipe.set_progress_bar_config(disable=True)
    return pipe(
        image=picture, width=row["width"], height=row["height"],
        image_guidance_scale=row["imageguidance"], **seeing.words(row),
    ).images  # fmt: skip


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        config = parts.unet_config(**xl.unet(24, 6) | {"in_channels": 8})
        made["unet"] = (parts.make_unet(config, 890, xl.STORED), config)
        made["unet"][0].conv_out.weight.data.mul_(0.1)
        xl.write_file(OUT / "model.safetensors", made)
        nets.write_json(OUT / "unet/config.json", config)
        found = control.xl_parts(Path(folder), made)
        picture, _, _ = inpaint.scene(16, 24, 891)
        rows = [seeing.request("euler", 4, 5.0), seeing.request("ddim", 4, 1.5, imageguidance=1.2)]
        tensors = {"picture": picture}
        for row in rows:
            latents = run(found, row, picture)
            print(row["name"], latents.abs().max().item())
            tensors[row["name"] + ".latents"] = latents
    nets.write_json(OUT / "golden/runs.json", rows)
    nets.write_tensors(OUT / "golden/runs.safetensors", tensors)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
