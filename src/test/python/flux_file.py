"""Original names of FLUX.1's tensors, proven by diffusers' own conversion of such files.

    python flux_file.py     writes src/test/resources/original/keys/flux1-….txt.gz, every tensor of the
        published models' transformers as original.py writes them: original name, shape,
        transformer/NAME in diffusers, with "i/3", "i/7" or "3-6/7" where it is a part of the original;
        and z-image.txt.gz, the same of Z-Image. The networks are made without memory.
"""

import gzip
import re
from pathlib import Path

import diffusers
import torch
from diffusers.loaders import single_file_utils as official

KEYS = Path(__file__).parents[1] / "resources/original/keys"
TOP = {
    "x_embedder": "img_in",
    "context_embedder": "txt_in",
    "time_text_embed.timestep_embedder.linear_1": "time_in.in_layer",
    "time_text_embed.timestep_embedder.linear_2": "time_in.out_layer",
    "time_text_embed.text_embedder.linear_1": "vector_in.in_layer",
    "time_text_embed.text_embedder.linear_2": "vector_in.out_layer",
    "time_text_embed.guidance_embedder.linear_1": "guidance_in.in_layer",
    "time_text_embed.guidance_embedder.linear_2": "guidance_in.out_layer",
    "norm_out.linear": "final_layer.adaLN_modulation.1",
    "proj_out": "final_layer.linear",
}
DOUBLE = {
    "norm1.linear": "img_mod.lin",
    "norm1_context.linear": "txt_mod.lin",
    "attn.norm_q": "img_attn.norm.query_norm",
    "attn.norm_k": "img_attn.norm.key_norm",
    "attn.norm_added_q": "txt_attn.norm.query_norm",
    "attn.norm_added_k": "txt_attn.norm.key_norm",
    "attn.to_out.0": "img_attn.proj",
    "attn.to_add_out": "txt_attn.proj",
    "ff.net.0.proj": "img_mlp.0",
    "ff.net.2": "img_mlp.2",
    "ff_context.net.0.proj": "txt_mlp.0",
    "ff_context.net.2": "txt_mlp.2",
}
SINGLE = {"norm.linear": "modulation.lin", "attn.norm_q": "norm.query_norm", "attn.norm_k": "norm.key_norm", "proj_out": "linear2"}
PARTS = {f"attn.to_{c}": ("img_attn.qkv", f"{i}/3") for i, c in enumerate("qkv")}
PARTS |= {f"attn.add_{c}_proj": ("txt_attn.qkv", f"{i}/3") for i, c in enumerate("qkv")}
SINGLE_PARTS = {f"attn.to_{c}": ("linear1", f"{i}/7") for i, c in enumerate("qkv")} | {"proj_mlp": ("linear1", "3-6/7")}
Z_IMAGE = dict(cap_feat_dim=2560, axes_dims=[32, 48, 48], axes_lens=[1536, 512, 512])


def place(name):
    """diffusers' name -> the original's, and which part it is there, if it is one."""
    stem, end = name.rsplit(".", 1)
    layer = re.match(r"(single_)?transformer_blocks\.(\d+)\.(.+)", stem)
    if not layer:
        return f"{TOP[stem]}.{end}", None
    names, parts = (SINGLE, SINGLE_PARTS) if layer[1] else (DOUBLE, PARTS)
    old, part = parts.get(layer[3]) or (names[layer[3]], None)
    end = "scale" if ".norm." in old or old.startswith("norm.") else end
    return f"{'single' if layer[1] else 'double'}_blocks.{layer[2]}.{old}.{end}", part


def named(transformer):
    """All tensors of a transformer by their original names."""
    out, fused = {}, {}
    for name, value in transformer.state_dict().items():
        old, part = place(name)
        if name.startswith("norm_out."):
            value = torch.cat(value.chunk(2)[::-1])  # shift stands first in the original
        if part is None:
            out[old] = value
        else:
            fused.setdefault(old, {})[part] = value
    return out | {k: torch.cat([v[i] for i in sorted(v)]) for k, v in fused.items()}


def originals(transformer):
    """The same, proven by diffusers, which knows the published sizes alone."""
    out = named(transformer)
    back = official.convert_flux_transformer_checkpoint_to_diffusers(dict(out))
    own = transformer.state_dict()
    assert own.keys() == back.keys(), own.keys() ^ back.keys()
    assert all(v.shape == back[k].shape for k, v in own.items())
    return out


Z_NAMES = {"all_x_embedder.2-1.": "x_embedder.", "all_final_layer.2-1.": "final_layer.", ".norm_q.": ".q_norm."}
Z_NAMES |= {".norm_k.": ".k_norm.", ".to_out.0.": ".out."}


def z_place(name):
    """As place, of Z-Image."""
    part = re.search(r"\.attention\.to_([qkv])\.", name)
    if part:
        return name.replace(part[0], ".attention.qkv."), f"{'qkv'.index(part[1])}/3"
    for new, old in Z_NAMES.items():
        name = name.replace(new, old)
    return name, None


def z_originals(transformer):
    own, out = transformer.state_dict(), {}
    for name, value in own.items():
        old, part = z_place(name)
        out[old] = torch.cat([out[old], value]) if part and old in out else value
    back = official.convert_z_image_transformer_checkpoint_to_diffusers(dict(out))
    assert own.keys() == back.keys() and all(v.shape == back[k].shape for k, v in own.items())
    return out


def rows(made, values, find):
    for name in made.state_dict():
        old, part = find(name)
        yield f"{old} {list(values[old].shape)} transformer/{name}" + (f" {part}" if part else "")


def write(table, lines):
    with open(KEYS / f"{table}.txt.gz", "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
            out.write(("\n".join(lines) + "\n").encode())
    print(table, len(lines))


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    for kind in ("dev", "schnell"):
        with torch.device("meta"):
            made = diffusers.FluxTransformer2DModel(guidance_embeds=kind == "dev")
        write(f"flux1-{kind}", list(rows(made, originals(made), place)))
    with torch.device("meta"):
        made = diffusers.ZImageTransformer2DModel(**Z_IMAGE)
    write("z-image", list(rows(made, z_originals(made), z_place)))
