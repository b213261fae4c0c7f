"""Original names: tensors of diffusers' networks under the names of the single files they were
published in, proven by diffusers' own conversion of such files.

    python original.py     writes src/test/resources/original

    keys/LAYOUT.txt.gz   every tensor of the published model: its original name, its shape, and
        COMPONENT/NAME in diffusers, with "i/3" where it is one of three parts of the original, or
        "-" where diffusers does not use it. The networks are made without memory from the
        settings that the plugin has for the layout.
    micro.safetensors    the model golden/models/micro-fp16 in the layout of Stable Diffusion 1: the
        U-Net in float16, the VAE in float32, with some of a running average and of training
    micro.ckpt           the same in the layout of Stable Diffusion 2, as a trainer's checkpoint
    text_encoder.bin, vae.bin   two of its parts in diffusers' names, as torch.save writes them, the
        first in the form before PyTorch 1.6
"""

import gzip
import json
import re
import sys
import types
from pathlib import Path

import diffusers
import torch
from diffusers.loaders import single_file_utils as official
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

ROOT = Path(__file__).parents[1] / "resources/original"
SETTINGS = Path(__file__).parents[2] / "main/resources/sc/fiji/latentdiffusion/io"
UNET, VAE = "model.diffusion_model.", "first_stage_model."
TEXT = {
    "sd1": {"text_encoder": "cond_stage_model.transformer."},
    "sd2": {"text_encoder": "cond_stage_model.model."},
    "sdxl": {
        "text_encoder": "conditioner.embedders.0.transformer.",
        "text_encoder_2": "conditioner.embedders.1.model.",
    },
    "sdxl_refiner": {"text_encoder_2": "conditioner.embedders.0.model."},
}
RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
UNET_TOP = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
VAE_PARTS = {
    "conv_norm_out": "norm_out",
    "conv_shortcut": "nin_shortcut",
    "group_norm": "norm",
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "proj_out",
    "downsamplers.0.conv": "downsample.conv",
    "upsamplers.0.conv": "upsample.conv",
}
TRANSFORMER = {
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "self_attn.out_proj": "attn.out_proj",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
}


def unet_name(name, config):
    """diffusers' name of a U-Net's tensor -> the original's."""
    layers = config["layers_per_block"]
    for new, old in UNET_TOP.items():
        if name.startswith(new + "."):
            return old + name[len(new) :]
    m = re.match(r"(down|up|mid)_blocks?\.?(\d*)\.(\w+)\.(\d+)\.(.+)", name)
    side, level, kind, i, rest = m[1], int(m[2] or 0), m[3], int(m[4]), m[5]
    if kind == "resnets":
        part, end = rest.rsplit(".", 1)
        rest = f"{RESNET[part]}.{end}"
    if side == "mid":
        return f"middle_block.{2 * i if kind == 'resnets' else 1}.{rest}"
    if side == "down":
        block = 1 + level * (layers + 1) + (layers if kind == "downsamplers" else i)
        place = {"resnets": "0", "attentions": "1", "downsamplers": "0.op"}[kind]
        return f"input_blocks.{block}.{place}.{rest.removeprefix('conv.')}"
    block = level * (layers + 1) + (layers if kind == "upsamplers" else i)
    attends = config["up_block_types"][level].startswith("CrossAttn")
    place = {"resnets": "0", "attentions": "1", "upsamplers": "2" if attends else "1"}[kind]
    return f"output_blocks.{block}.{place}.{rest}"


def vae_name(name, levels):
    for new, old in VAE_PARTS.items():
        name = re.sub(rf"\.{re.escape(new)}\.", f".{old}.", name)
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
    name = name.replace("mid_block.attentions.0", "mid.attn_1")
    name = re.sub(r"down_blocks\.(\d+)", r"down.\1", name)
    name = re.sub(r"up_blocks\.(\d+)", lambda m: f"up.{levels - 1 - int(m[1])}", name)
    return re.sub(r"\.resnets\.(\d+)", r".block.\1", name)


def openclip(tensors):
    """transformers' tensors (with text_model.) -> OpenCLIP's; q, k and v in one."""
    out, fused = {}, {}
    for name, value in tensors.items():
        layer = re.match(r"text_model\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias)", name)
        if name == "text_projection.weight":
            out["text_projection"] = value.T
        elif not layer:
            out[{
                "text_model.embeddings.position_embedding.weight": "positional_embedding",
                "text_model.embeddings.token_embedding.weight": "token_embedding.weight",
                "text_model.final_layer_norm.weight": "ln_final.weight",
                "text_model.final_layer_norm.bias": "ln_final.bias",
            }[name]] = value
        elif layer[2] in TRANSFORMER:
            out[f"transformer.resblocks.{layer[1]}.{TRANSFORMER[layer[2]]}.{layer[3]}"] = value
        else:
            key = f"transformer.resblocks.{layer[1]}.attn.in_proj_{layer[3]}"
            fused.setdefault(key, {})["qkv".index(layer[2][len("self_attn.")])] = value
    out |= {k: torch.cat([v[i] for i in range(3)]) for k, v in fused.items()}
    return out


