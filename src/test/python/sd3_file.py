"""Original names of Stable Diffusion 3's tensors, proven by diffusers' own conversion of such files.

    python sd3_file.py     writes src/test/resources/original/keys/sd3-….txt.gz: every tensor of the
        published models, as original.py writes them: original name, shape, COMPONENT/NAME in diffusers,
        with "i/3" where it is one of three parts. The networks are made without memory. Text encoders
        have transformers' names and are left out, as the VAE is for all models but the first.
"""

import gzip
import re
from pathlib import Path

import diffusers
import torch
from diffusers.loaders import single_file_utils as official

import original

KEYS = Path(__file__).parents[1] / "resources/original/keys"
PREFIX, VAE = "model.diffusion_model.", "first_stage_model."
TOP = {
    "pos_embed.proj": "x_embedder.proj",
    "time_text_embed.timestep_embedder.linear_1": "t_embedder.mlp.0",
    "time_text_embed.timestep_embedder.linear_2": "t_embedder.mlp.2",
    "time_text_embed.text_embedder.linear_1": "y_embedder.mlp.0",
    "time_text_embed.text_embedder.linear_2": "y_embedder.mlp.2",
    "context_embedder": "context_embedder",
    "norm_out.linear": "final_layer.adaLN_modulation.1",
    "proj_out": "final_layer.linear",
}
LAYERS = {
    "norm1.linear": "x_block.adaLN_modulation.1",
    "norm1_context.linear": "context_block.adaLN_modulation.1",
    "attn.norm_q": "x_block.attn.ln_q",
    "attn.norm_k": "x_block.attn.ln_k",
    "attn.norm_added_q": "context_block.attn.ln_q",
    "attn.norm_added_k": "context_block.attn.ln_k",
    "attn.to_out.0": "x_block.attn.proj",
    "attn.to_add_out": "context_block.attn.proj",
    "attn2.norm_q": "x_block.attn2.ln_q",
    "attn2.norm_k": "x_block.attn2.ln_k",
    "attn2.to_out.0": "x_block.attn2.proj",
    "ff.net.0.proj": "x_block.mlp.fc1",
    "ff.net.2": "x_block.mlp.fc2",
    "ff_context.net.0.proj": "context_block.mlp.fc1",
    "ff_context.net.2": "context_block.mlp.fc2",
}
INPUTS = {"attn.to_{}": "x_block.attn", "attn.add_{}_proj": "context_block.attn", "attn2.to_{}": "x_block.attn2"}
INPUTS = {new.format(c): (old + ".qkv", "qkv".index(c)) for new, old in INPUTS.items() for c in "qkv"}
VAE_CONFIG = dict(
    in_channels=3, out_channels=3, block_out_channels=[128, 256, 512, 512], layers_per_block=2, latent_channels=16,
    down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
    use_quant_conv=False, use_post_quant_conv=False,
)
LARGE = dict(num_layers=38, num_attention_heads=38, caption_projection_dim=2432, pos_embed_max_size=192)
PUBLISHED = {
    "sd3-medium": dict(num_layers=24, num_attention_heads=24, caption_projection_dim=1536, pos_embed_max_size=192),
    "sd3-medium-3.5": dict(
        num_layers=24, num_attention_heads=24, caption_projection_dim=1536, pos_embed_max_size=384, qk_norm="rms_norm",
        dual_attention_layers=list(range(13)),
    ),
    "sd3-large-3.5": LARGE | dict(qk_norm="rms_norm"),
}


def place(name):
    """diffusers' name -> the original's, and which of three parts it is there, if it is one."""
    if name == "pos_embed.pos_embed":
        return "pos_embed", None
    stem, end = name.rsplit(".", 1)
    layer = re.match(r"transformer_blocks\.(\d+)\.(.+)", stem)
    if not layer:
        return f"{TOP[stem]}.{end}", None
    block = f"joint_blocks.{layer[1]}."
    if layer[2] in INPUTS:
        old, part = INPUTS[layer[2]]
        return f"{block}{old}.{end}", part
    return f"{block}{LAYERS[layer[2]]}.{end}", None


def originals(transformer):
    """All tensors of a transformer by their original names, without prefix."""
    out, fused = {}, {}
    last = f"transformer_blocks.{len(transformer.transformer_blocks) - 1}.norm1_context."
    for name, value in transformer.state_dict().items():
        if name.startswith(("norm_out.", last)):
            value = torch.cat(value.chunk(2)[::-1])  # shift stands first in the original
        old, part = place(name)
        if part is None:
            out[old] = value
        else:
            fused.setdefault(old, {})[part] = value
    out |= {k: torch.cat([v[i] for i in range(3)]) for k, v in fused.items()}
    prove(transformer, out)
    return out


def prove(transformer, tensors):
    """diffusers reads the same tensors, bit for bit (on meta: of the same shapes), and no others."""
    back = official.convert_sd3_transformer_checkpoint_to_diffusers(dict(tensors))
    own = transformer.state_dict()
    assert own.keys() == back.keys(), own.keys() ^ back.keys()
    for name, value in own.items():
        assert value.shape == back[name].shape, name
        assert value.is_meta or torch.equal(value, back[name]), name


def vae_originals(vae):
    levels = len(vae.config.block_out_channels)
    named = {original.vae_name(k, levels): v for k, v in vae.state_dict().items()}
    return {k: original.vae_value(k, v) for k, v in named.items()}


def rows(transformer):
    values = originals(transformer)
    for name in transformer.state_dict():
        old, part = place(name)
        yield PREFIX + old, values[old], "transformer/" + name + ("" if part is None else f" {part}/3")


def vae_rows(vae):
    levels = len(vae.config.block_out_channels)
    for name, value in vae.state_dict().items():
        old = original.vae_name(name, levels)
        yield VAE + old, original.vae_value(old, value), "vae/" + name


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    for table, keys in PUBLISHED.items():
        with torch.device("meta"):
            transformer = diffusers.SD3Transformer2DModel(sample_size=128, **keys)
            vae = diffusers.AutoencoderKL(**VAE_CONFIG)
        print(table, sum(p.numel() for p in transformer.parameters()))
        found = list(rows(transformer)) + (list(vae_rows(vae)) if table == "sd3-medium" else [])
        lines = [f"{name} {list(value.shape)} {target}" for name, value, target in found]
        with open(KEYS / f"{table}.txt.gz", "wb") as file:
            with gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
                out.write(("\n".join(lines) + "\n").encode())
