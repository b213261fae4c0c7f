"""The golden of runs in views: diffusers' panorama pipeline on the model golden/models/sd1.

python panorama.py writes golden/panorama.safetensors: NAME.latents, the final latents of each of
RUNS. "even" are the pipeline's own views of 8 × 8 latent pixels with a stride of 4, which cover a
picture of 12 × 16; "uneven" are ours of 11 × 13, which it would leave uncovered at right and below.
"faded" are the same, with a mean by weights that fall towards the borders of each view.
"""

import functools
import inspect
import math
import sys
import textwrap
from pathlib import Path

import torch
from diffusers import StableDiffusionPanoramaPipeline
from safetensors.torch import save_file

from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
STEPS, WINDOW, STRIDE = 4, 8, 4
SIZES = {"even": (12, 16), "uneven": (11, 13), "faded": (11, 13)}
RUNS = [(s, "even") for s in ("ddim", "euler", "heun", "dpmpp_2m_k", "unipc")] + [("ddim", "uneven")]
RUNS += [("ddim", "faded"), ("dpmpp_2m_k", "faded")]


def starts(length):
    last = max(0, length - WINDOW)
    return [min(i * STRIDE, last) for i in range(-(-last // STRIDE) + 1)]


def ours(height, width, circular_padding=False):
    """min(i · stride, length − window), as many as cover the length."""
    columns = starts(width // 8)
    return [(y, y + WINDOW, x, x + WINDOW) for y in starts(height // 8) for x in columns]


def ramp(start, end, length):
    """A sin² over the overlap, but 1 at the ends of the latents."""
    i, overlap, rise = torch.arange(end - start) + 0.5, WINDOW - STRIDE, torch.ones(end - start)
    if start > 0:
        rise = torch.minimum(rise, i / overlap)
    if end < length:
        rise = torch.minimum(rise, (end - start - i) / overlap)
    return (math.pi / 2 * rise).sin() ** 2


def weight(latents, top, bottom, left, right):
    height, width = latents.shape[2:]
    return ramp(top, bottom, height)[:, None] * ramp(left, right, width)


def weighted(pipeline):
    """The pipeline with weights in its mean: two lines of its own source are changed."""
    source = textwrap.dedent(inspect.getsource(pipeline.__call__))
    view = "h_start:h_end, w_start:w_end] += "
    factor = "weight(latents, h_start, h_end, w_start, w_end)"
    for line in (f"{view}latents_view_denoised\n", f"{view}1\n"):
        assert source.count(line) == 1
        source = source.replace(line, line.replace("+= ", f"+= {factor} * "))
    names = {**vars(sys.modules[pipeline.__module__]), "weight": weight}
    exec(source, names)
    return type("Weighted", (pipeline,), {"__call__": names["__call__"]})


def run(scheduler, kind):
    pipeline = StableDiffusionPanoramaPipeline
    pipeline = weighted(pipeline) if kind == "faded" else pipeline
    pipe = opened(pipeline, GOLDEN / "models" / "sd1", scheduler)
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