def text_tensors(encoder):
    """With the prefix that files have, without what transformers makes anew."""
    tensors = {k.removeprefix("text_model."): v for k, v in encoder.state_dict().items()}
    tensors.pop("embeddings.position_ids", None)
    return {k if k == "text_projection.weight" else "text_model." + k: v for k, v in tensors.items()}


def vae_value(name, value):
    """The original keeps the attention's layers as convolutions of one pixel."""
    linear = re.search(r"\.(q|k|v|proj_out)\.weight$", name) and value.ndim == 2
    return value[:, :, None, None] if linear else value


def originals(layout, parts):
    """parts: {component: (module, config)} -> all tensors of the single file."""
    out = {}
    for component, (module, config) in parts.items():
        if component == "unet":
            out |= {UNET + unet_name(k, config): v for k, v in module.state_dict().items()}
        elif component == "vae":
            levels = len(config["block_out_channels"])
            named = {vae_name(k, levels): v for k, v in module.state_dict().items()}
            out |= {VAE + k: vae_value(k, v) for k, v in named.items()}
        else:
            prefix, tensors = TEXT[layout][component], text_tensors(module)
            tensors = openclip(tensors) if prefix.endswith(".model.") else tensors
            out |= {prefix + k: v for k, v in tensors.items()}
    return out


def back(layout, parts, checkpoint):
    """{component: tensors by diffusers' names}, converted by diffusers itself."""
    out = {}
    for component, (module, config) in parts.items():
        if component == "unet":
            out[component] = official.convert_ldm_unet_checkpoint(dict(checkpoint), config)
        elif component == "vae":
            out[component] = official.convert_ldm_vae_checkpoint(dict(checkpoint), config)
        elif TEXT[layout][component].endswith(".model."):
            prefix = TEXT[layout][component]
            out[component] = official.convert_open_clip_checkpoint(module, dict(checkpoint), prefix)
        else:
            out[component] = official.convert_ldm_clip_checkpoint(dict(checkpoint))
    return out


def prove(layout, parts, checkpoint):
    """diffusers reads the same tensors, bit for bit (on meta: of the same shapes), and no others."""
    for component, tensors in back(layout, parts, checkpoint).items():
        module = parts[component][0]
        own = text_tensors(module) if component.startswith("text") else module.state_dict()
        tensors = {k: v for k, v in tensors.items() if not k.endswith("position_ids")}
        assert own.keys() == tensors.keys(), (component, own.keys() ^ tensors.keys())
        for k, v in own.items():
            assert v.shape == tensors[k].shape, (component, k, v.shape, tensors[k].shape)
            assert v.is_meta or torch.equal(v.float(), tensors[k].float()), (component, k)


def published(layout):
    """The networks of the published model, without memory."""
    settings, parts = json.loads((SETTINGS / f"{layout}.json").read_text()), {}
    with torch.device("meta"):
        for component, config in settings.items():
            if component == "unet":
                parts[component] = (diffusers.UNet2DConditionModel(**config), config)
            elif component == "vae":
                parts[component] = (diffusers.AutoencoderKL(**config), config)
            elif component.startswith("text"):
                cls = CLIPTextModel if component == "text_encoder" else CLIPTextModelWithProjection
                parts[component] = (cls(CLIPTextConfig(**config)), config)
    return parts


