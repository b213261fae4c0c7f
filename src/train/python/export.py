"""Writes the model as a diffusers folder in half precision."""
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextModel

import diffusion
import tokenizer

INDEX = {
    "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.42.1", "feature_extractor": [None, None],
    "requires_safety_checker": False, "safety_checker": [None, None], "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
}


def write(folder: Path, vae: AutoencoderKL, unet: UNet2DConditionModel, text_encoder: CLIPTextModel,
          pipeline: str = "StableDiffusionPipeline", words: dict | None = None) -> None:
    """Writes beside the folder first and moves file by file, so that a reader never finds half a file.

    `words` are those that the model knows, if they are to be listed."""
    new = folder.parent / (folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    tokenizer.write(new / "tokenizer")
    diffusion.build_scheduler().save_config(new / "scheduler")
    for name, module in (("vae", vae), ("unet", unet)):
        module.save_config(new / name)
        _without_path(new / name / "config.json")
        _weights(module.state_dict(), new / name / "diffusion_pytorch_model.fp16.safetensors")
    text_encoder.config.save_pretrained(new / "text_encoder")
    _text_config(new / "text_encoder" / "config.json")
    _weights(_with_prefix(text_encoder.state_dict()), new / "text_encoder" / "model.fp16.safetensors")
    (new / "model_index.json").write_text(json.dumps(INDEX | {"_class_name": pipeline}, indent=2) + "\n")
    if words:
        (new / "known_words.json").write_text(json.dumps(words, indent=2) + "\n")
    for path in sorted(p for p in new.rglob("*") if p.is_file()):
        target = folder / path.relative_to(new)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o644)
        path.replace(target)
    shutil.rmtree(new)


def _with_prefix(state):
    """Stable Diffusion 1's names of the text encoder's tensors."""
    return {k if k.startswith("text_model.") else "text_model." + k: v for k, v in state.items() if "position_ids" not in k}


def _without_path(path):
    """Removes the path from which a module was read."""
    config = json.loads(path.read_text())
    config.pop("_name_or_path", None)
    path.write_text(json.dumps(config, indent=2) + "\n")


def _text_config(path):
    """Adds what a reader of Stable Diffusion 1's configuration expects to find."""
    config = json.loads(path.read_text())
    config.update(architectures=["CLIPTextModel"], model_type="clip_text_model", torch_dtype="float32")
    config.pop("dtype", None)
    path.write_text(json.dumps(config, indent=2) + "\n")


def _weights(state, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.detach().to("cpu", torch.float16).contiguous() for k, v in state.items()}, path, {"format": "pt"})
