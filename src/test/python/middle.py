"""Goldens of U-Nets whose middle has one resnet (SSD-1B, Segmind Vega) or nothing (KOALA-700M):

    golden/middle.safetensors    outputs of the refiner of golden/xl without those tensors, for the sample
        and conditioning of its golden/conditioning.safetensors
"""

import json

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file

from xl import ROOT

if __name__ == "__main__":
    torch.set_grad_enabled(False)
    refiner = ROOT / "refiner"
    given = load_file(refiner / "golden/conditioning.safetensors")
    tensors = load_file(refiner / "unet/diffusion_pytorch_model.fp16.safetensors")
    config = json.loads((refiner / "unet/config.json").read_text())
    ids = torch.tensor([[16.0, 24, 0, 0, s] for s in (2.5, 6)])
    added = {"text_embeds": given["given.pooled"], "time_ids": ids}
    out = {}
    for name, kind, kept in (("none", None, "-"), ("resnet", "UNetMidBlock2D", "mid_block.resnets.0.")):
        unet = UNet2DConditionModel.from_config(config | {"mid_block_type": kind}).eval()
        left = {k: v.float() for k, v in tensors.items() if not k.startswith("mid_block.") or k.startswith(kept)}
        unet.load_state_dict(left, strict=True)
        out[name] = unet(given["sample"], 501, given["given.states"], added_cond_kwargs=added).sample.contiguous()
    save_file(out, ROOT.parent / "middle.safetensors")
