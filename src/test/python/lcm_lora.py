"""Makes src/test/resources/golden/lcm-lora with diffusers: a LoRA that makes a latent consistency model of
golden/models/micro-fp16, with all kinds of layers that those which were published change.

    kohya.safetensors      named as kohya's scripts do, with alpha, as the published ones are
    diffusers.safetensors  the same changes named as diffusers saves now, without alpha
    golden/runs.json       runs with the scheduler lcm and without guidance
    golden/runs.safetensors   their picture and latents, which diffusers gives for either file
"""

import shutil

import diffusers
import torch
from safetensors.torch import save_file
from transformers.integrations import peft as text_encoders

import choices
import control
import distilled
import lora
import networks as nets
import pipelines
from golden import ROOT

OUT = ROOT / "lcm-lora"
RANK, ALPHA = 2, 1.0
LAYERS = (*lora.ATTENTION, *lora.FEED_FORWARD, "proj_in", "proj_out", "time_emb_proj")
LAYERS += ("conv1", "conv2", "conv_shortcut", "downsamplers.0.conv", "upsamplers.0.conv")
RUNS = [  # scheduler, steps, strength, guidance, width, height
    ("lcm", 1, None, 1.0, 16, 16),
    ("lcm", 4, None, 1.0, 24, 16),
    ("lcm", 8, None, 1.0, 16, 16),
    ("lcm", 6, 0.5, 1.0, 16, 16),
]


def write(unet):
    """Half of the product is the change: alpha / rank in one file, in the other the half of up."""
    g, kohya, own = nets.generator(830), {}, {}
    for name, module in unet.named_modules():
        if not name.endswith(LAYERS):
            continue
        down, up = lora.factors(module.weight, RANK, g, "float16")
        key = lora.kohya_name("unet", name)
        kohya |= {f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up}
        kohya |= {f"{key}.alpha": torch.tensor(ALPHA, dtype=torch.float16)}
        own |= {f"unet.{name}.lora_A.weight": down, f"unet.{name}.lora_B.weight": up * ALPHA / RANK}
    for name, tensors in (("kohya", kohya), ("diffusers", own)):
        OUT.mkdir(parents=True, exist_ok=True)
        save_file({k: v.contiguous() for k, v in tensors.items()}, OUT / f"{name}.safetensors")


def runs(name, picture):
    """(row, latents) of all runs with one of the files."""
    found = control.micro_parts()
    if name:
        pipe = diffusers.StableDiffusionPipeline(**found, scheduler=diffusers.LCMScheduler())
        pipe.load_lora_weights(OUT, weight_name=f"{name}.safetensors")
    for i, numbers in enumerate(RUNS):
        row = pipelines.request(*numbers, 90 + i) | {"model": "lcm-lora"}
        yield row, distilled.run(row, found, choices.MICRO["scheduler"], picture)


if __name__ == "__main__":
    # transformers asks for a version of peft that is newer than any.
    text_encoders.check_peft_version = lambda **keys: None
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    write(control.micro_parts()["unet"])
    picture = control.image(16, 16, 47) * 2 - 1
    rows, tensors = [], {"picture": picture}
    for plain, one, other in zip(*(runs(n, picture) for n in ("", "kohya", "diffusers"))):
        row, latents = one
        change, difference = (latents - plain[1]).abs().max(), (latents - other[1]).abs().max()
        print(row["name"], latents.abs().max().item(), "changed by", change.item())
        assert change > 0.1 and difference < 1e-4, difference
        rows.append(row)
        tensors[row["name"] + ".latents"] = latents
    nets.write_json(OUT / "golden/runs.json", rows)
    nets.write_tensors(OUT / "golden/runs.safetensors", tensors)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
