"""The golden of the step cache: DeepCache's helper with branch 0, in whole runs of the models golden/models/sd1, sd2 and golden/xl.

python cached.py writes golden/cached.safetensors. "MODEL.SCHEDULER.N.latents" are the final latents of each of RUNS, in which one of N evaluations is whole.
"control.latents" and "interval.latents" are those of loops of our own over the same helper: of golden/models/micro-fp16 under golden/control/edges, whose
residuals are those of the last whole evaluation; and of sd1 where evaluations are whole outside of a part of the steps. "inpaint.latents" are those of the
model of golden/inpaint, from its picture.
"""

import tempfile
from pathlib import Path
from unittest.mock import patch

import torch
from DeepCache import DeepCacheSDHelper
from diffusers import ControlNetModel, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import save_file

import choices
import control
import inpaint
import xl
from pipelines import NEGATIVE, PROMPT, TAME, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
STEPS, SEED, GUIDANCE = 10, 11, 3.0
RUNS = [("sd1", s, n) for s, n in (("ddim", 3), ("euler", 2), ("dpmpp_2m_k", 5), ("unipc", 3), ("lms", 2), ("euler_a", 4), ("dpmpp_2m_sde", 3))]
RUNS += [("sd2", s, n) for s, n in (("ddim", 3), ("dpmpp_2m", 2), ("euler_k", 4))]
RUNS += [("xl", s, n) for s, n in (("euler", 3), ("dpmpp_2m_k", 2))]
SIDES = {"sd1": 64, "sd2": 64, "xl": 16}


def noise(channels, side, change=0.0):
    first = torch.randn(1, channels, side, side, generator=torch.Generator("cpu").manual_seed(SEED))
    return first + change * torch.randn(first.shape, generator=torch.Generator("cpu").manual_seed(1))


def pipeline(model, scheduler, folder):
    if model == "xl":
        made = xl.make(folder, 900, False)
        return xl.XL(folder, made, False, 900).pipeline(StableDiffusionPipeline, scheduler)
    return opened(StableDiffusionPipeline, GOLDEN / "models" / model, scheduler)


def run(model, scheduler, every, folder, change=0.0):
    pipe = pipeline(model, scheduler, folder)
    helper = DeepCacheSDHelper(pipe=pipe)
    helper.set_params(cache_interval=every, cache_branch_id=0)
    helper.enable()
    generator = torch.Generator("cpu").manual_seed(SEED)
    factor = pipe.vae_scale_factor
    given = noise(4, SIDES[model] // factor, change)
    torch.randn(given.shape, generator=generator)
    pipe.scheduler.index_for_timestep = lambda *a, **k: 0
    return pipe(
        prompt=PROMPT, negative_prompt=NEGATIVE, num_inference_steps=STEPS, guidance_scale=GUIDANCE, width=SIDES[model], height=SIDES[model],
        generator=generator, latents=given, output_type="latent",
    ).images  # fmt: skip


def loop(found, settings, side, is_whole, net=None, image=None, change=0.0):
    """With ddim; the helper is told which evaluations are whole, in which its time stands still."""
    scheduler = DDIMScheduler.from_config(dict(settings))
    pipe = StableDiffusionPipeline(**found, scheduler=scheduler)
    helper = DeepCacheSDHelper(pipe=pipe)
    helper.set_params(cache_interval=2, cache_branch_id=0)
    helper.enable()
    helper.start_timestep = 0
    words, without = pipe.encode_prompt(PROMPT, "cpu", 1, True, NEGATIVE)
    words = torch.cat([without, words])
    scheduler.set_timesteps(STEPS)
    x, added = noise(4, side, change), {}
    for e, t in enumerate(scheduler.timesteps):
        twice = torch.cat([x, x])
        helper.cur_timestep = 0 if is_whole(e) else 1
        if net is not None and is_whole(e):
            down, middle = net(twice, t, words, torch.cat([image, image]), 0.8, return_dict=False)
            added = {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}
        u, c = helper.function_dict["unet_forward"](twice, t, words, **added).sample.chunk(2)
        x = scheduler.step(u + GUIDANCE * (c - u), t, x).prev_sample
    return x


def controlled(change):
    net = ControlNetModel.from_pretrained(control.OUT / "edges", torch_dtype=torch.float32)
    settings = choices.MICRO["scheduler"]
    return loop(control.micro_parts(), settings, 8, lambda e: e % 3 == 0, net, control.IMAGES["square"], change)


def interval(change):
    """cache=3 cachefrom=0.25 cacheto=0.85: of ten evaluations 2 to 7."""
    found = control.parts_of(GOLDEN / "models/sd1")
    settings = choices.MODELS["sd1"]["scheduler"]
    return loop(found, settings, 8, lambda e: not 2 <= e < 8 or (e - 2) % 3 == 0, change=change)


def inpainted(change):
    """Of the second half of twenty steps; the picture changes."""
    unet = UNet2DConditionModel.from_pretrained(GOLDEN / "inpaint/unet", variant="fp16", torch_dtype=torch.float32)
    pipe = inpaint.pipeline(unet, None, "ddim", inpaint.EPSILON)
    helper = DeepCacheSDHelper(pipe=pipe)
    helper.set_params(cache_interval=3, cache_branch_id=0)
    helper.enable()
    picture, _, mask = inpaint.scene(16, 16, 701)
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    with patch.object(inpaint.inpaint, "retrieve_latents", mean):
        return pipe(
            prompt=PROMPT, negative_prompt=NEGATIVE, generator=torch.Generator("cpu").manual_seed(SEED), output_type="latent",
            image=(picture + change).clamp(-1, 1), mask_image=mask, width=16, height=16, strength=0.5, num_inference_steps=2 * STEPS,
            guidance_scale=GUIDANCE,
        ).images  # fmt: skip


def kept(name, compute):
    """A run that lets a change of 1e-6 grow tells nothing at 1e-3."""
    latents = compute(0.0)
    growth = (compute(1e-6) - latents).abs().max().item()
    print(f"{name}: |latents| <= {latents.abs().max():.3g}, 1e-6 grows to {growth:.2g}")
    assert growth < TAME, name
    return latents.contiguous()


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for model, scheduler, every in RUNS:
            name = f"{model}.{scheduler}.{every}.latents"
            found[name] = kept(name, lambda change: run(model, scheduler, every, Path(folder), change))
    found["inpaint.latents"] = kept("inpaint", inpainted)
    found["control.latents"] = kept("control", controlled)
    found["interval.latents"] = kept("interval", interval)
    save_file(found, GOLDEN / "cached.safetensors")


if __name__ == "__main__":
    main()