def write_keys(layout):
    parts = published(layout)
    checkpoint = originals(layout, parts)
    prove(layout, parts, checkpoint)
    counts = {k: sum(p.numel() for p in m.parameters()) for k, (m, _) in parts.items()}
    print(layout, counts)
    lines = [f"{name} {list(value.shape)} {target}" for name, value, target in rows(layout, parts)]
    (ROOT / "keys").mkdir(parents=True, exist_ok=True)
    with open(ROOT / f"keys/{layout}.txt.gz", "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
            out.write(("\n".join(lines) + "\n").encode())


def rows(layout, parts):
    """(original name, its value, COMPONENT/NAME of diffusers [i/3])."""
    for component, part in parts.items():
        for name, value in originals(layout, {component: part}).items():
            fused = re.search(r"in_proj_(weight|bias)$", name)
            if not fused:
                yield name, value, component + "/" + target(layout, component, part, name)
                continue
            layer = re.search(r"resblocks\.(\d+)", name)[1]
            for i, letter in enumerate("qkv"):
                place = f"text_model.encoder.layers.{layer}.self_attn.{letter}_proj.{fused[1]}"
                yield name, value, f"{component}/{place} {i}/3"
    if layout == "sd2":
        last = "cond_stage_model.model.transformer.resblocks.23."
        yield last + "mlp.c_fc.weight", torch.empty(4096, 1024, device="meta"), "-"
        yield last + "attn.in_proj_weight", torch.empty(3072, 1024, device="meta"), "-"
        yield "cond_stage_model.model.text_projection", torch.empty(1024, 1024, device="meta"), "-"
    if layout.startswith("sd"):
        yield "model_ema.diffusion_modelinput_blocks00weight", torch.empty(1, device="meta"), "-"
        yield "betas", torch.empty(1000, device="meta"), "-"


def target(layout, component, part, name):
    """By marking one tensor and converting with diffusers' own functions."""
    key = (layout, component)
    if key not in TARGETS:
        checkpoint = originals(layout, {component: part})
        marked = {k: torch.full(v.shape, i, device="meta") for i, (k, v) in enumerate(checkpoint.items())}
        identity = {id(v): k for k, v in marked.items()}
        TARGETS[key] = {
            identity[id(v)]: k
            for k, v in back(layout, {component: part}, marked)[component].items()
            if id(v) in identity
        }
    if name.endswith("text_projection"):
        return "text_projection"
    if name in TARGETS[key]:
        return TARGETS[key][name]
    # Its own view of a convolution: identity is lost, values are proven with the tiny models.
    levels = len(part[1]["block_out_channels"])
    return {VAE + vae_name(k, levels): k for k in part[0].state_dict()}[name]


TARGETS = {}


def micro():
    folder, parts = ROOT.parent / "golden/models/micro-fp16", {}
    keys = {"variant": "fp16", "torch_dtype": torch.float16}
    for component, cls in (
        ("unet", diffusers.UNet2DConditionModel),
        ("vae", diffusers.AutoencoderKL),
        ("text_encoder", CLIPTextModel),
    ):
        config = json.loads((folder / component / "config.json").read_text())
        parts[component] = (cls.from_pretrained(folder, subfolder=component, **keys), config)
    return parts


def own(tensors):
    return {k: v.detach().clone().contiguous() for k, v in tensors.items()}


def write_safetensors(parts):
    tensors = originals("sd1", parts)
    prove("sd1", parts, tensors)
    tensors = {k: v.float() if k.startswith(VAE) else v for k, v in tensors.items()}
    averages = {"model_ema." + k[len("model.") :].replace(".", ""): 0 * v for k, v in list(tensors.items())[:9]}
    tensors["cond_stage_model.transformer.text_model.embeddings.position_ids"] = torch.arange(16)[None]
    tensors |= averages | {"betas": torch.linspace(0.01, 0.02, 10), "model_ema.decay": torch.tensor(0.9)}
    tensors |= {VAE + "loss.logvar": torch.tensor(0.5), "v_pred": torch.tensor([])}
    save_file(own(tensors), ROOT / "micro.safetensors", {"format": "pt", "modelspec.title": "micro"})


def write_ckpt(parts):
    """As PyTorch Lightning saves: an object of its own among the callbacks, the weights in a dict."""
    tensors = originals("sd2", parts)
    prove("sd2", parts, tensors)
    tensors["cond_stage_model.model.logit_scale"] = torch.tensor(4.6)
    tensors["cond_stage_model.model.text_projection"] = torch.eye(4)
    module = types.ModuleType("pytorch_lightning.callbacks.model_checkpoint")
    module.ModelCheckpoint = type("ModelCheckpoint", (), {"__module__": module.__name__})
    for i in (1, 2, 3):
        sys.modules.setdefault(".".join(module.__name__.split(".")[:i]), module)
    content = {"epoch": 3, "global_step": 110000, "pytorch-lightning_version": "1.4.2"}
    content |= {"state_dict": own(tensors), "callbacks": {module.ModelCheckpoint: {"best": None, "monitor": 0.5}}}
    content |= {"optimizer_states": [{"state": {0: {"step": torch.tensor(7)}}, "lr": 1e-4, "on": True}]}
    torch.save(content, ROOT / "micro.ckpt")


def write_bin(parts):
    text = own(text_tensors(parts["text_encoder"][0]))
    torch.save(text, ROOT / "text_encoder.bin", _use_new_zipfile_serialization=False)
    torch.save(parts["vae"][0].state_dict(), ROOT / "vae.bin")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    for layout in TEXT:
        write_keys(layout)
    parts = micro()
    write_safetensors(parts)
    write_ckpt(parts)
    write_bin(parts)
