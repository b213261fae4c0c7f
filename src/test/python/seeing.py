"""Makes src/test/resources/golden/seeing with diffusers: runs of U-Nets that see an image beside their latents.

    pix2pix, depth, upscaler, marigold    as diffusers' pipelines of these names
    stained                               a conditional U-Net of eight channels: the sample, then the picture's latents
    rows                                  a conditional U-Net without words, which takes the rows of a table and a class
    NAME/unet/…, model_index.json         all other parts are those of golden/models/micro-fp16
    NAME/golden/runs.json                 what each run is asked for
    NAME/golden/runs.safetensors          picture, depth; RUN.latents and RUN.picture
"""

import shutil
from types import SimpleNamespace
from unittest.mock import patch

import diffusers
import torch
from diffusers import AutoencoderKL, DDPMScheduler
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_depth2img as depth2img
from transformers import CLIPTextModel

import choices
import networks as nets
import parts
import pipelines
import vocabulary
from golden import ROOT

OUT, MICRO = ROOT / "seeing", ROOT / "models/micro-fp16"
SPEC = choices.MICRO["scheduler"]
SIZE = (16, 24)
LOW_RES = {"_class_name": "DDPMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.0001}
LOW_RES |= {"beta_end": 0.02, "num_train_timesteps": 1000}
PARTS = {"scheduler": "DDIMScheduler", "unet": "UNet2DConditionModel", "vae": "AutoencoderKL"}
COND = {"only_cross_attention": [True, False], "num_class_embeds": 360}


def part(name, cls):
    keys = {"variant": "fp16", "torch_dtype": torch.float32, "local_files_only": True}
    return cls.from_pretrained(MICRO, subfolder=name, **keys)


def scheduler(name):
    cls, keys = pipelines.SCHEDULERS[name]
    return getattr(diffusers, cls).from_config(dict(SPEC), **keys)


def pipe(cls, unet, name, **more):
    made = getattr(diffusers, cls)(
        vae=part("vae", AutoencoderKL),
        text_encoder=part("text_encoder", CLIPTextModel),
        tokenizer=vocabulary.tokenizer(MICRO / "tokenizer"),
        unet=unet,
        scheduler=scheduler("ddim"),
        **more,
    )
    made.scheduler = scheduler(name)
    made.set_progress_bar_config(disable=True)
    return made


def decoded(latents):
    vae = part("vae", AutoencoderKL)
    picture = vae.decode(latents / vae.config.scaling_factor).sample
    return ((picture / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)


def scene(height, width, seed):
    coarse = torch.randn(1, 3, 5, 5, generator=nets.generator(seed))
    return torch.nn.functional.interpolate(coarse, size=(height, width), mode="bilinear").clamp(-1, 1)


def words(row):
    keys = {"prompt": row["prompt"], "negative_prompt": row["negative"]}
    keys |= {"num_inference_steps": row["steps"], "guidance_scale": row["guidance"]}
    return keys | {"generator": torch.Generator("cpu").manual_seed(row["seed"]), "output_type": "latent"}


def request(scheduler, steps, guidance, **more):
    keys = {"strength": 1.0, "imageguidance": 1.5, "noiselevel": 20, "class": -1} | more
    row = pipelines.request(scheduler, steps, keys["strength"], guidance, SIZE[1], SIZE[0], 7) | keys
    return row | {"name": "-".join(str(row[k]) for k in ("scheduler", "steps", "guidance", *more))}


def pix2pix(unet, row, picture, depth):
    made = pipe("StableDiffusionInstructPix2PixPipeline", unet, row["scheduler"], **NONE)
    return made(image=picture, image_guidance_scale=row["imageguidance"], **words(row)).images


def from_depth(unet, row, picture, depth):
    made = pipe("StableDiffusionDepth2ImgPipeline", unet, row["scheduler"], depth_estimator=None, feature_extractor=None)
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    with patch.object(depth2img, "retrieve_latents", mean):
        return made(image=picture, depth_map=depth[0], strength=row["strength"], **words(row)).images


def upscaler(unet, row, picture, depth):
    low = DDPMScheduler.from_config(LOW_RES)
    made = pipe("StableDiffusionUpscalePipeline", unet, row["scheduler"], low_res_scheduler=low)
    return made(image=picture, noise_level=row["noiselevel"], **words(row)).images


def marigold(cls, unet, row, picture):
    made = pipe(cls, unet, row["scheduler"])
    g = torch.Generator("cpu").manual_seed(row["seed"])
    keys = {"num_inference_steps": row["steps"], "generator": g, "output_type": "pt", "output_latent": True}
    return made(picture / 2 + 0.5, processing_resolution=0, **keys)


def loop(unet, row, size, channels, states, label=None):
    """The loop of a pipeline without words: noise alone, one half."""
    s = scheduler(row["scheduler"])
    s.set_timesteps(row["steps"])
    g = torch.Generator("cpu").manual_seed(row["seed"])
    x = torch.randn(1, 4, *size, generator=g) * s.init_noise_sigma
    for t in s.timesteps:
        whole = torch.cat([s.scale_model_input(x, t), *channels], 1)
        out = unet(whole, t, states, class_labels=label).sample
        x = s.step(out, t, x).prev_sample
    return x


def states(prompts):
    tokenizer, encoder = vocabulary.tokenizer(MICRO / "tokenizer"), part("text_encoder", CLIPTextModel)
    return encoder(vocabulary.ids(tokenizer, prompts)).last_hidden_state


def stained(unet, row, picture, depth):
    vae = part("vae", AutoencoderKL)
    mean = vae.encode(picture).latent_dist.mean * vae.config.scaling_factor
    return loop(unet, row, mean.shape[2:], [mean], states([row["prompt"]]))


def rows(unet, row, picture, table):
    size = SIZE[0] // 2, SIZE[1] // 2
    return loop(unet, row, size, [], table, torch.tensor([row["class"]]))


NONE = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
KINDS = {
    "pix2pix": (
        {"in_channels": 8},
        {"_class_name": "StableDiffusionInstructPix2PixPipeline"},
        pix2pix,
        [
            request("ddim", 4, 5.0),
            request("dpmpp_2m_k", 4, 3.0, imageguidance=2.0),
            request("euler", 4, 5.0, imageguidance=1.0),
            request("euler_a", 4, 1.0),
        ],
    ),
    "depth": (
        {"in_channels": 5},
        {"_class_name": "StableDiffusionDepth2ImgPipeline"},
        from_depth,
        [request("ddim", 4, 5.0, strength=0.5), request("dpmpp_2m_k", 4, 3.0, strength=0.75)],
    ),
    "upscaler": (
        {"in_channels": 7} | COND,
        {"_class_name": "StableDiffusionUpscalePipeline", "max_noise_level": 350, "low_res_scheduler": ["diffusers", "DDPMScheduler"]},
        upscaler,
        [request("ddim", 4, 5.0), request("dpmpp_2m_k", 4, 1.0, noiselevel=350)],
    ),
    "stained": ({"in_channels": 8}, {"_class_name": "StableDiffusionPipeline"}, stained, [request("ddim", 4, 1.0)]),
    "rows": (
        {"num_class_embeds": 5},
        {"_class_name": "StableDiffusionPipeline", "text_encoder": [None, None], "tokenizer": [None, None]},
        rows,
        [request("ddim", 4, 4.0, **{"class": 3})],
    ),
}


def network(out, keys, index, seed):
    config = parts.unet_config(**choices.MICRO["unet"] | keys)
    unet = parts.make_unet(config, seed)
    unet.conv_out.weight.data.mul_(0.5)
    whole = {"_class_name": "", "_diffusers_version": "0.42.1"}
    whole |= {k: ["diffusers", v] for k, v in PARTS.items()}
    whole |= {"text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"]}
    nets.write_json(out / "model_index.json", whole | index)
    nets.write_json(out / "unet/config.json", config)
    nets.write_weights(out / "unet", "diffusion_pytorch_model", unet.state_dict(), "float16", "fp16")
    return unet


def write(name, keys, index, run, requests, seed):
    out = OUT / name
    unet = network(out, keys, index, seed)
    picture = scene(*SIZE, seed + 1)
    depth = torch.rand(1, 1, *SIZE, generator=nets.generator(seed + 2)) * 900 + 50
    beside = torch.randn(1, 3, 16, generator=nets.generator(seed + 3)) if name == "rows" else depth
    tensors = {"picture": picture, "depth": depth} | ({"table": beside} if name == "rows" else {})
    if "low_res_scheduler" in index:
        nets.write_json(out / "low_res_scheduler/scheduler_config.json", LOW_RES)
    for row in requests:
        latents = run(unet, row, picture, beside)
        print(name, row["name"], tuple(latents.shape), latents.abs().max().item())
        tensors[row["name"] + ".latents"] = latents
        tensors[row["name"] + ".picture"] = decoded(latents)
    nets.write_json(out / "golden/runs.json", requests)
    nets.write_tensors(out / "golden/runs.safetensors", tensors)


def write_marigold(seed):
    """Depth and normals by one U-Net; a whole picture, and one whose sides are no multiples of 8."""
    out, row = OUT / "marigold", request("ddim", 4, 4.0)
    unet = network(out, {"in_channels": 8}, {"_class_name": "MarigoldDepthPipeline", "default_processing_resolution": 32}, seed)
    picture = scene(*SIZE, seed + 1)
    tensors = {"picture": picture}
    for kind, cls in (("depth", "MarigoldDepthPipeline"), ("normals", "MarigoldNormalsPipeline")):
        made = marigold(cls, unet, row, picture)
        tensors |= {kind + ".latents": made.latent, kind: made.prediction}
        print(kind, made.latent.abs().max().item(), tuple(made.prediction.shape))
    nets.write_json(out / "golden/runs.json", [row])
    nets.write_tensors(out / "golden/runs.safetensors", tensors)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    for i, (name, spec) in enumerate(KINDS.items()):
        write(name, *spec, 800 + 10 * i)
    write_marigold(880)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
