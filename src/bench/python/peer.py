"""diffusers on the benchmark's model: one process, one line like that of Ours.java.

    python peer.py FOLDER PRECISION SIZE STEPS DEVICE
"""

import json
import resource
import sys
import time

BEGIN = time.time()

import torch
from diffusers import DiffusionPipeline, DPMSolverMultistepScheduler

folder, precision, size, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
on_gpu = sys.argv[5] == "gpu"
dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[precision]
pipe = DiffusionPipeline.from_pretrained(folder, torch_dtype=dtype)
pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, use_karras_sigmas=True)
pipe.set_progress_bar_config(disable=True)
if on_gpu:
    pipe = pipe.to("cuda")
    for network in (pipe.unet, getattr(pipe, "vae", None)):
        if network:
            network.to(memory_format=torch.channels_last)
start = time.time() - BEGIN
times = []


def tick(pipe, i, t, kwargs):
    if on_gpu:
        torch.cuda.synchronize()
    times.append(time.time())
    return kwargs


def latents_of_words():
    return pipe(
        "a photo of many bright green nuclei",
        negative_prompt="blurry",
        width=size,
        height=size,
        num_inference_steps=count,
        guidance_scale=7.5,
        generator=torch.Generator("cpu").manual_seed(1),
        output_type="latent",
        callback_on_step_end=tick,
    ).images


@torch.no_grad()
def pixels():
    """The loop of DDPMPipeline, which has one size."""
    pipe.scheduler.set_timesteps(count)
    x = torch.randn(1, pipe.unet.config.in_channels, size, size, generator=torch.Generator().manual_seed(1)).to(pipe.device, dtype)
    for t in pipe.scheduler.timesteps:
        x = pipe.scheduler.step(pipe.unet(x, t).sample, t, x).prev_sample
        tick(pipe, 0, t, None)
    return x


has_words = hasattr(pipe, "text_encoder")
begun, busy = time.time(), time.process_time()
latents = latents_of_words() if has_words else pixels()
steps = [b - a for a, b in zip([begun, *times], times)]
processor = (time.process_time() - busy) / count
before = time.time()
if has_words:
    with torch.no_grad():
        pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample.float().cpu().numpy()
decode = time.time() - before if has_words else 0
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
if on_gpu:
    free, total = torch.cuda.mem_get_info()
    peak = (total - free) / 2**30
print("measured", json.dumps(dict(name="diffusers " + precision, start=start, steps=steps, processor=processor, decode=decode, peak=peak)))
