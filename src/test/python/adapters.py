"""Makes adapters of every algebra and the weights they give, in src/test/resources/golden/adapters.

    PYTHONPATH=folder-of-lycoris_lora-4.1.3 python adapters.py

    lycoris.safetensors  a file of LyCORIS with another algebra in each layer of the tiny model sd1
    NAME/                a folder as peft saves it
    golden.safetensors   CASE:TENSOR = the weight (or bias) with the adapter, in float32
    cases.json           which adapter with which weight makes a case

The weights of LyCORIS are read off the outputs of its modules' forward: get_merged_weight applies
alpha / rank of LoHa twice. Those of peft are merged by peft. A weight w other than 1 is LyCORIS'
multiplier; for peft, DoRA, and OFT with a rescale, which LyCORIS has outside of it: W + w (W' - W).
"""

import json
import shutil
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from lycoris.modules.boft import ButterflyOFTModule
from lycoris.modules.diag_oft import DiagOFTModule
from lycoris.modules.full import FullModule
from lycoris.modules.glora import GLoRAModule, _glora_weight
from lycoris.modules.ia3 import IA3Module
from lycoris.modules.loha import LohaModule
from lycoris.modules.lokr import LokrModule
from lycoris.modules.norms import NormModule
from peft import BOFTConfig, IA3Config, LoHaConfig, LoKrConfig, OFTConfig, get_peft_model
from peft.tuners.boft import layer as boft
from peft.tuners.glora import GloraConfig
from safetensors.torch import save_file

import networks as nets

