"""Makes src/test/resources/golden/distilled with diffusers: runs of few steps, as of distilled models.

    lcm/           a U-Net that is told the scale of guidance, and a scheduler_config.json, for
                   golden/models/micro-fp16
    turbo.json     the scheduler_config.json that Stable Diffusion XL Turbo has, for golden/xl
    runs.json      the runs, of lcm and of turbo
    golden.safetensors   their pictures and latents
"""

import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

import diffusers
import torch
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_img2img as img2img
from diffusers.pipelines.stable_diffusion_xl import pipeline_stable_diffusion_xl_img2img as xl_img2img

import choices
import control
import networks as nets
import parts
import pipelines
import xl
from golden import ROOT

OUT = ROOT / "distilled"
LCM = choices.PNDM | {"_class_name": "LCMScheduler", "timestep_spacing": "leading"}
LCM |= {"original_inference_steps": 50, "timestep_scaling": 10.0, "rescale_betas_zero_snr": False}
LCM |= {"clip_sample": False, "prediction_type": "epsilon"}
TURBO = xl.EULER | {"_class_name": "EulerAncestralDiscreteScheduler"}
TURBO |= {"timestep_spacing": "trailing", "prediction_type": "epsilon"}
RUNS = [  # model, scheduler, steps, strength, guidance, width, height
    ("turbo", "euler_a", 1, None, 0.0, 24, 16),
    ("turbo", "euler_a", 2, None, 0.0, 16, 16),
    ("turbo", "euler_a", 4, None, 0.0, 16, 24),
    ("turbo", "euler_a", 4, 0.5, 0.0, 24, 16),
    ("lcm", "lcm", 1, None, 8.5, 16, 16),
    ("lcm", "lcm", 4, None, 8.5, 16, 16),
    ("lcm", "lcm", 4, None, 1.0, 24, 16),
    ("lcm", "lcm", 6, 0.5, 4.0, 16, 16),
]


def run(row, found, spec, picture):
    xl_model, words = row["model"] == "turbo", row["kind"] == "txt2img"
    cls = "StableDiffusion" + ("XL" if xl_model else "") + ("" if words else "Img2Img")
    name, settings = pipelines.SCHEDULERS[row["scheduler"]]
    scheduler = getattr(diffusers, name).from_config(dict(spec), **settings)
    pipe = getattr(diffusers, cls + "Pipeline")(**found, scheduler=scheduler)
    pipe.set_progress_bar_config(disable=True)
    keys = {"prompt": row["prompt"], "guidance_scale": row["guidance"], "output_type": "latent"}
    keys |= {"num_inference_steps": row["steps"]}
    keys |= {"generator": torch.Generator("cpu").manual_seed(row["seed"])}
    if words:
        return pipe(width=row["width"], height=row["height"], **keys).images
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    with patch.object(xl_img2img if xl_model else img2img, "retrieve_latents", mean):
        return pipe(image=picture, strength=row["strength"], **keys).images


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    config = parts.unet_config(**choices.MICRO["unet"] | {"time_cond_proj_dim": 16})
    unet = parts.make_unet(config, 810)
    nets.write_json(OUT / "lcm/unet/config.json", config)
    nets.write_json(OUT / "lcm/scheduler/scheduler_config.json", LCM)
    state = unet.state_dict()
    nets.write_weights(OUT / "lcm/unet", "diffusion_pytorch_model", state, "float16", "fp16")
    nets.write_json(OUT / "turbo.json", TURBO)
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        found = {"turbo": control.xl_parts(Path(folder), made)}
        found["lcm"] = control.micro_parts() | {"unet": unet}
        pictures = {"turbo": control.image(16, 24, 46) * 2 - 1, "lcm": control.image(16, 16, 45) * 2 - 1}
        rows, tensors = [], {f"picture.{k}": v for k, v in pictures.items()}
        for model, *numbers in RUNS:
            row = pipelines.request(*numbers, 60 + len(rows)) | {"model": model}
            row |= {"name": f"{model}-{row['name']}", "negative": "blurry"}
            latents = run(row, found[model], {"turbo": TURBO, "lcm": LCM}[model], pictures[model])
            print(row["name"], latents.abs().max().item())
            tensors[row["name"] + ".latents"] = latents
            rows.append(row)
    nets.write_json(OUT / "runs.json", rows)
    nets.write_tensors(OUT / "golden.safetensors", tensors)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
