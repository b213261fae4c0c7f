"""Trains the model of the jar from nothing, in stages; a second call goes on where the first was stopped.

    python train.py --work build/train --model ../../main/resources/model

The longest stage may be shared: `torchrun --nproc-per-node 2 train.py …` once the stages before it are done.
"""
import argparse
import os
from pathlib import Path

import numpy as np
import torch
import torch.distributed as workers
from diffusers import AutoencoderKL

import captions
import dataset
import diffusion
import export
import loop
import scenes
import tokenizer
import vae

STAGES = ("vae", "latents", "decoder", "diffusion", "export")
VERSIONS = 8
"""Captions of each picture."""

FULL = dict(pictures=12000, vae_steps=3000, vae_cut_steps=2000, decoder_steps=2000, vae_batch=4, diffusion_steps=4400, batch=64)
TOY = dict(pictures=48, vae_steps=4, vae_cut_steps=2, decoder_steps=2, vae_batch=4, diffusion_steps=2, batch=4)


def train_vae(work: Path, length: dict, device: torch.device):
    """Stage 1: the autoencoder, first on squares of a quarter of the area, which are four times as fast."""
    drawn = dataset.pictures(work / "data", length["pictures"])
    modules = torch.nn.ModuleDict({"vae": vae.build()}).to(device)

    def loss(modules, generator, step):
        width = scenes.SIZE // 2 if step < length["vae_cut_steps"] else scenes.SIZE
        return vae.loss(modules["vae"], vae.batch_of(drawn, generator, length["vae_batch"], width, device), generator)

    return loop.train(modules, loss, length["vae_steps"], 6e-4, work / "vae.pt", device, decay=0.995)["vae"]


def encode(work: Path, length: dict, device: torch.device, model: AutoencoderKL):
    """Stage 2: the whitened latents of all pictures, each in two ways, and the autoencoder that makes them."""
    latents_path, vae_path = work / "latents.npy", work / "whitened.pt"
    if not vae_path.exists():
        drawn, ways = dataset.pictures(work / "data", length["pictures"]), dataset.ways_of(length["pictures"])
        parts = np.array_split(np.arange(len(ways)), max(1, len(ways) // 250))
        latents = torch.cat([vae.encode(model, dataset.turned(drawn[p % len(drawn)], ways[p]), device) for p in parts])
        np.save(latents_path, vae.whiten(model, latents).numpy())
        torch.save(model.state_dict(), vae_path)
    model.load_state_dict(torch.load(vae_path, map_location=device, weights_only=True))
    return torch.from_numpy(np.load(latents_path)), model


def train_decoder(work: Path, length: dict, device: torch.device, latents: torch.Tensor, model: AutoencoderKL):
    """Stage 3: the decoder alone, on latents as inexact as the denoiser's."""
    drawn, ways = dataset.pictures(work / "data", length["pictures"]), dataset.ways_of(length["pictures"])
    modules = torch.nn.ModuleDict({"decoder": model.decoder, "post_quant_conv": model.post_quant_conv})
    modules.to(device).requires_grad_(True)

    def loss(modules, generator, step):
        chosen = torch.randint(len(ways), (length["vae_batch"],), generator=generator)
        x = vae.to_tensor(dataset.turned(drawn[chosen % len(drawn)], ways[chosen]), device)
        noise = vae.INEXACT * torch.randn(latents[chosen].shape, generator=generator)
        return vae.error(model, (latents[chosen] + noise).to(device), x)

    average = loop.train(modules, loss, length["decoder_steps"], 4e-4, work / "decoder.pt", device, decay=0.995)
    model.decoder, model.post_quant_conv = average["decoder"], average["post_quant_conv"]
    return model


def train_diffusion(work: Path, length: dict, device: torch.device, latents: torch.Tensor):
    """Stage 4: the denoiser and the text encoder."""
    tokenizer.write(work / "tokenizer")
    words = tokenizer.load(work / "tokenizer")
    said = [captions.caption_of(scenes.scene_of(seed), 10 * seed + version)
            for seed in range(length["pictures"]) for version in range(VERSIONS)]
    ids = tokenizer.ids_of(words, said).reshape(-1, VERSIONS, tokenizer.LENGTH)
    modules = torch.nn.ModuleDict({"unet": diffusion.build_unet(), "text_encoder": diffusion.build_text_encoder(words)})
    loss = diffusion.Denoising(latents, torch.cat([ids, ids]), length["batch"] // workers_of(), device)
    return loop.train(modules.to(device), loss, length["diffusion_steps"], 8e-4, work / "diffusion.pt", device, decay=0.998)


def workers_of() -> int:
    """How many processes share the work: more than one under torchrun."""
    count = int(os.environ.get("WORLD_SIZE", 1))
    if count > 1 and not workers.is_initialized():
        workers.init_process_group("gloo")
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder of pictures and checkpoints")
    parser.add_argument("--model", type=Path, help="folder that the model is written to")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--toy", action="store_true", help="a few steps of each stage, to try the scripts")
    parser.add_argument("--until", choices=STAGES, default=STAGES[-1], help="the last stage to run")
    parser.add_argument("--without-decoder", action="store_true", help="skip stage 3, as when it runs beside stage 4")
    options = parser.parse_args()
    run(options.work, options.model, TOY if options.toy else FULL, loop.device_of(options.device), options)


def run(work: Path, model: Path, length: dict, device: torch.device, options):
    """All stages, as far as they are asked for."""
    last = STAGES.index(options.until)
    autoencoder = train_vae(work, length, device)
    if last >= 1:
        latents, autoencoder = encode(work, length, device, autoencoder)
    if last >= 2 and not options.without_decoder:
        autoencoder = train_decoder(work, length, device, latents, autoencoder)
    if last >= 3:
        networks = train_diffusion(work, length, device, latents)
    if last >= 4 and not (workers.is_initialized() and workers.get_rank()):
        export.write(model, autoencoder, networks["unet"], networks["text_encoder"], words=captions.known_words())


if __name__ == "__main__":
    main()