GOLDEN = Path(__file__).parent.parent / "resources/golden"
OUT = GOLDEN / "adapters"
PART = 0.6
DOWN, MID = "down_blocks.0", "mid_block"
BLOCK = "attentions.0.transformer_blocks.0"
LYCORIS = {  # layer: (module, its settings)
    f"{DOWN}.{BLOCK}.attn1.to_q": (LohaModule, dict(lora_dim=2, alpha=1.5)),
    f"{DOWN}.{BLOCK}.attn1.to_k": (LohaModule, dict(lora_dim=2, alpha=3, weight_decompose=True)),
    f"{DOWN}.resnets.0.conv1": (LohaModule, dict(lora_dim=2, alpha=1)),
    f"{DOWN}.resnets.0.conv2": (LohaModule, dict(lora_dim=3, alpha=1, use_tucker=True)),
    f"{DOWN}.{BLOCK}.attn1.to_v": (LokrModule, dict(lora_dim=100, alpha=3, full_matrix=True)),
    f"{MID}.{BLOCK}.attn1.to_q": (LokrModule, dict(lora_dim=1, alpha=0.5, factor=4)),
    f"{MID}.{BLOCK}.attn1.to_k": (
        LokrModule,
        dict(lora_dim=1, alpha=2, factor=4, decompose_both=True),
    ),
    f"{MID}.resnets.0.conv1": (LokrModule, dict(lora_dim=2, alpha=1, factor=2)),
    f"{MID}.resnets.0.conv2": (LokrModule, dict(lora_dim=2, alpha=1, factor=2, use_tucker=True)),
    f"{MID}.{BLOCK}.attn2.to_v": (
        LokrModule,
        dict(lora_dim=1, alpha=2, factor=4, weight_decompose=True),
    ),
    f"{DOWN}.{BLOCK}.attn2.to_q": (DiagOFTModule, dict(lora_dim=4)),
    f"{DOWN}.attentions.0.proj_in": (
        DiagOFTModule,
        dict(lora_dim=4, constraint=0.05, rescaled=True),
    ),
    f"{MID}.resnets.1.conv1": (DiagOFTModule, dict(lora_dim=4, constraint=0.02)),
    f"{MID}.{BLOCK}.attn1.to_out.0": (ButterflyOFTModule, dict(lora_dim=4)),
    f"{MID}.resnets.1.conv2": (
        ButterflyOFTModule,
        dict(lora_dim=4, constraint=0.05, rescaled=True),
    ),
    f"{MID}.{BLOCK}.attn2.to_q": (IA3Module, {}),
    f"{MID}.{BLOCK}.attn2.to_k": (IA3Module, dict(train_on_input=True)),
    f"{MID}.attentions.0.proj_in": (IA3Module, {}),
    f"{MID}.{BLOCK}.ff.net.2": (GLoRAModule, dict(lora_dim=2, alpha=1)),
    "conv_in": (GLoRAModule, dict(lora_dim=2, alpha=1)),
    f"{DOWN}.{BLOCK}.attn1.to_out.0": (FullModule, {}),
    f"{DOWN}.attentions.0.proj_out": (FullModule, {}),
    f"{DOWN}.{BLOCK}.norm1": (NormModule, {}),
    f"{DOWN}.resnets.0.norm1": (NormModule, {}),
}
LINEAR, CONV = r".*down_blocks\.0.*(attn1\.to_q|attn2\.to_k)", r"resnets\.0\.conv1|proj_in"
BOTH = rf"{LINEAR}|.*down_blocks\.0.*({CONV})"
BIASED = r".*down_blocks\.0.*(to_out\.0|ff\.net\.2)"
PEFT = {
    "loha": LoHaConfig(
        r=2,
        alpha=3,
        rank_pattern={"attn2.to_k": 1},
        alpha_pattern={r".*conv1": 5},
        use_effective_conv2d=True,
        target_modules=BOTH,
    ),
    "loha-flat": LoHaConfig(r=2, alpha=3, target_modules=BOTH),
    "lokr": LoKrConfig(
        r=1,
        alpha=3,
        decompose_both=True,
        decompose_factor=4,
        use_effective_conv2d=True,
        target_modules=BOTH,
    ),
    "lokr-whole": LoKrConfig(
        r=20, alpha=3, rank_pattern={"attn1.to_q": 30}, decompose_factor=2, target_modules=BOTH
    ),
    "lokr-flat": LoKrConfig(r=1, alpha=2, decompose_factor=2, target_modules=BOTH),
    "oft": OFTConfig(oft_block_size=4, use_cayley_neumann=True, target_modules=BOTH),
    "oft-2": OFTConfig(oft_block_size=8, num_cayley_neumann_terms=2, target_modules=LINEAR),
    "oft-3": OFTConfig(oft_block_size=8, num_cayley_neumann_terms=3, target_modules=LINEAR),
    "oft-7": OFTConfig(oft_block_size=8, num_cayley_neumann_terms=7, target_modules=LINEAR),
    "oft-exact": OFTConfig(
        oft_block_size=4, use_cayley_neumann=False, coft=True, eps=0.5, target_modules=BOTH
    ),
    "oft-shared": OFTConfig(
        oft_block_size=4, use_cayley_neumann=False, block_share=True, target_modules=BOTH
    ),
    "boft": BOFTConfig(boft_block_size=4, boft_n_butterfly_factor=1, target_modules=BOTH),
    "boft-2": BOFTConfig(boft_block_size=4, boft_n_butterfly_factor=2, target_modules=BOTH),
    "boft-3": BOFTConfig(boft_block_size=2, boft_n_butterfly_factor=3, target_modules=LINEAR),
    "ia3": IA3Config(
        target_modules=rf"{BIASED}|.*down_blocks\.0.*({CONV})",
        feedforward_modules=r".*down_blocks\.0.*(ff\.net\.2|proj_in)",
    ),
    "glora": GloraConfig(
        r=2, config_A_B="lora", config_C="lora", config_D_E="vector", target_modules=BIASED
    ),
    "glora-vector": GloraConfig(
        r=2, config_A_B="vector", config_C="vector", config_D_E="constant", target_modules=BIASED
    ),
    "glora-constant": GloraConfig(
        r=2, config_A_B="constant", config_C="none", config_D_E="none", target_modules=BIASED
    ),
}


def sd1():
    folder = GOLDEN / "models/sd1/unet"
    return UNet2DConditionModel.from_pretrained(folder, torch_dtype=torch.float32)


