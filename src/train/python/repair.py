"""Trains the model that repairs: an inpainting U-Net of 9 channels and its autoencoder, from nothing, on drawn micrographs.

    python repair.py --work build/repair --model ../../main/resources/repair

A second call goes on where the first was stopped. `--start FOLDER` trains the U-Net of a written model further, on the pictures from seed `--first`,
for `--steps` steps; its autoencoder stays. The U-Net's input is diffusers' for inpainting: the noisy latents, the mask (1 where a
picture is to be repaired), the latents of the picture with 0 (middle grey) where it is masked. The prompt is always empty.
"""
import argparse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor

import dataset
import diffusion
import export
import loop
import masks
import micrographs
import tokenizer
import vae

STAGES = ("vae", "latents", "unet", "export")
FACTOR = 4
"""Pixels of a picture along the side of one latent pixel."""
VAE = dict(
    in_channels=3, out_channels=3, latent_channels=4, sample_size=128, act_fn="silu",
    down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
    block_out_channels=(24, 48, 64), layers_per_block=1, norm_num_groups=4, scaling_factor=1.0,
)
UNET = dict(
    sample_size=32, in_channels=9, out_channels=4, block_out_channels=(32, 64, 112, 112), layers_per_block=1,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    cross_attention_dim=32, attention_head_dim=4, norm_num_groups=16,
)
TEXT = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, projection_dim=32)
OUTSIDE = 0.1
"""How much an error outside of the mask counts; inside it counts 1."""

FULL = dict(pictures=12000, versions=1, vae_steps=2100, vae_cut_steps=1800, vae_batch=8, unet_steps=2250, batch=32)
TOY = dict(pictures=40, versions=2, vae_steps=4, vae_cut_steps=2, vae_batch=4, unet_steps=2, batch=4)


def pictures(folder: Path, count: int, first: int = 0) -> np.ndarray:
    """The drawn pictures of the seeds first … first + count - 1, drawn at the first call: uint8 [count, 128, 128, 3]."""
    path = folder / f"micrographs_{first}_{count}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor() as pool:
            drawn = np.stack(list(pool.map(micrographs.draw, range(first, first + count), chunksize=32)))
        np.save(path, drawn)
    return np.load(path, mmap_mode="r")


def error(model: AutoencoderKL, latents: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Error of the decoded latents in units of each picture's contrast, so that faint pictures count as much as strong ones;
    a quarter of it is that of the differences of neighbours, which carry edges and texture."""
    difference = model.decode(latents).sample.float() - x
    contrast = x.var((1, 2, 3), keepdim=True) + 0.01
    edges = (difference.diff(dim=2).square().mean((1, 2, 3), keepdim=True)
             + difference.diff(dim=3).square().mean((1, 2, 3), keepdim=True))
    squared = difference.square().mean((1, 2, 3), keepdim=True)
    return ((0.75 * squared + 0.25 * edges) / contrast).mean() + difference.square().mean()


def autoencoder_loss(model: AutoencoderKL, x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Error of the reconstruction, and the posterior's distance from a normal distribution."""
    posterior = model.encode(x).latent_dist
    mean, logvar = posterior.mean.float(), posterior.logvar.float()
    noise = torch.randn(mean.shape, generator=generator).to(x.device)
    kl = 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar).mean()
    return error(model, mean + (0.5 * logvar).exp() * noise, x) + vae.KL_WEIGHT * kl


def train_vae(work: Path, length: dict, device: torch.device) -> AutoencoderKL:
    """Stage 1: the autoencoder, first on squares of a quarter of the area."""
    drawn = pictures(work / "data", length["pictures"])
    modules = torch.nn.ModuleDict({"vae": vae.build(VAE)}).to(device)

    def loss(modules, generator, step):
        width = micrographs.SIZE // 2 if step < length["vae_cut_steps"] else micrographs.SIZE
        return autoencoder_loss(modules["vae"], vae.batch_of(drawn, generator, length["vae_batch"], width, device), generator)

    return loop.train(modules, loss, length["vae_steps"], 1e-3, work / "vae.pt", device, decay=0.995)["vae"]


def encode(work: Path, length: dict, device: torch.device, model: AutoencoderKL, is_white: bool = False, first: int = 0):
    """Stage 2: whitened latents of the pictures, of the masked pictures, and the masks: each picture some times, turned and masked anew."""
    paths = {name: work / f"{name}.npy" for name in ("latents", "masked", "masks")}
    whitened = work / "whitened.pt"
    if not whitened.exists():
        drawn = pictures(work / "data", length["pictures"], first)
        if not is_white:
            _whiten(model, drawn, device)
        found = [_examples(model, drawn[i:i + 200], first + i, length["versions"], device) for i in range(0, len(drawn), 200)]
        for path, parts in zip(paths.values(), zip(*found)):
            np.save(path, np.concatenate(parts))
        torch.save(model.state_dict(), whitened)
    model.load_state_dict(torch.load(whitened, map_location=device, weights_only=True))
    return {name: torch.from_numpy(np.load(path)) for name, path in paths.items()}, model


def _whiten(model, drawn, device):
    """Makes the latents' channels uncorrelated and of variance 1, as seen on some of the pictures."""
    vae.whiten(model, vae.encode(model, drawn[:min(len(drawn), 2000)], device))


