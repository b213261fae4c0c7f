"""Small random networks that are not degenerate, and their files.

Weights are rounded to the type they are stored in *before* a golden is computed, so a float16 file
loses nothing: the network computes in float32 with exactly the stored numbers.
"""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

STORED = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def generator(seed):
    return torch.Generator("cpu").manual_seed(seed)


def randomise(module, seed, stored="float16"):
    """Norms around 1, biases of 0.2, everything else so that variance is kept."""
    g = generator(seed)
    norms = (nn.GroupNorm, nn.LayerNorm)
    for part in module.modules():
        is_norm = isinstance(part, norms) or type(part).__name__.endswith("RMSNorm")
        is_norm = is_norm or type(part).__name__ == "T5LayerNorm"
        for name, p in part.named_parameters(recurse=False):
            x = torch.randn(p.shape, generator=g)
            if is_norm:
                x = 1 + 0.3 * x if name == "weight" else 0.2 * x
            elif p.ndim == 1:
                x = 0.2 * x
            elif isinstance(part, nn.Embedding):
                x = 0.7 * x
            else:
                x = x / math.sqrt(p[0].numel())
            p.data.copy_(rounded(x, stored))
    return module.eval().requires_grad_(False)


def rounded(x, stored):
    return x.to(STORED[stored]).float()


def fit_denoiser(unet, alphas_cumprod, prediction, stored, seed, length=77):
    """Ridge regression of the last convolution, so that long runs stay near the data.

    The data are smooth fields of standard deviation 1. All layers but the last stay random, with
    the branches of the residual ones a little weaker, so that the input comes through.
    """
    g, rows, wanted = generator(seed), [], []
    for name, part in unet.named_modules():
        if name.endswith((".conv2", ".proj_out")):
            part.weight.mul_(0.25)
    features = {}
    hook = unet.conv_out.register_forward_pre_hook(lambda m, a: features.update(x=a[0]))
    h, w = (unet.config.sample_size,) * 2
    c, width = unet.config.in_channels, unet.config.cross_attention_dim
    for t in torch.randint(0, 1000, (40,), generator=g).tolist():
        coarse = torch.randn(4, c, 3, 3, generator=g)
        x0 = nn.functional.interpolate(coarse, size=(h, w), mode="bicubic")
        noise = torch.randn(4, c, h, w, generator=g)
        a, s = alphas_cumprod[t] ** 0.5, (1 - alphas_cumprod[t]) ** 0.5
        target = {"epsilon": noise, "v_prediction": a * noise - s * x0, "sample": x0}[prediction]
        states = torch.randn(4, length, width, generator=g)
        unet(a * x0 + s * noise, t, states)
        f = nn.functional.unfold(features["x"], 3, padding=1).transpose(1, 2).flatten(0, 1)
        rows.append(torch.cat([f, torch.ones(len(f), 1)], 1))
        wanted.append(target.permute(0, 2, 3, 1).reshape(-1, c))
    hook.remove()
    f, y = torch.cat(rows).double(), torch.cat(wanted).double()
    gram = f.T @ f + 0.001 * len(f) * torch.eye(f.shape[1], dtype=torch.float64)
    fitted = torch.linalg.solve(gram, f.T @ y).float().T
    weight, bias = unet.conv_out.weight, unet.conv_out.bias
    weight.data.copy_(rounded(fitted[:, :-1].reshape(weight.shape), stored))
    bias.data.copy_(rounded(fitted[:, -1], stored))


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n")


def write_tensors(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    own = {k: v.detach().contiguous().clone() for k, v in tensors.items()}
    save_file(own, path, {"format": "pt"})


def write_weights(folder, stem, tensors, stored="float16", form="plain"):
    """form: plain | fp16 (the file's variant name) | sharded (three files and their index)."""
    tensors = {
        k: v.to(STORED[stored]) if v.is_floating_point() else v for k, v in tensors.items()
    }
    folder = Path(folder)
    if form == "plain":
        write_tensors(folder / f"{stem}.safetensors", tensors)
    elif form == "fp16":
        write_tensors(folder / f"{stem}.fp16.safetensors", tensors)
    else:
        names, places = sorted(tensors), {}
        for i in range(3):
            file = f"{stem}-{i + 1:05d}-of-00003.safetensors"
            part = names[i::3]
            write_tensors(folder / file, {k: tensors[k] for k in part})
            places.update({k: file for k in part})
        size = sum(v.numel() * v.element_size() for v in tensors.values())
        index = {"metadata": {"total_size": size}, "weight_map": dict(sorted(places.items()))}
        write_json(folder / f"{stem}.safetensors.index.json", index)


OLD_ATTENTION = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def vae_tensors(vae, naming="new"):
    """naming: new | old (query, key, value, proj_attn) | old-conv (they as 1x1 convolutions)."""
    tensors = {}
    for key, value in vae.state_dict().items():
        if naming != "new" and "attentions" in key:
            for new, old in OLD_ATTENTION.items():
                if f".{new}." in key:
                    key = key.replace(f".{new}.", f".{old}.")
                    if naming == "old-conv" and value.ndim == 2:
                        value = value[:, :, None, None]
        tensors[key] = value
    return tensors


def text_tensors(encoder, prefix=True, position_ids=False):
    """prefix: names begin with text_model. as Stable Diffusion's files do."""
    tensors = {k.removeprefix("text_model."): v for k, v in encoder.state_dict().items()}
    tensors.pop("embeddings.position_ids", None)
    if position_ids:
        length = encoder.config.max_position_embeddings
        tensors["embeddings.position_ids"] = torch.arange(length)[None]
    return {("text_model." if prefix else "") + k: v for k, v in tensors.items()}
