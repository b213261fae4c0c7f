"""Goldens of whole runs with flow matching: diffusers' schedulers around the networks of golden/unet2d_models and golden/models/sd1.

python flow.py writes golden/flow.json, the runs with their scheduler_config.json, and golden/flow.safetensors: NAME, the final latents, and for sd1 "latents",
those of its VAE golden's picture, and "mask"; "coherent.SCHEDULER", three slices that agree as in coherence.py; "controlled", a run of golden/models/micro-fp16
under golden/control/edges. No pipeline of diffusers joins such networks with these schedulers, so its loop stands here; kinds are

    text      from noise
    picture   from the last steps, as FlowMatchEulerDiscreteScheduler.scale_noise begins
    masked    the same, and what may not change is put back at the level of each step, as StableDiffusion3InpaintPipeline does
    invert    Euler's step backwards, from the picture to noise
"""

import json

import diffusers
import torch
from diffusers import ClassifierFreeZeroStarGuidance, ControlNetModel, StableDiffusionPipeline, UNet2DModel
from diffusers.pipelines.flux.pipeline_flux import calculate_shift
from safetensors.torch import load_file, save_file

import coherence
import masked
from golden import ROOT
from pipelines import NEGATIVE, PROMPT, opened

EULER, HEUN = "FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler"
STATIC, DYNAMIC = {"shift": 3.0}, {"use_dynamic_shifting": True, "base_image_seq_len": 16, "max_image_seq_len": 1024}
OWN = DYNAMIC | {"time_shift_type": "linear", "use_beta_sigmas": True}
SEED = 11


def rows():
    """name, model, kind, scheduler, class, its config, steps, strength, guidance, [width, height] of the latents."""
    yield "grey", "grey", "text", "euler", EULER, STATIC, 8, 1.0, 1.0, [16, 16]
    yield "grey-heun", "grey", "text", "heun", HEUN, STATIC, 5, 1.0, 1.0, [16, 16]
    yield "grey-odd", "grey", "text", "euler", EULER, DYNAMIC, 6, 1.0, 1.0, [24, 8]
    yield "rgb", "rgb", "text", "euler", EULER, DYNAMIC, 8, 1.0, 1.0, [16, 16]
    yield "rgb-jumps", "rgb", "text", "ddim", EULER, STATIC | {"stochastic_sampling": True}, 4, 1.0, 1.0, [16, 16]
    yield "latent", "latent", "text", "euler", EULER, STATIC | {"shift_terminal": 0.05}, 8, 1.0, 1.0, [16, 16]
    yield "sd1", "sd1", "text", "euler", EULER, STATIC, 8, 1.0, 3.0, [8, 8]
    yield "sd1-large", "sd1", "text", "euler", EULER, DYNAMIC, 6, 1.0, 3.0, [12, 8]
    yield "sd1-heun", "sd1", "text", "heun", HEUN, STATIC, 5, 1.0, 3.0, [8, 8]
    yield "sd1-zero", "sd1", "text", "euler", EULER, STATIC, 6, 1.0, 3.0, [8, 8]
    yield "sd1-own", "sd1", "picture", "euler", EULER, OWN, 8, 0.6, 3.0, [8, 8]
    yield "sd1-picture", "sd1", "picture", "heun", HEUN, STATIC, 6, 0.5, 3.0, [8, 8]
    yield "sd1-jumps", "sd1", "picture", "euler", EULER, STATIC | {"stochastic_sampling": True}, 5, 0.8, 3.0, [8, 8]
    yield "sd1-masked", "sd1", "masked", "euler", EULER, DYNAMIC, 6, 0.7, 3.0, [8, 8]
    yield "sd1-masked-whole", "sd1", "masked", "ddim", EULER, STATIC, 5, 1.0, 3.0, [8, 8]
    yield "sd1-inverted", "sd1", "invert", "ddim", EULER, STATIC, 7, 1.0, 1.0, [8, 8]


class Wordless:
    """A model without words: its prediction, and latents of pictures it does not need."""

    def __init__(self, name):
        self.unet = UNet2DModel.from_pretrained(ROOT / "unet2d_models" / name / "unet").float()
        self.channels = self.unet.config.in_channels

    def __call__(self, x, t, guidance, is_zero, step):
        return self.unet(x, t).sample


class Prompted:
    """sd1 with its prompts."""

    channels = 4

    def __init__(self):
        self.pipe = opened(StableDiffusionPipeline, ROOT / "models/sd1", "ddim")
        self.states, self.without = self.pipe.encode_prompt(PROMPT, "cpu", 1, True, NEGATIVE)
        picture = load_file(ROOT / "models/sd1/golden/vae.safetensors")["picture"][:, :, :64, :64]
        self.latents = self.pipe.vae.encode(picture).latent_dist.mode() * self.pipe.vae.config.scaling_factor

    def __call__(self, x, t, guidance, is_zero, step):
        c = self.pipe.unet(x, t, self.states).sample
        if guidance <= 1:
            return c
        u = self.pipe.unet(x, t, self.without).sample
        if not is_zero:
            return u + guidance * (c - u)
        guider = ClassifierFreeZeroStarGuidance(guidance, 1)
        guider.set_state(step, 9, t)
        return guider.forward(c, u).pred


