"""Makes src/test/resources/golden/control-sd2 with diffusers: a ControlNet for golden/models/sd2 (v-prediction,
heads by level, linear projections, upcast attention), and runs under its control.

    config.json, diffusion_pytorch_model.safetensors   the ControlNet as diffusers writes it
    runs.json, golden.safetensors   the runs, the images they see (enlarged four times), and their latents
"""

import shutil

import torch

import choices
import control
import networks as nets
import parts
import pipelines
from golden import ROOT

OUT, MODEL = ROOT / "control-sd2", ROOT / "models/sd2"
RUNS = [  # scheduler, steps, strength, guidance, width, height, weight, start, end
    ("ddim", 4, None, 5.0, 64, 64, 0.8, 0.0, 1.0),
    ("dpmpp_2m_k", 5, None, 3.0, 64, 64, 1.0, 0.0, 0.6),
    ("euler", 6, 0.5, 5.0, 64, 64, 0.6, 0.3, 1.0),
]


def net():
    """Stored in float16."""
    config = parts.unet_config(**choices.SD2["unet"])
    keys = {k: v for k, v in config.items() if k not in (*control.NOT_ITS, "dual_cross_attention")}
    keys |= {"_class_name": "ControlNetModel", "conditioning_embedding_out_channels": [4, 4, 6, 8]}
    return keys, parts.make(control.ControlNetModel, keys, 630, "float16")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    config, module = net()
    nets.write_json(OUT / "config.json", config)
    nets.write_weights(OUT, "diffusion_pytorch_model", module.state_dict())
    tensors = {"image": control.image(16, 16, 51), "picture": control.image(16, 16, 52) * 2 - 1}
    image, picture = (t.repeat_interleave(4, 2).repeat_interleave(4, 3) for t in tensors.values())
    found, rows = control.parts_of(MODEL), []
    for *numbers, weight, start, end in RUNS:
        row = pipelines.request(*numbers, 60 + len(rows)) | {"model": "sd2"}
        row |= {"weight": weight, "start": start, "end": end}
        latents = control.run(
            row, found, choices.SD2["scheduler"], [(module, weight, start, end, image)], picture
        )
        plain = control.run(
            row, found, choices.SD2["scheduler"], [(module, 0.0, start, end, image)], picture
        )
        change = (latents - plain).abs().max().item()
        print(row["name"], f"|latents| <= {latents.abs().max():.3g}, control changes {change:.3g}")
        tensors[row["name"] + ".latents"] = latents
        rows.append(row)
    nets.write_json(OUT / "runs.json", rows)
    nets.write_tensors(OUT / "golden.safetensors", tensors)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
