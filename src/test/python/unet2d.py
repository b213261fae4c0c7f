"""Makes src/test/resources/golden/unet2d with diffusers: U-Nets without prompts.

    NAME/config.json, diffusion_pytorch_model.safetensors
    NAME/golden.safetensors    sample; out.T.L = the output at timestep T for class L
"""

import shutil

import torch
from diffusers import UNet2DModel

import networks as nets
import parts
from golden import ROOT

OUT = ROOT / "unet2d"
DOWN, ATTN_DOWN, UP, ATTN_UP = "DownBlock2D", "AttnDownBlock2D", "UpBlock2D", "AttnUpBlock2D"
SMALL = {"block_out_channels": [4, 8], "norm_num_groups": 2, "layers_per_block": 1}
SMALL |= {"down_block_types": [DOWN, ATTN_DOWN], "up_block_types": [ATTN_UP, UP]}
CASES = {
    # as diffusers' example scripts write them, on a small scale
    "ddpm": {
        "in_channels": 3,
        "out_channels": 3,
        "sample_size": 16,
        "layers_per_block": 2,
        "block_out_channels": [4, 4, 8],
        "norm_num_groups": 2,
        "down_block_types": [DOWN, ATTN_DOWN, DOWN],
        "up_block_types": [UP, ATTN_UP, UP],
        "attention_head_dim": 2,
    },
    # as google/ddpm-cifar10-32 of 2020: padding 0, one head, a shifted frequency, an old eps
    "google": SMALL
    | {
        "in_channels": 3,
        "out_channels": 3,
        "downsample_padding": 0,
        "attention_head_dim": None,
        "freq_shift": 1,
        "flip_sin_to_cos": False,
        "norm_eps": 1e-6,
        "center_input_sample": False,
    },
    "grey": SMALL | {"in_channels": 1, "out_channels": 1, "attention_head_dim": 4},
    "two": SMALL | {"in_channels": 2, "out_channels": 2, "center_input_sample": True},
    "classes": SMALL | {"in_channels": 1, "out_channels": 1, "num_class_embeds": 5},
    "numbered": SMALL
    | {"in_channels": 1, "out_channels": 1, "class_embed_type": "timestep", "num_class_embeds": 4},
    "scale_shift": SMALL
    | {
        "in_channels": 3,
        "out_channels": 3,
        "resnet_time_scale_shift": "scale_shift",
        "mid_block_scale_factor": 1.4142,
    },
    "norm": SMALL
    | {
        "in_channels": 3,
        "out_channels": 3,
        "resnet_time_scale_shift": "scale_shift",
        "attn_norm_num_groups": 4,
    },
    "fourier": SMALL | {"in_channels": 3, "out_channels": 3, "time_embedding_type": "fourier"},
    "plain": SMALL | {"in_channels": 3, "out_channels": 3, "add_attention": False},
    "none": SMALL | {"in_channels": 3, "out_channels": 3, "mid_block_type": None},
    "seeing": SMALL | {"in_channels": 4, "out_channels": 1},
}
REFUSED = {
    "down_block_types": ["ResnetDownsampleBlock2D", ATTN_DOWN],
    "up_block_types": ["AttnSkipUpBlock2D", UP],
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "act_fn": "gelu",
    "downsample_type": "resnet",
    "upsample_type": "resnet",
    "resnet_time_scale_shift": "spatial",
    "time_embedding_type": "learned",
    "class_embed_type": "identity",
    "downsample_padding": 2,
    "out_channels": 6,
}
TIMESTEPS = (981, 12.5, 1)
SIZES = {"grey": (12, 20), "ddpm": (16, 16)}


def config(keys):
    return {"_class_name": "UNet2DModel", "_diffusers_version": "0.42.1", **keys}


def write(name, keys, seed):
    folder = OUT / name
    unet = parts.make(UNet2DModel, config(keys), seed, "float16")
    nets.write_json(folder / "config.json", config(keys))
    naming = "old" if name == "google" else "new"
    tensors = nets.vae_tensors(unet, naming)
    nets.write_weights(folder, "diffusion_pytorch_model", tensors)
    size = SIZES.get(name, (8, 8))
    sample = torch.randn(2, keys["in_channels"], *size, generator=nets.generator(seed + 1))
    golden = {"sample": sample}
    for t in TIMESTEPS:
        for label in (0, 3) if "num_class_embeds" in keys else (0,):
            labels = torch.tensor([label, label]) if "num_class_embeds" in keys else None
            time = torch.tensor(t)  # a plain number would be truncated
            golden[f"out.{t}.{label}"] = unet(sample, time, class_labels=labels).sample
    nets.write_tensors(folder / "golden.safetensors", golden)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    for i, (name, keys) in enumerate(CASES.items()):
        write(name, keys, 600 + 10 * i)
    nets.write_json(OUT / "refused.json", REFUSED)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
