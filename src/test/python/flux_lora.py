"""Makes LoRAs of golden/flux/dev with peft and diffusers, after flux.py, and proves the original naming.

    lora/diffusers.safetensors   as diffusers saves it
    lora/kohya.safetensors       the same change by the names of kohya's scripts, where queries, keys and values are one
        layer, in the blocks of one with the feed-forward layer behind them
    lora/original.safetensors    the same with the publishers' names and peft's endings
    lora/golden.safetensors      "out": the transformer's output with the LoRA at 0.75, for "sample", "states", "pooled"
"""

import shutil

import torch
from diffusers import FluxTransformer2DModel
from peft import LoraConfig
from safetensors.torch import save_file

import flux
import flux_file
import networks as nets

OUT = flux.OUT / "lora"
LAYERS = r"transformer_blocks\.0\.(attn\.(to_[qkv]|add_[qkv]_proj|to_add_out)|ff_context\.net\.2|norm1\.linear)"
LAYERS += r"|single_transformer_blocks\.0\.(attn\.to_[qkv]|proj_mlp|proj_out)|x_embedder"
RANK, WEIGHT = 2, 0.75


def originals(lora):
    """{name.lora_A.weight: …} → {original layer: (down, up)}; of several layers in one, the ranks add up."""
    fused = {}
    for name in sorted(k.removesuffix(".lora_A.weight") for k in lora if k.endswith(".lora_A.weight")):
        old, part = flux_file.place(name.removeprefix("transformer.") + ".weight")
        pair = lora[name + ".lora_A.weight"], lora[name + ".lora_B.weight"]
        fused.setdefault(old.removesuffix(".weight"), {})[part or ""] = pair
    out = {}
    for layer, parts in fused.items():
        downs, ups = zip(*(parts[i] for i in sorted(parts)))
        out[layer] = torch.cat(downs), torch.block_diag(*ups)
    return out


def kohya(layers):
    out = {}
    for layer, (down, up) in layers.items():
        name = "lora_unet_" + layer.replace(".", "_")
        out |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up}
        out[f"{name}.alpha"] = torch.tensor(float(len(down)))
    return out


def save(tensors, name):
    save_file({k: v.contiguous() for k, v in tensors.items()}, OUT / f"{name}.safetensors")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    read = lambda: FluxTransformer2DModel.from_pretrained(flux.OUT / "dev", subfolder="transformer", torch_dtype=torch.float32)
    transformer = read()
    transformer.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=LAYERS))
    g = nets.generator(33)
    for name, p in transformer.named_parameters():
        if "lora_" in name:
            p.copy_(0.4 * torch.randn(p.shape, generator=g))
    found = {k.replace(".default", ""): v for k, v in transformer.state_dict().items() if "lora_" in k}
    lora = {"transformer." + k: v for k, v in found.items()}
    layers = originals(lora)
    save(lora, "diffusers")
    save(kohya(layers), "kohya")
    named = {f"{k}.lora_A.weight": v[0] for k, v in layers.items()} | {f"{k}.lora_B.weight": v[1] for k, v in layers.items()}
    save({"diffusion_model." + k: v for k, v in named.items()}, "original")
    golden = {"sample": torch.randn(2, 16, 4, 6, generator=g), "states": torch.randn(2, 7, flux.STATES, generator=g)}
    golden["pooled"] = torch.randn(2, flux.CLIP, generator=g)
    packed = golden["sample"].view(2, 16, 2, 2, 3, 2).permute(0, 2, 4, 1, 3, 5).reshape(2, 6, 64)
    rows, columns = torch.meshgrid(torch.arange(2.0), torch.arange(3.0), indexing="ij")
    places = torch.stack([torch.zeros(2, 3), rows, columns], -1).reshape(6, 3)
    keys = dict(timestep=torch.tensor([0.5] * 2), guidance=torch.tensor([3.5] * 2), img_ids=places, txt_ids=torch.zeros(7, 3))
    keys |= dict(encoder_hidden_states=golden["states"], pooled_projections=golden["pooled"])
    transformer.set_adapters(["default"], [WEIGHT])
    out = transformer(packed, **keys).sample
    change = (out - read()(packed, **keys).sample).abs().max()
    print(len(lora), "tensors change the output by", change.item())
    golden["out"] = out.view(2, 2, 3, 16, 2, 2).permute(0, 3, 1, 4, 2, 5).reshape(2, 16, 4, 6)
    nets.write_tensors(OUT / "golden.safetensors", golden)
    for file in OUT.iterdir():
        file.chmod(0o644)
