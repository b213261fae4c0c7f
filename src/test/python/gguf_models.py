"""Makes src/test/resources/golden/gguf's models with the package gguf: tiny, of random weights.

    flux.gguf, flux/   the transformer of FLUX.1 with original names, and its settings in diffusers' layout
    sd3.gguf, sd3/     that of Stable Diffusion 3; its text encoders and VAE are those of golden/sd3/shared
    t5.gguf, t5/       a T5 text encoder for the first, with the names of llama.cpp, and its settings

Matrices with rows of 32 numbers are of the quantised types in turn, the others float16, vectors float32.
"""

import gguf
import torch
from diffusers import FluxTransformer2DModel, SD3Transformer2DModel
from gguf import GGMLQuantizationType as Q

import flux
import flux_file
import gguf_blocks
import networks as nets
import sd3_file
import t5
from golden import ROOT

OUT = ROOT / "gguf"
WIDTH = 32
TURN = [Q.Q8_0, Q.Q5_1, Q.Q4_0, Q.Q5_0, Q.Q4_1]
FLUX = dict(
    num_attention_heads=2, attention_head_dim=16, axes_dims_rope=[4, 6, 6], num_layers=1, num_single_layers=1,
    guidance_embeds=True, joint_attention_dim=WIDTH, in_channels=64, pooled_projection_dim=flux.CLIP, patch_size=1,
)
SD3 = dict(
    sample_size=16, patch_size=2, in_channels=16, out_channels=16, joint_attention_dim=24, pooled_projection_dim=16,
    pos_embed_max_size=12, num_layers=2, num_attention_heads=2, attention_head_dim=16, qk_norm="rms_norm",
    caption_projection_dim=WIDTH,
)
NOISE = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 3.0}


def write(name, architecture, tensors):
    writer = gguf.GGUFWriter(OUT / f"{name}.gguf", architecture)
    turn = 0
    for key, value in tensors.items():
        data = value.detach().float().numpy()
        kind = Q.F32 if data.ndim < 2 else Q.F16
        if data.ndim == 2 and data.shape[1] % WIDTH == 0:
            kind = TURN[turn % len(TURN)]
            turn += 1
        packed = gguf.quants.quantize(data, kind)
        writer.add_tensor(key, packed, raw_dtype=kind)
    gguf_blocks.finish(writer)


def tamed(network, seed):
    made = nets.randomise(network, seed)
    for name, p in made.named_parameters():
        if "proj_out" in name or "norm" in name and ".linear" in name:
            p.data.mul_(0.4)
    return made


def settings(name, config, kind):
    nets.write_json(OUT / name / "transformer/config.json", {"_class_name": kind, **config})
    nets.write_json(OUT / name / "scheduler/scheduler_config.json", NOISE)


def t5_name(name):
    """transformers' name -> llama.cpp's, by the package's own table."""
    table = gguf.get_tensor_name_map(gguf.MODEL_ARCH.T5ENCODER, 8)
    return table.get_name(name, try_suffixes=(".weight",))


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    settings("flux", FLUX, "FluxTransformer2DModel")
    write("flux", "flux", flux_file.named(tamed(FluxTransformer2DModel(**FLUX), 2401)))
    settings("sd3", SD3, "SD3Transformer2DModel")
    write("sd3", "sd3", sd3_file.originals(tamed(SD3Transformer2DModel(**SD3), 2402)))
    encoder = t5.make(108, 2403, d_model=WIDTH, num_heads=2, d_kv=16, d_ff=64, num_layers=2)
    t5.write_encoder(OUT / "t5", encoder)
    (OUT / "t5/model.safetensors").unlink()
    tensors = dict(encoder.state_dict())
    tensors.pop("encoder.embed_tokens.weight", None)
    write("t5", "t5encoder", {t5_name(k): v for k, v in tensors.items()})
