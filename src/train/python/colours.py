"""The linear map from the latents of the built-in model to colours, for previews while a run goes on.

python colours.py prints rows red, green, blue (of −1…1) for channels 1…4 and for 1, by least squares over the means
of 8 × 8 pixels of drawn scenes, and how much of the variance of scenes not fitted to it explains. They stand in
src/main/java/sc/fiji/latentdiffusion/models/vae/VaeLatents.java.
"""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from dataset import picture_of

MODEL = Path(__file__).parents[2] / "main" / "resources" / "model"


def samples(vae, seeds):
    """Rows of four latents and 1, and the colours that belong to them."""
    latents, colours = [], []
    for seed in seeds:
        picture = torch.tensor(picture_of(seed)).permute(2, 0, 1)[None].float() / 127.5 - 1
        with torch.no_grad():
            mean = vae.encode(picture).latent_dist.mode() * vae.config.scaling_factor
        latents.append(mean[0].flatten(1).T.numpy())
        colours.append(torch.nn.functional.avg_pool2d(picture, 8)[0].flatten(1).T.numpy())
    latents, colours = np.concatenate(latents), np.concatenate(colours)
    return np.hstack([latents, np.ones((len(latents), 1))]), colours


def main():
    vae = AutoencoderKL.from_pretrained(MODEL / "vae", variant="fp16", torch_dtype=torch.float32)
    x, y = samples(vae, range(400))
    rows = np.linalg.lstsq(x, y, rcond=None)[0]
    x, y = samples(vae, range(10_000, 10_100))
    explained = 1 - ((x @ rows - y) ** 2).sum() / ((y - y.mean(0)) ** 2).sum()
    print(np.array2string(rows, precision=4, suppress_small=True, separator=", "))
    print(f"explains {explained:.3f} of the variance")


if __name__ == "__main__":
    main()
