"""Makes the tiny models and goldens of src/test/resources/golden with diffusers.

    python golden.py                          the committed ones (default folder, fixed seeds)
    python golden.py --out DIR --seed 5 --count 30    30 random configurations, for a wider search

    models/NAME   a Stable Diffusion folder in diffusers' layout and golden/ beside its parts
    unet|vae|text_encoder/NAME   one network: config.json, weights, golden.safetensors
    exotic/NAME   a U-Net that needs exotic.json's key: right or refused with the key named
    refused.json  keys over a plain U-Net's config that must be refused by name
    noise.safetensors   "SEED.N.M" = successive draws of N and M from one generator
"""

import argparse
from pathlib import Path

import torch

import choices
import networks as nets
import parts
import pipelines

ROOT = Path(__file__).parent.parent / "resources/golden"
DRAWS = [(42, 256), (42, 5), (0, 16), (7, 20), (7, 33, 20), (42, 5, 4), (3, 7, 40, 5)]
DRAWS += [(2**32 - 1, 64)]


def write_noise(file):
    tensors = {}
    for seed, *sizes in DRAWS:
        g = torch.Generator("cpu").manual_seed(seed)
        drawn = [torch.randn(n, generator=g) for n in sizes]
        tensors[".".join(map(str, (seed, *sizes)))] = torch.cat(drawn)
    nets.write_tensors(file, tensors)


def write_model(folder, spec, seed, few):
    model = pipelines.Model(folder, spec, seed)
    model.write_stages()
    factor = 2 ** (len(spec["vae"]["block_out_channels"]) - 1)
    model.write_runs(pipelines.requests(spec["unet"]["sample_size"], factor, few))


def write_exotic(folder, config, seed):
    key = folder.name.split("-")[0]
    parts.write_unet(folder, config, seed, (8, 8))
    nets.write_json(folder / "exotic.json", {"key": key})


def write_committed(out):
    for i, (name, spec) in enumerate(choices.MODELS.items()):
        write_model(out / "models" / name, spec, 1000, name.startswith("micro"))
    for i, (name, (keys, more)) in enumerate(choices.UNETS.items()):
        parts.write_unet(out / "unet" / name, parts.unet_config(**keys), 2000 + 10 * i, **more)
    for i, (name, (keys, more)) in enumerate(choices.VAES.items()):
        parts.write_vae(out / "vae" / name, parts.vae_config(**keys), 3000 + 10 * i, **more)
    for i, (name, (keys, more)) in enumerate(choices.TEXTS.items()):
        config = parts.text_config(**keys)
        parts.write_text(out / "text_encoder" / name, config, 4000 + 10 * i, **more)
    for i, (key, config) in enumerate(choices.EXOTIC.items()):
        write_exotic(out / "exotic" / key, parts.unet_config(**config), 5000 + 10 * i)
    nets.write_json(out / "refused.json", choices.REFUSED)
    write_noise(out / "noise.safetensors")


def write_random(out, seed, count):
    for i in range(count):
        n = seed * 1000 + i
        draw = choices.Draw(n)
        name = f"random-{n}"
        keys, more = draw.unet()
        parts.write_unet(out / "unet" / name, parts.unet_config(**keys), n, **more)
        keys, more = draw.vae()
        parts.write_vae(out / "vae" / name, parts.vae_config(**keys), n, **more)
        keys, more = draw.text()
        parts.write_text(out / "text_encoder" / name, parts.text_config(**keys), n, **more)
        if i % 3 == 0:
            write_model(out / "models" / name, draw.model(), n, True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--out", type=Path, default=ROOT)
    arguments.add_argument("--seed", type=int)
    arguments.add_argument("--count", type=int, default=10)
    a = arguments.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    if a.seed is None:
        write_committed(a.out)
    else:
        write_random(a.out, a.seed, a.count)