def scheduler(cls, config, steps, latents):
    made = getattr(diffusers, cls)(**config)
    keys, c = {}, made.config
    if config.get("use_dynamic_shifting"):
        tokens = latents[0] * latents[1]
        keys["mu"] = calculate_shift(tokens, c.base_image_seq_len, c.max_image_seq_len, c.base_shift, c.max_shift)
    made.set_timesteps(steps, **keys)
    return made


def run(model, row, perturb=0.0):
    name, _, kind, _, cls, config, steps, strength, guidance, latents = row
    made = scheduler(cls, config, steps, latents)
    generator = torch.Generator("cpu").manual_seed(SEED)
    noise = torch.randn(1, model.channels, latents[1], latents[0], generator=generator)
    noise += perturb * torch.randn(noise.shape, generator=torch.Generator("cpu").manual_seed(1))
    if kind == "invert":
        return inverted(model, made)
    each = made.order
    begin = (steps - min(int(steps * strength), steps)) * each
    made.set_begin_index(begin)
    times, sigmas = made.timesteps[begin:], made.sigmas[begin:]
    x = noise if begin == 0 else (1 - sigmas[0]) * model.latents + sigmas[0] * noise
    keys = {"generator": generator} if config.get("stochastic_sampling") else {}
    for i, t in enumerate(times):
        v = model(x, t, guidance, name.endswith("zero"), i // each)
        x = made.step(v, t, x, return_dict=False, **keys)[0]
        if kind == "masked":
            known = (1 - sigmas[i + 1]) * model.latents + sigmas[i + 1] * noise
            x = torch.where(masked.mask() > 0, x, known)
    return x


def inverted(model, made):
    x = model.latents
    sigmas = made.sigmas.flip(0)
    for i, t in enumerate(made.timesteps.flip(0)):
        x = x + (sigmas[i + 1] - sigmas[i]) * model(x, t, 1.0, False, i)
    return x


def coherent(model, cls, config):
    """Three slices, half of whose predicted data are the mean with their neighbours'; 4 of 6 steps."""
    slices = coherence.slices()
    scale = model.pipe.vae.config.scaling_factor
    own = [model.pipe.vae.encode(one).latent_dist.mode() * scale for one in slices]
    made = [scheduler(cls, config, 6, [8, 8]) for _ in slices]
    first = 2 * made[0].order
    for one in made:
        one.set_begin_index(first)
    sigmas, noise = made[0].sigmas[first:], torch.randn(1, 4, 8, 8, generator=torch.Generator("cpu").manual_seed(SEED))
    x = [(1 - sigmas[0]) * one + sigmas[0] * noise for one in own]
    for i, t in enumerate(made[0].timesteps[first:]):
        data = [one - sigmas[i] * model(one, t, 3.0, False, i) for one in x]
        outs = [(one - d) / sigmas[i] for one, d in zip(x, coherence.agreed(data, 0.5))]
        x = [each.step(v, t, one, return_dict=False)[0] for each, v, one in zip(made, outs, x)]
    return torch.cat(x)


def controlled():
    """Euler's 6 steps of 24 x 16 pixels under a ControlNet of weight 0.8."""
    keys = dict(variant="fp16", safety_checker=None, torch_dtype=torch.float32, local_files_only=True)
    pipe = StableDiffusionPipeline.from_pretrained(ROOT / "models/micro-fp16", **keys)
    net = ControlNetModel.from_pretrained(ROOT / "control/edges").float()
    image = load_file(ROOT / "control/golden.safetensors")["image.wide"]
    words = torch.cat(pipe.encode_prompt(PROMPT, "cpu", 1, True, NEGATIVE)[::-1])
    factor = 2 ** (len(pipe.vae.config.block_out_channels) - 1)
    size = [24 // factor, 16 // factor]
    made = scheduler(EULER, DYNAMIC, 6, size)
    x = torch.randn(1, 4, *size[::-1], generator=torch.Generator("cpu").manual_seed(SEED))
    for t in made.timesteps:
        both = torch.cat([x, x])
        down, mid = net(both, t, words, torch.cat([image, image]), 0.8, return_dict=False)
        u, c = pipe.unet(both, t, words, down_block_additional_residuals=down, mid_block_additional_residual=mid).sample.chunk(2)
        x = made.step(u + 3.0 * (c - u), t, x, return_dict=False)[0]
    return x


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    models, tensors, written = {}, {}, []
    for row in rows():
        name, model, kind, method, cls, config, steps, strength, guidance, latents = row
        if model not in models:
            models[model] = Prompted() if model == "sd1" else Wordless(model)
        x = tensors[name] = run(models[model], row)
        growth = (run(models[model], row, 1e-6) - x).abs().max().item()
        keys = dict(kind=kind, scheduler=method, steps=steps, strength=strength, guidance=guidance, width=latents[0], height=latents[1])
        written.append(dict(name=name, model=model, **keys, config=dict(config, _class_name=cls)))
        print(name, f"|x| <= {x.abs().max():.3g}, 1e-6 grows to {growth:.2g}")
    tensors |= {"latents": models["sd1"].latents, "mask": masked.mask()}
    tensors |= {"coherent.euler": coherent(models["sd1"], EULER, STATIC), "coherent.heun": coherent(models["sd1"], HEUN, STATIC)}
    tensors["controlled"] = controlled()
    lines = [json.dumps(row) for row in written]
    (ROOT / "flow.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    save_file({k: v.contiguous() for k, v in tensors.items()}, ROOT / "flow.safetensors")
    (ROOT / "flow.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
