"""Makes golden/lora/xl.safetensors and xl-golden.safetensors: a LoRA for the tiny model golden/xl.

    python lora_xl.py

The LoRA has the names that kohya's scripts write: the U-Net's layers as in the original code, the
text encoders as lora_te1 and lora_te2. diffusers translates and applies it, with weight 0.75.
"""

import tempfile
from pathlib import Path

import torch
from transformers.integrations import peft as text_encoders

import lora
import networks as nets
import pipelines
import xl

WEIGHT = 0.75
ORIGINAL = {  # modules of xl.py's U-Net, by hand from the order of the original configuration
    "down_blocks.0.resnets.0": "input_blocks.1.0",
    "down_blocks.1.attentions.0": "input_blocks.3.1",
    "mid_block.attentions.0": "middle_block.1",
    "up_blocks.0.attentions.1": "output_blocks.1.1",
    "up_blocks.1.resnets.0": "output_blocks.2.0",
}
RESNET = {"conv1": "in_layers.2", "conv2": "out_layers.3", "time_emb_proj": "emb_layers.1"}
ENDS = (*lora.ATTENTION, *lora.FEED_FORWARD, "proj_in", *RESNET)


def names(made):
    """(key, module) of all that is changed."""
    for name, module in made["unet"][0].named_modules():
        place = next((p for p in ORIGINAL if name.startswith(p + ".")), None)
        if place and name.endswith(ENDS):
            rest = name[len(place) + 1 :]
            yield f"lora_unet_{ORIGINAL[place]}.{RESNET.get(rest, rest)}", module
    for number, component in ((1, "text_encoder"), (2, "text_encoder_2")):
        for name, module in made[component][0].named_modules():
            if name.endswith(lora.TEXT):
                yield f"lora_te{number}_{lora.text_name(name)}", module


def write(made):
    g, tensors = nets.generator(11), {}
    for name, module in names(made):
        key = name.replace(".", "_")
        down, up = lora.factors(module.weight, 2, g, "float16", 0.3)
        tensors |= {f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up}
        tensors[f"{key}.alpha"] = torch.tensor(1.0)
    lora.write("xl", tensors, {"ss_base_model_version": "sdxl_base_v1-0"})


def apply(pipe):
    state, alphas, metadata = pipe.lora_state_dict(
        lora.OUT,
        weight_name="xl.safetensors",
        return_lora_metadata=True,
        unet_config=pipe.unet.config,
    )
    state, alphas = lora.bare(state), lora.bare(alphas)
    keys = {"network_alphas": alphas, "metadata": metadata, "adapter_name": "xl"}
    pipe.load_lora_into_unet(state, unet=pipe.unet, **keys)
    for prefix in ("text_encoder", "text_encoder_2"):
        encoder = getattr(pipe, prefix)
        pipe.load_lora_into_text_encoder(state, text_encoder=encoder, prefix=prefix, **keys)
    pipe.set_adapters(["xl"], [WEIGHT])


if __name__ == "__main__":
    text_encoders.check_peft_version = lambda **keys: None
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        write(made)
        model = xl.XL(Path(folder), made, False, 900)
        pipe = model.pipeline(pipelines.StableDiffusionPipeline, "ddim")
        plain = pipe.encode_prompt(prompt=pipelines.PROMPT)[0]
        apply(pipe)
        print("the prompt's states change by", (pipe.encode_prompt(prompt=pipelines.PROMPT)[0] - plain).abs().amax((0, 1)))
        model.pipeline = lambda *names: pipe
        model.write_conditioning()
        golden = lora.load_file(Path(folder) / "golden/conditioning.safetensors")
    keep = {k: v for k, v in golden.items() if k.startswith("given") or k.startswith("out")}
    nets.write_tensors(lora.OUT / "xl-golden.safetensors", keep)