def by_outputs(module, layer):
    """The weight and bias by which a linear layer or convolution acts."""
    shape = layer.weight.shape
    n = shape[1:].numel()
    if layer.weight.ndim == 2:
        bias = module(torch.zeros(1, n))[0]
        return (module(torch.eye(n)) - bias).T, bias
    kh, kw = shape[2:]
    middle = (slice(None), slice(None), kh // 2, kw // 2)
    bias = module(torch.zeros(1, shape[1], kh, kw))[middle][0]
    return (module(torch.eye(n).view(n, *shape[1:]))[middle] - bias).T.reshape(shape), bias


def merged(module, layer, w):
    if isinstance(module, NormModule):
        return module.get_merged_weight(w)
    outside = getattr(module, "wd", False)
    outside |= isinstance(module, DiagOFTModule) and module.rescaled
    module.multiplier = 1 if outside else w
    weight, bias = by_outputs(module, layer)
    return (layer.weight + w * (weight - layer.weight), bias) if outside else (weight, bias)


def fill(parameters, g, strength=0.3):
    for p in parameters:
        p.data = p.data + strength * torch.randn(p.shape, generator=g)


def write_lycoris():
    unet, g, tensors, golden = sd1(), nets.generator(1), {}, {}
    for name, (cls, settings) in LYCORIS.items():
        layer = unet.get_submodule(name)
        module = cls(name, layer, **settings)
        fill(module.parameters(), g)
        key = "lora_unet_" + name.replace(".", "_")
        stored = module.custom_state_dict() if hasattr(module, "custom_state_dict") else {}
        if cls in (DiagOFTModule, ButterflyOFTModule, IA3Module, NormModule):
            stored = module.state_dict()
        if cls is FullModule:
            stored = {"diff": module.weight, "diff_b": module.bias}
        tensors |= {f"{key}.{k}": v.detach() for k, v in stored.items()}
        for case, w in (("lycoris", 1), ("lycoris-part", PART)):
            weight, bias = merged(module, layer, w)
            golden[f"{case}:{name}.weight"] = weight
            if cls in (FullModule, NormModule):
                golden[f"{case}:{name}.bias"] = bias
    layer = unet.conv_out  # LyCORIS reads bm, and never writes it
    o, i, kh, kw = layer.weight.shape
    parts = {
        "a1": torch.randn(i, 2, 1, 1, generator=g) * 0.3,
        "a2": torch.randn(2, i, 1, 1, generator=g) * 0.3,
        "b1": torch.randn(o, 2, 1, 1, generator=g) * 0.3,
        "b2": torch.randn(2, i, 1, 1, generator=g) * 0.3,
        "bm": torch.randn(2, 2, kh, kw, generator=g) * 0.3,
    }
    tensors |= {f"lora_unet_conv_out.{k}.weight": v for k, v in parts.items()}
    delta = _glora_weight(layer.weight, *parts.values(), 1.0)
    golden["lycoris:conv_out.weight"] = layer.weight + delta
    golden["lycoris-part:conv_out.weight"] = layer.weight + PART * delta
    save_file({k: v.contiguous().clone() for k, v in tensors.items()}, OUT / "lycoris.safetensors")
    return golden


class Blocks:
    """What peft's CUDA extension does."""

    @staticmethod
    def apply(x):
        return torch.stack([torch.block_diag(*one) for one in x])


def write_peft(name, config):
    unet, g, golden = sd1(), nets.generator(2), {}
    before = {k: v.clone() for k, v in unet.state_dict().items()}
    model = get_peft_model(unet, config)
    own = [p for n, p in model.named_parameters() if p.requires_grad]
    fill(own, g)
    model.save_pretrained(OUT / name)
    (OUT / name / "README.md").unlink(missing_ok=True)
    after = model.merge_and_unload().state_dict()
    for key, w in before.items():
        if not torch.equal(w, after[key]):
            golden[f"{name}:{key}"] = after[key]
            golden[f"{name}-part:{key}"] = w + PART * (after[key] - w)
    return golden


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    boft.get_fbd_cuda, boft.FastBlockDiag = lambda: True, Blocks
    golden = write_lycoris()
    for name, config in PEFT.items():
        golden |= write_peft(name, config)
    cases = {}
    for name in ("lycoris", *PEFT):
        cases |= {name: [name, 1.0], f"{name}-part": [name, PART]}
    nets.write_json(OUT / "cases.json", cases)
    nets.write_tensors(OUT / "golden.safetensors", golden)
    print({c: sum(k.startswith(f"{c}:") for k in golden) for c in cases})


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    main()