@torch.no_grad()
def _examples(model, drawn, first, versions, device):
    """float16 latents of both kinds [examples, 4, 32, 32] and boolean masks [examples, 1, 32, 32]."""
    random = np.random.default_rng([first, 12])
    drawn = np.concatenate([dataset.turned(drawn, random.integers(0, 8, len(drawn))) for _ in range(versions)])
    mask = np.stack([masks.draw(random) for _ in drawn])
    x = vae.to_tensor(drawn)
    holes = torch.from_numpy(mask)[:, None]
    with loop.precision(device):
        encoded = [torch.cat([model.encode(part.to(device)).latent_dist.mean.float().cpu() for part in whole.split(32)])
                   for whole in (x, x * ~holes)]
    return *(e.half().numpy() for e in encoded), mask[:, None, ::FACTOR, ::FACTOR]


class Repairing:
    """The loss of one step: how well the velocity of noisy latents is predicted where the picture is masked, and a little elsewhere."""

    def __init__(self, examples: dict, words: torch.Tensor, batch: int, device: torch.device):
        """`words` [1, tokens, 32]: the empty prompt, encoded."""
        self.examples, self.words, self.batch, self.device = examples, words.to(device), batch, device
        self.scheduler = diffusion.build_scheduler()

    def __call__(self, modules: torch.nn.ModuleDict, generator: torch.Generator, step: int) -> torch.Tensor:
        chosen = torch.randint(len(self.examples["latents"]), (self.batch,), generator=generator)
        clean, masked, mask = (self.examples[n][chosen].to(self.device).float() for n in ("latents", "masked", "masks"))
        noise = torch.randn(clean.shape, generator=generator).to(self.device)
        timesteps = self._timesteps(generator).to(self.device)
        noisy = self.scheduler.add_noise(clean, noise, timesteps)
        velocity = self.scheduler.get_velocity(clean, noise, timesteps)
        seen = torch.cat([noisy, mask, masked], 1)
        predicted = modules["unet"](seen, timesteps, self.words.expand(len(seen), -1, -1)).sample.float()
        near = F.max_pool2d(mask, 3, 1, 1)
        weight = OUTSIDE + (1 - OUTSIDE) * near
        squared = (weight * (predicted - velocity).square()).sum((1, 2, 3)) / (4 * weight.sum((1, 2, 3)))
        return squared.mean()

    def _timesteps(self, generator):
        """The later of two: what continues a structure is decided where there is much noise."""
        last = self.scheduler.config.num_train_timesteps
        return torch.randint(last, (2, self.batch), generator=generator).amax(0)


def build_unet(start: Path | None = None) -> UNet2DConditionModel:
    """Random weights, the same at every call; or those of a written model."""
    torch.manual_seed(22)
    unet = _load(UNet2DConditionModel, start / "unet") if start else UNet2DConditionModel(**UNET)
    unet.set_attn_processor(AttnProcessor())  # the fused attention's gradient is slow on a CPU
    return unet


def _load(kind, folder: Path):
    return kind.from_pretrained(folder, variant="fp16", torch_dtype=torch.float32)


def train_unet(work: Path, length: dict, device: torch.device, examples: dict, start: Path | None = None, first: int = 0):
    """Stage 3: the U-Net; the text encoder keeps its random weights, as the empty prompt is all that it is asked."""
    tokenizer.write(work / "tokenizer")
    words = tokenizer.load(work / "tokenizer")
    text_encoder = diffusion.build_text_encoder(words, TEXT)
    with torch.no_grad():
        states = text_encoder(tokenizer.ids_of(words, [""])).last_hidden_state
    modules = torch.nn.ModuleDict({"unet": build_unet(start)}).to(device)
    loss = Repairing(examples, states, length["batch"], device)
    return loop.train(modules, loss, length["unet_steps"], 8e-4, work / "unet.pt", device, decay=0.999, seed=first)["unet"], text_encoder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder of pictures and checkpoints")
    parser.add_argument("--model", type=Path, help="folder that the model is written to")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--toy", action="store_true", help="a few steps of each stage, to try the scripts")
    parser.add_argument("--until", choices=STAGES, default=STAGES[-1], help="the last stage to run")
    parser.add_argument("--start", type=Path, help="folder of a written model whose autoencoder is kept and whose U-Net is trained further")
    parser.add_argument("--first", type=int, default=0, help="seed of the first drawn picture")
    parser.add_argument("--steps", type=int, help="steps of the U-Net")
    parser.add_argument("--versions", type=int, help="how often each picture is used, turned and masked anew")
    options = parser.parse_args()
    length, device = dict(TOY if options.toy else FULL), loop.device_of(options.device)
    length |= {name: value for name, value in (("unet_steps", options.steps), ("versions", options.versions)) if value}
    run(options.work, options.model, length, device, STAGES.index(options.until), options.start, options.first)


def run(work: Path, model: Path, length: dict, device: torch.device, last: int, start: Path | None = None, first: int = 0):
    """All stages up to number `last`, on the pictures of the seeds from `first`."""
    autoencoder = _load(AutoencoderKL, start / "vae").to(device) if start else train_vae(work, length, device)
    if last >= 1:
        examples, autoencoder = encode(work, length, device, autoencoder, start is not None, first)
    if last >= 2:
        unet, text_encoder = train_unet(work, length, device, examples, start, first)
    if last >= 3:
        export.write(model, autoencoder, unet, text_encoder, "StableDiffusionInpaintPipeline")


if __name__ == "__main__":
    main()
