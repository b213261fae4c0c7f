"""Trains a diffusion model of your own on a folder of TIFF files. ImageJ opens the result: `model=FOLDER`.

    python own.py --images FOLDER --model FOLDER

The pictures are grey or in colours (RGB), of any bit depth and of any size from `--size` on; each training step takes squares of that
size at random places, turned and mirrored. Subfolders are classes, in the order of their names: the key `class` then chooses one.
Grey levels are taken relative to the least and the largest value of all files. A second call goes on where the first was stopped.

The model is a `UNet2DModel` on pixels with a `DDPMScheduler`, in diffusers' layout (`DDPMPipeline`), and is taught to predict the
velocity (Salimans and Ho 2022, arXiv:2202.00512, appendix D), so that 20 steps are enough.
"""
import argparse
from pathlib import Path

import numpy as np
import tifffile
import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from diffusers.models.attention_processor import Attention, AttnProcessor

import loop

ENDINGS = (".tif", ".tiff")
TOY = dict(steps=2, batch=2, widths=(16, 32))


def read(folder: Path) -> tuple[list[np.ndarray], list[int], list[str]]:
    """Pictures [channels, height, width] in −1…1, the class of each, and the classes' names (none without subfolders)."""
    names = sorted(p.name for p in folder.iterdir() if p.is_dir())
    places = [folder / name for name in names] or [folder]
    files = [(p, k) for k, place in enumerate(places) for p in sorted(place.iterdir()) if p.suffix.lower() in ENDINGS]
    if not files:
        raise SystemExit(f"No file in {folder} ends in .tif or .tiff.")
    pictures = [_channels_first(tifffile.imread(path), path).astype(np.float32) for path, _ in files]
    if len({len(p) for p in pictures}) > 1:
        raise SystemExit(f"All files must have equally many channels; found {sorted({len(p) for p in pictures})}.")
    least, most = min(p.min() for p in pictures), max(p.max() for p in pictures)
    if not most > least:
        raise SystemExit("All values are equal, or some are not numbers.")
    return [(p - least) / (most - least) * 2 - 1 for p in pictures], [k for _, k in files], names


def _channels_first(values, path):
    if values.ndim == 2:
        return values[None]
    if values.ndim == 3 and values.shape[2] in (3, 4):
        return values[..., :3].transpose(2, 0, 1)
    raise SystemExit(f"{path} must be one grey or RGB picture, but is an array of {' × '.join(map(str, values.shape))}.")


def crops(pictures: list, chosen: list[int], size: int, random: np.random.Generator) -> torch.Tensor:
    """A square of each chosen picture, turned by right angles and mirrored: [batch, channels, size, size]."""
    found = []
    for picture in (pictures[i] for i in chosen):
        y, x = (int(random.integers(length - size + 1)) for length in picture.shape[1:])
        cut = np.rot90(picture[:, y:y + size, x:x + size], int(random.integers(4)), (1, 2))
        found.append(cut[:, :, ::-1] if random.random() < 0.5 else cut)
    return torch.from_numpy(np.stack(found))


def build(channels: int, size: int, widths: tuple[int, ...], classes: int) -> UNet2DModel:
    """A U-Net with attention in its lowest level; the same random weights at every call."""
    torch.manual_seed(31)
    upper = len(widths) - 1
    unet = UNet2DModel(
        sample_size=size, in_channels=channels, out_channels=channels, block_out_channels=widths, layers_per_block=1,
        down_block_types=("DownBlock2D",) * upper + ("AttnDownBlock2D",), up_block_types=("AttnUpBlock2D",) + ("UpBlock2D",) * upper,
        attention_head_dim=16, norm_num_groups=8, num_class_embeds=classes or None)
    for module in unet.modules():
        if isinstance(module, Attention):
            module.set_processor(AttnProcessor())  # the fused attention's gradient is slow on a CPU
    return unet


def train(images: Path, model: Path, size: int, steps: int, batch: int, widths: tuple[int, ...], device: torch.device) -> None:
    """Trains and writes the model in half precision; keeps `training.pt` beside it to go on from."""
    pictures, labels, names = read(images)
    if min(min(p.shape[1:]) for p in pictures) < size:
        raise SystemExit(f"A picture is smaller than {size} × {size}; give a smaller --size.")
    scheduler = DDPMScheduler(prediction_type="v_prediction", clip_sample=True)

    def loss(modules, generator, step):
        chosen = torch.randint(len(pictures), (batch,), generator=generator).tolist()
        x = crops(pictures, chosen, size, np.random.default_rng(step)).to(device)
        noise = torch.randn(x.shape, generator=generator).to(device)
        t = torch.randint(scheduler.config.num_train_timesteps, (batch,), generator=generator).to(device)
        kinds = torch.tensor([labels[i] for i in chosen], device=device) if names else None
        predicted = modules["unet"](scheduler.add_noise(x, noise, t), t, class_labels=kinds).sample
        return (predicted.float() - scheduler.get_velocity(x, noise, t)).square().mean()

    model.parent.mkdir(parents=True, exist_ok=True)
    modules = torch.nn.ModuleDict({"unet": build(len(pictures[0]), size, widths, len(names))}).to(device)
    trained = loop.train(modules, loss, steps, 6e-4, model.parent / f"{model.name}.training.pt", device)["unet"]
    DDPMPipeline(trained.half(), scheduler).save_pretrained(model)
    for number, name in enumerate(names):
        print(f"class {number}: {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True, help="folder of TIFF files, or of one folder a class")
    parser.add_argument("--model", type=Path, required=True, help="folder that the model is written to")
    parser.add_argument("--size", type=int, default=64, help="side of the model's pictures; a multiple of 2 to the number of widths less 1")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--widths", type=int, nargs="+", default=(32, 64, 96), help="channels of each level, multiples of 16")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--toy", action="store_true", help="a few steps, to try the script")
    options = parser.parse_args()
    length = dict(steps=options.steps, batch=options.batch, widths=tuple(options.widths)) | (TOY if options.toy else {})
    train(options.images, options.model, options.size, device=loop.device_of(options.device), **length)


if __name__ == "__main__":
    main()
