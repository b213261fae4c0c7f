"""Makes src/test/resources/golden/control with diffusers: ControlNets for the tiny models
golden/models/micro-fp16 and golden/xl, and runs under their control.

    edges/               a ControlNet as diffusers writes it
    depth.safetensors    another one under the original names, with control_model. before them
    inpainted.safetensors   the picture, mask and latents of a run of golden/inpaint under control
    edges.pth            the first one under the original names alone, as torch.save writes it
    xl/                  one for Stable Diffusion XL
    golden.safetensors   the images; for each net NAME the inputs and what it adds to the U-Net;
                         NAME.latents of each of the runs
    runs.json            the runs: of which model, under whose control

It also writes resources/original/keys/controlnet-MODEL.txt.gz: every tensor of the published ControlNets,
its original name, shape and name in diffusers.
"""

import gzip
import json
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

import diffusers
import torch
from diffusers import AutoencoderKL, ControlNetModel, UNet2DConditionModel
from diffusers.loaders import single_file_utils as official
from diffusers.pipelines.controlnet import pipeline_controlnet_img2img as img2img
from diffusers.pipelines.controlnet import pipeline_controlnet_inpaint as control_inpaint
from diffusers.pipelines.controlnet import pipeline_controlnet_sd_xl_img2img as xl_img2img
from safetensors.torch import save_file
from transformers import CLIPTextModel

import choices
import inpaint
import networks as nets
import original
import parts
import pipelines
import vocabulary
import xl
from golden import ROOT

OUT, MICRO = ROOT / "control", ROOT / "models/micro-fp16"
NOT_ITS = ("out_channels", "up_block_types", "sample_size", "_class_name", "center_input_sample")
HINT = "controlnet_cond_embedding."


def net(unet_config, seed):
    """The settings of a ControlNet for a U-Net, and the network, stored in float16."""
    keys = {k: v for k, v in unet_config.items() if k not in NOT_ITS}
    keys |= {"_class_name": "ControlNetModel", "conditioning_embedding_out_channels": [4, 8]}
    return keys, parts.make(ControlNetModel, keys, seed, "float16")


def original_name(name, config):
    place, end = name.rsplit(".", 1)
    blocks = 2 * len(config["conditioning_embedding_out_channels"]) - 2
    if place == "controlnet_mid_block":
        return f"middle_block_out.0.{end}"
    if place.startswith(HINT):
        layer = place.removeprefix(HINT)
        number = {"conv_in": 0, "conv_out": blocks + 1}.get(layer)
        number = int(layer.split(".")[1]) + 1 if number is None else number
        return f"input_hint_block.{2 * number}.{end}"
    if place.startswith("controlnet_down_blocks"):
        return f"zero_convs.{place.split('.')[1]}.0.{end}"
    return original.unet_name(name, config)


def originals(config, module):
    """By the original names, as diffusers' own conversion proves; it knows the hint's end as layer 14."""
    state = module.state_dict()
    tensors = {original_name(k, config): v for k, v in state.items()}
    end = original_name(HINT + "conv_out.weight", config).removesuffix("weight")
    proof = {k.replace(end, "input_hint_block.14."): v for k, v in tensors.items()}
    back = official.convert_controlnet_checkpoint(dict(proof), config)
    assert back.keys() == state.keys(), back.keys() ^ state.keys()
    assert all(back[k] is v for k, v in state.items() if v.is_meta)
    assert all(torch.equal(back[k], v) for k, v in state.items() if not v.is_meta)
    return tensors


def half(tensors):
    return {k: v.half().clone().contiguous() for k, v in tensors.items()}


