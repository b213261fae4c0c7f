"""diffusers on the benchmark's model: one process, one line like that of Ours.java.

    python peer.py FOLDER PRECISION SIZE STEPS DEVICE
"""

import json
import resource
import sys
import time

BEGIN = time.time()

import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline

folder, precision, size, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
on_gpu = sys.argv[5] == "gpu"
dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[precision]
pipe = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=dtype, safety_checker=None)
pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, use_karras_sigmas=True)
pipe.set_progress_bar_config(disable=True)
if on_gpu:
    pipe = pipe.to("cuda")
    pipe.unet.to(memory_format=torch.channels_last)
    pipe.vae.to(memory_format=torch.channels_last)
start = time.time() - BEGIN
times = []


def tick(pipe, i, t, kwargs):
    if on_gpu:
        torch.cuda.synchronize()
    times.append(time.time())
    return kwargs


begun, busy = time.time(), time.process_time()
latents = pipe(
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
steps = [b - a for a, b in zip([begun, *times], times)]
processor = (time.process_time() - busy) / count
before = time.time()
with torch.no_grad():
    pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample.float().cpu().numpy()
decode = time.time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
if on_gpu:
    free, total = torch.cuda.mem_get_info()
    peak = (total - free) / 2**30
print("measured", json.dumps(dict(name="diffusers " + precision, start=start, steps=steps, processor=processor, decode=decode, peak=peak)))
