"""Makes LoRAs of golden/sd3/dual with peft and diffusers, after sd3.py, and proves kohya's naming.

    lora/diffusers.safetensors   as diffusers saves it
    lora/kohya.safetensors       the same change by the names of kohya's scripts, where queries, keys and
        values are one layer
    lora/golden.safetensors      "out": the transformer's output with the LoRA at 0.75, for the stored inputs
"""

import shutil

import torch
from diffusers import SD3Transformer2DModel
from peft import LoraConfig
from safetensors.torch import load_file, save_file

import networks as nets
import sd3
import sd3_file

FOLDER = sd3.ROOT / "dual"
OUT = sd3.ROOT / "lora"
LAYERS = r"transformer_blocks\.[02]\.(attn\.(to_[qkv]|add_[qkv]_proj|to_out\.0)|attn2\.to_[qkv]|ff\.net\.2|norm1\.linear)"
RANK, WEIGHT = 2, 0.75


def kohya(lora):
    """{name.lora_A.weight: …} → kohya's names; of three layers in one, the ranks add up."""
    out, fused = {}, {}
    for name in sorted(k.removesuffix(".lora_A.weight") for k in lora if k.endswith(".lora_A.weight")):
        down, up = lora[name + ".lora_A.weight"], lora[name + ".lora_B.weight"]
        old, part = sd3_file.place(name.removeprefix("transformer.") + ".weight")
        layer = "lora_unet_" + old.removesuffix(".weight").replace(".", "_")
        fused.setdefault(layer, {})[part or 0] = (down, up)
    for layer, parts in fused.items():
        downs, ups = zip(*(parts[i] for i in range(len(parts))))
        down, up = torch.cat(downs), torch.block_diag(*ups)
        out |= {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up}
        out[f"{layer}.alpha"] = torch.tensor(float(len(down)))
    return out


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    keys = {"torch_dtype": torch.float32, "variant": "fp16"}
    transformer = SD3Transformer2DModel.from_pretrained(FOLDER, subfolder="transformer", **keys)
    transformer.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=LAYERS))
    g = nets.generator(31)
    for name, p in transformer.named_parameters():
        if "lora_" in name:
            p.copy_(0.5 * torch.randn(p.shape, generator=g))
    lora = {
        "transformer." + k.replace(".default", ""): v for k, v in transformer.state_dict().items() if "lora_" in k
    }
    save_file({k: v.contiguous() for k, v in lora.items()}, OUT / "diffusers.safetensors")
    save_file({k: v.contiguous() for k, v in kohya(lora).items()}, OUT / "kohya.safetensors")
    golden = load_file(FOLDER / "golden/conditioning.safetensors")
    transformer.set_adapters(["default"], [WEIGHT])
    states = golden["given.states"]
    keys = dict(timestep=torch.tensor([501.5] * 2), pooled_projections=golden["given.pooled"])
    found = transformer(golden["sample"], encoder_hidden_states=states, **keys).sample
    plain = SD3Transformer2DModel.from_pretrained(FOLDER, subfolder="transformer", variant="fp16", torch_dtype=torch.float32)
    change = (found - plain(golden["sample"], encoder_hidden_states=states, **keys).sample).abs().max()
    print(len(lora), "tensors change the output by", change.item())
    nets.write_tensors(OUT / "golden.safetensors", {"out": found})
    for file in OUT.iterdir():
        file.chmod(0o644)