def write_keys(layout):
    """Of the ControlNet for a published model, made without memory."""
    unet = json.loads((original.SETTINGS / f"{layout}.json").read_text())["unet"]
    config = {k: v for k, v in unet.items() if k not in NOT_ITS}
    config |= {"conditioning_embedding_out_channels": [16, 32, 96, 256]}
    with torch.device("meta"):
        module = ControlNetModel(**config)
    names = originals(config, module)
    lines = [f"{o} {list(names[o].shape)} {k}" for k in module.state_dict() for o in [original_name(k, config)]]
    print(layout, sum(p.numel() for p in module.parameters()))
    with open(original.ROOT / f"keys/controlnet-{layout}.txt.gz", "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
            out.write(("\n".join(lines) + "\n").encode())


def stage(name, module, width, added=None):
    g = nets.generator(31)
    sample = torch.randn(2, 4, 8, 12, generator=g)
    states = torch.randn(2, 5, width, generator=g)
    keys = {"added_cond_kwargs": added} if added else {}
    down, mid = module(sample, 501, states, IMAGES["wide"], 0.75, return_dict=False, **keys)
    out = {"sample": sample, "states": states, "mid": mid}
    out |= {f"down.{i}": d for i, d in enumerate(down)}
    return {f"{name}.{k}": v for k, v in out.items()}


def image(h, w, seed):
    coarse = torch.rand(1, 3, 5, 5, generator=nets.generator(seed))
    return torch.nn.functional.interpolate(coarse, size=(h, w), mode="bilinear")


IMAGES = {"square": image(16, 16, 41), "other": image(16, 16, 42), "wide": image(16, 24, 43)}
IMAGES |= {"tall": image(24, 16, 44)}


def parts_of(model, unet=None, **keys):
    """What a pipeline is made of, from a model's folder, with the U-Net of another one if wanted."""
    keys["torch_dtype"] = torch.float32
    return {
        "vae": AutoencoderKL.from_pretrained(model, subfolder="vae", **keys),
        "text_encoder": CLIPTextModel.from_pretrained(model, subfolder="text_encoder", **keys),
        "tokenizer": vocabulary.tokenizer(model / "tokenizer"),
        "unet": UNet2DConditionModel.from_pretrained(unet or model, subfolder="unet", **keys),
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    }


def micro_parts(unet=None):
    return parts_of(MICRO, unet, variant="fp16")


def xl_parts(folder, made):
    found = {"vae": made["vae"][0], "unet": made["unet"][0]}
    for n in ("", "_2"):
        found["text_encoder" + n] = made["text_encoder" + n][0]
        found["tokenizer" + n] = vocabulary.tokenizer(folder / ("tokenizer" + n))
    return found | {"force_zeros_for_empty_prompt": True, "add_watermarker": False}


def run(row, found, spec, controls, picture):
    """controls: of (network, weight, start, end, image); the posterior's mean is taken."""
    words = row["kind"] == "txt2img"
    cls = "StableDiffusion" + ("XL" if row["model"] == "xl" else "")
    cls = getattr(diffusers, cls + "ControlNet" + ("" if words else "Img2Img") + "Pipeline")
    several = len(controls) > 1
    modules, weights, starts, ends, images = (list(x) if several else x[0] for x in zip(*controls))
    name, settings = pipelines.SCHEDULERS[row["scheduler"]]
    scheduler = getattr(diffusers, name).from_config(dict(spec), **settings)
    pipe = cls(**found, controlnet=modules, scheduler=scheduler)
    pipe.scheduler = getattr(diffusers, name).from_config(dict(spec), **settings)
    pipe.set_progress_bar_config(disable=True)
    keys = {"prompt": row["prompt"], "negative_prompt": row["negative"] or None}
    keys |= {"num_inference_steps": row["steps"], "guidance_scale": row["guidance"]}
    keys |= {"generator": torch.Generator("cpu").manual_seed(row["seed"]), "output_type": "latent"}
    keys |= {"controlnet_conditioning_scale": weights, "control_guidance_start": starts}
    keys |= {"control_guidance_end": ends, "width": row["width"], "height": row["height"]}
    if words:
        pipe.scheduler.index_for_timestep = lambda *a, **k: 0
        return pipe(image=images, **keys).images
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    keys |= {"image": picture, "control_image": images, "strength": row["strength"]}
    module = xl_img2img if row["model"] == "xl" else img2img
    with patch.object(module, "retrieve_latents", mean):
        return pipe(**keys).images


def inpainted(module):
    """A U-Net of nine channels under control, which takes the latents alone."""
    spec = inpaint.EPSILON
    scheduler = diffusers.DDIMScheduler.from_config(dict(spec))
    pipe = diffusers.StableDiffusionControlNetInpaintPipeline(
        **micro_parts(ROOT / "inpaint"), controlnet=module, scheduler=scheduler
    )
    pipe.set_progress_bar_config(disable=True)
    picture, free, mask = inpaint.scene(16, 16, 701)
    mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
    with patch.object(control_inpaint, "retrieve_latents", mean):
        latents = pipe(
            prompt=pipelines.PROMPT, negative_prompt=pipelines.NEGATIVE, image=picture,
            mask_image=mask, control_image=IMAGES["square"], height=16, width=16, strength=0.5,
            num_inference_steps=4, guidance_scale=5.0, output_type="latent",
            generator=torch.Generator("cpu").manual_seed(7), controlnet_conditioning_scale=0.8,
        ).images  # fmt: skip
    tensors = {"picture": picture, "mask": free, "latents": latents}
    nets.write_tensors(OUT / "inpainted.safetensors", tensors)


EDGES, DEPTH, XL = "edges", "depth.safetensors", "xl"
RUNS = [  # scheduler, steps, strength, guidance, width, height, controls, model
    ("ddim", 5, None, 5.0, 16, 16, [(EDGES, 0.8, 0.0, 1.0, "square")], "micro"),
    ("ddim", 4, None, 1.0, 24, 16, [(EDGES, 1.5, 0.0, 1.0, "wide")], "micro"),
    ("euler_k", 5, None, 5.0, 16, 16, [(EDGES, 1.0, 0.0, 0.6, "square")], "micro"),
    ("heun", 4, None, 3.0, 16, 16, [(EDGES, 0.7, 0.25, 0.75, "square")], "micro"),
    ("dpmpp_2m_k", 6, None, 5.0, 16, 16,
     [(EDGES, 0.8, 0.0, 1.0, "square"), (DEPTH, 0.5, 0.5, 1.0, "other")], "micro"),
    ("ddim", 6, 0.5, 5.0, 16, 16, [(DEPTH, 0.8, 0.0, 0.5, "other")], "micro"),
    ("euler", 6, 0.7, 5.0, 16, 16,
     [(EDGES, 0.3, 0.3, 1.0, "square"), (DEPTH, 0.6, 0.0, 1.0, "other")], "micro"),
    ("euler", 3, None, 5.0, 16, 24, [(XL, 0.7, 0.0, 1.0, "tall")], "xl"),
    ("ddim", 4, 0.5, 3.0, 24, 16, [(XL, 0.7, 0.0, 0.6, "wide")], "xl"),
]  # fmt: skip


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    micro_config = parts.unet_config(**choices.MICRO["unet"])
    edges_config, edges = net(micro_config, 600)
    depth_config, depth = net(micro_config, 610)
    xl_config, xl_net = net(parts.unet_config(**xl.unet(24, 6)), 620)
    for name, config, module in ((EDGES, edges_config, edges), (XL, xl_config, xl_net)):
        nets.write_json(OUT / name / "config.json", config)
        nets.write_weights(OUT / name, "diffusion_pytorch_model", module.state_dict())
    depth_tensors = half(originals(depth_config, depth))
    save_file({"control_model." + k: v for k, v in depth_tensors.items()}, OUT / DEPTH)
    torch.save(half(originals(edges_config, edges)), OUT / "edges.pth")
    write_keys("sd1")
    write_keys("sd2")
    tensors = {f"image.{k}": v for k, v in IMAGES.items()}
    tensors |= stage("edges", edges, 16) | stage("depth", depth, 16)
    g = nets.generator(32)
    embeds = torch.randn(2, 8, generator=g)
    ids = torch.tensor([[16.0, 24, 0, 0, 16, 24]] * 2)
    tensors |= stage("xl", xl_net, 24, {"text_embeds": embeds, "time_ids": ids})
    tensors["xl.embeds"] = embeds
    rows, modules = [], {EDGES: edges, DEPTH: depth, XL: xl_net}
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        found = {"micro": micro_parts(), "xl": xl_parts(Path(folder), made)}
        spec = {"micro": choices.MICRO["scheduler"], "xl": xl.EULER}
        picture = {"micro": image(16, 16, 45) * 2 - 1, "xl": image(16, 24, 46) * 2 - 1}
        tensors |= {f"picture.{k}": v for k, v in picture.items()}
        for *numbers, controls, model in RUNS:
            row = pipelines.request(*numbers, 40 + len(rows)) | {"model": model}
            row |= {"name": f"{model}-{row['name']}-{len(controls)}", "controls": controls}
            given = [(modules[c[0]], *c[1:4], IMAGES[c[4]]) for c in controls]
            latents = run(row, found[model], spec[model], given, picture[model])
            given = [(c[0], 0.0, *c[2:]) for c in given]
            plain = run(row, found[model], spec[model], given, picture[model])
            change = (latents - plain).abs().max().item()
            print(row["name"], f"|latents| <= {latents.abs().max():.3g}, control changes {change:.3g}")
            tensors[row["name"] + ".latents"] = latents
            rows.append(row)
    inpainted(edges)
    nets.write_json(OUT / "runs.json", rows)
    nets.write_tensors(OUT / "golden.safetensors", tensors)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
