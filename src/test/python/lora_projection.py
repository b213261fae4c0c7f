"""Makes golden/lora/xl-projection.safetensors and xl-projection-golden.safetensors: a LoRA for the
projection of the tiny model golden/xl's second text encoder, which single files have transposed.

    python lora_projection.py

Its change is added to the weight here, with weight 0.75, as diffusers does not load it there.
"""

import tempfile
from pathlib import Path

import torch

import lora
import networks as nets
import pipelines
import xl
from lora_xl import WEIGHT

KEY = "lora_te2_text_projection"

if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        weight = made["text_encoder_2"][0].text_projection.weight
        down, up = lora.factors(weight, 2, nets.generator(12), "float16", 0.5)
        tensors = {f"{KEY}.lora_down.weight": down, f"{KEY}.lora_up.weight": up}
        lora.write("xl-projection", tensors | {f"{KEY}.alpha": torch.tensor(1.0)}, {})
        weight.data += WEIGHT * 0.5 * (up.float() @ down.float())
        model = xl.XL(Path(folder), made, False, 900)
        pipe = model.pipeline(pipelines.StableDiffusionPipeline, "ddim")
        keys = {"prompt": pipelines.PROMPT, "negative_prompt": pipelines.NEGATIVE}
        _, _, pooled, none_pooled = pipe.encode_prompt(**keys)
        pooled = torch.cat([none_pooled, pooled])
        nets.write_tensors(lora.OUT / "xl-projection-golden.safetensors", {"given.pooled": pooled})
