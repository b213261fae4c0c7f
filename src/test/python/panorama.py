"""The golden of runs in views: diffusers' panorama pipeline on the model golden/models/sd1.

python panorama.py writes golden/panorama.safetensors: NAME.latents, the final latents of each of
RUNS. "even" are the pipeline's own views of 8 × 8 latent pixels with a stride of 4, which cover a
picture of 12 × 16; "uneven" are ours of 11 × 13, which it would leave uncovered at right and below.
"""

import functools
from pathlib import Path

import torch
from diffusers import StableDiffusionPanoramaPipeline
from safetensors.torch import save_file

from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
STEPS, WINDOW, STRIDE = 4, 8, 4
SIZES = {"even": (12, 16), "uneven": (11, 13)}
RUNS = [(s, "even") for s in ("ddim", "euler", "heun", "dpmpp_2m_k", "unipc")] + [("ddim", "uneven")]


def starts(length):
    last = max(0, length - WINDOW)
    return [min(i * STRIDE, last) for i in range(-(-last // STRIDE) + 1)]


def ours(height, width, circular_padding=False):
    """min(i · stride, length − window), as many as cover the length."""
    columns = starts(width // 8)
    return [(y, y + WINDOW, x, x + WINDOW) for y in starts(height // 8) for x in columns]


def run(scheduler, kind):
    pipe = opened(StableDiffusionPanoramaPipeline, GOLDEN / "models" / "sd1", scheduler)
    even = functools.partial(pipe.get_views, window_size=WINDOW, stride=STRIDE)
    pipe.get_views = even if kind == "even" else ours
    height, width = SIZES[kind]
    return pipe(
        prompt=PROMPT,
        negative_prompt=NEGATIVE,
        height=8 * height,
        width=8 * width,
        num_inference_steps=STEPS,
        guidance_scale=3.0,
        generator=torch.Generator("cpu").manual_seed(11),
        output_type="latent",
    ).images


def main():
    latents = {f"{s}.{kind}.latents": run(s, kind).contiguous() for s, kind in RUNS}
    save_file(latents, GOLDEN / "panorama.safetensors")


if __name__ == "__main__":
    main()
