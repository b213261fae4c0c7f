"""Makes the LoRAs and goldens of src/test/resources/golden/lora for the models sd1 and micro-fp16.

    python lora.py

    NAME.safetensors   a LoRA in one of the namings; peft/ a folder as peft saves it
    golden.safetensors CASE.unet = the U-Net's output for the model's own golden inputs,
                       CASE.text = the text encoder's last hidden state for the second prompt, if
                       the case changes it,
                       CASE.latents, CASE.picture = of a whole run
    cases.json         which LoRAs with which weights make a case, of which model

diffusers itself loads and merges what it can read; LoCon with a Tucker core, and DoRA on
convolutions or with a weight, are computed here as they are defined: W + w (dW).
"""

import json
import shutil
from pathlib import Path

import diffusers
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers.integrations import peft as text_encoders

import networks as nets
import pipelines
import vocabulary
from scheduler_names import SCHEDULERS

GOLDEN = Path(__file__).parent.parent / "resources/golden"
OUT = GOLDEN / "lora"
TIMESTEP = 500.25
ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
FEED_FORWARD = ("ff.net.0.proj", "ff.net.2")
TEXT = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
PLACES = ("down_blocks.0", "mid_block", "up_blocks.1.upsamplers", "up_blocks.2.", "encoder.layers.1")
UNET = r"(mid_block|up_blocks.2).*(to_q|to_v|conv1)"
ORIGINAL = {  # of the tiny U-Net of sd1, written out by hand from the original configuration's order
    "down_blocks.0.attentions.0": "input_blocks.1.1",
    "down_blocks.0.resnets.0.conv1": "input_blocks.1.0.in_layers.2",
    "down_blocks.0.downsamplers.0.conv": "input_blocks.2.0.op",
    "down_blocks.1.attentions.0": "input_blocks.3.1",
    "down_blocks.2.resnets.0.conv_shortcut": "input_blocks.5.0.skip_connection",
    "mid_block.attentions.0": "middle_block.1",
    "mid_block.resnets.1.conv2": "middle_block.2.out_layers.3",
    "up_blocks.0.resnets.1.time_emb_proj": "output_blocks.1.0.emb_layers.1",
    "up_blocks.0.upsamplers.0.conv": "output_blocks.1.1.conv",
    "up_blocks.1.upsamplers.0.conv": "output_blocks.3.2.conv",
    "up_blocks.2.attentions.1": "output_blocks.5.1",
    "time_embedding.linear_2": "time_embed.2",
    "conv_in": "input_blocks.0.0",
    "conv_out": "out.2",
}


class Tiny:
    """A tiny model, its weights read anew for every case."""

    def __init__(self, name):
        self.folder = GOLDEN / "models" / name
        variant = "fp16" if "fp16" in name else None
        self.pipe = StableDiffusionPipeline.from_pretrained(
            self.folder, variant=variant, torch_dtype=torch.float32, local_files_only=True
        )
        self.pipe.set_progress_bar_config(disable=True)
        self.unet, self.text = self.pipe.unet, self.pipe.text_encoder
        golden = load_file(self.folder / "golden/unet.safetensors")
        self.sample, self.states = golden["sample"], golden["states"]
        self.ids = load_file(self.folder / "golden/text.safetensors")["ids"][1:2]
        self.plain = self.text(self.ids).last_hidden_state

    def golden(self, case):
        out = {f"{case}.unet": self.unet(self.sample, TIMESTEP, self.states).sample}
        text = self.text(self.ids).last_hidden_state
        return out if torch.equal(text, self.plain) else out | {f"{case}.text": text}

    def run(self, case):
        cls, keys = SCHEDULERS["euler"]
        config = json.loads((self.folder / "scheduler/scheduler_config.json").read_text())
        self.pipe.scheduler = getattr(diffusers, cls).from_config(config, **keys)
        size = self.unet.config.sample_size * self.pipe.vae_scale_factor
        latents = self.pipe(
            prompt=pipelines.PROMPT,
            negative_prompt=pipelines.NEGATIVE,
            width=size,
            height=size,
            num_inference_steps=6,
            guidance_scale=5.0,
            generator=nets.generator(42),
            output_type="latent",
        ).images
        decoded = self.pipe.vae.decode(latents / self.pipe.vae.config.scaling_factor).sample
        return {f"{case}.latents": latents, f"{case}.picture": pipelines.picture_bytes(decoded)}


def layers(model, *ends):
    """Those of some places, so that files stay small."""
    found = [(n, m) for n, m in model.named_modules() if hasattr(m, "weight") and n.endswith(ends)]
    return [(n, m) for n, m in found if any(place in n for place in PLACES)]


def linears(tiny):
    """(component, name, module) of what LoRAs usually change."""
    found = [("unet", n, m) for n, m in layers(tiny.unet, *ATTENTION, *FEED_FORWARD)]
    return found + [("text_encoder", text_name(n), m) for n, m in layers(tiny.text, *TEXT)]


def text_name(name):
    return "text_model." + name.removeprefix("text_model.")


def factors(weight, rank, g, stored, strength=0.5):
    """down [rank, in, kh, kw] and up [out, rank, 1, 1] that change a layer by about strength."""
    down = torch.randn(rank, *weight.shape[1:], generator=g) / weight[0].numel() ** 0.5
    ones = [1] * (weight.ndim - 2)
    up = strength * torch.randn(weight.shape[0], rank, *ones, generator=g) / rank**0.5
    return down.to(nets.STORED[stored]), up.to(nets.STORED[stored])


def write(name, tensors, metadata=None):
    OUT.mkdir(parents=True, exist_ok=True)
    own = {k: v.contiguous().clone() for k, v in tensors.items()}
    save_file(own, OUT / f"{name}.safetensors", metadata)


def kohya_name(component, name):
    return {"unet": "lora_unet_", "text_encoder": "lora_te_"}[component] + name.replace(".", "_")


def write_kohya(tiny, file):
    """float16, alpha other than the rank."""
    g, t = nets.generator(1), {}
    for component, name, module in linears(tiny):
        key = kohya_name(component, name)
        down, up = factors(module.weight, 3, g, "float16")
        t |= {f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up}
        t |= {f"{key}.alpha": torch.tensor(1.5, dtype=torch.float16)}
    write(file, t, {"ss_network_module": "networks.lora", "ss_network_dim": "3"})


def write_old_diffusers(tiny):
    """bfloat16, as attention processors were saved; no alpha."""
    g, t = nets.generator(2), {}
    for name, module in layers(tiny.unet, *ATTENTION):
        place, _, projection = name.replace("to_out.0", "to_out").rpartition(".")
        down, up = factors(module.weight, 2, g, "bfloat16")
        key = f"unet.{place}.processor.{projection}_lora"
        t |= {f"{key}.down.weight": down, f"{key}.up.weight": up}
    for name, module in layers(tiny.text, *TEXT[:4]):
        down, up = factors(module.weight, 2, g, "bfloat16")
        key = f"text_encoder.{text_name(name)}.lora_linear_layer"
        t |= {f"{key}.down.weight": down, f"{key}.up.weight": up}
    write("diffusers-old", t)


def adapters(model, seed, adapter=None):
    """Fills the LoRA layers that peft has put into a model with numbers."""
    g = nets.generator(seed)
    for name, p in model.named_parameters():
        if "lora_A" in name:
            p.data = torch.randn(p.shape, generator=g) / p[0].numel() ** 0.5
        elif "lora_B" in name:
            p.data = 0.3 * torch.randn(p.shape, generator=g)
        elif "lora_magnitude" in name:
            p.data = p.data * (1 + 0.3 * torch.randn(p.shape, generator=g))


def write_diffusers(tiny):
    """float32 as diffusers saves it now, its settings in the header; alpha is not the rank."""
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft.utils import get_peft_model_state_dict

    tiny.unet.add_adapter(LoraConfig(r=2, lora_alpha=5, target_modules=UNET))
    tiny.text.add_adapter(
        LoraConfig(r=4, lora_alpha=3, use_rslora=True, target_modules=["q_proj", "fc1"])
    )
    adapters(tiny.unet, 3), adapters(tiny.text, 4)
    StableDiffusionPipeline.save_lora_weights(
        OUT,
        unet_lora_layers=convert_state_dict_to_diffusers(get_peft_model_state_dict(tiny.unet)),
        text_encoder_lora_layers=get_peft_model_state_dict(tiny.text),
        unet_lora_adapter_metadata=tiny.unet.peft_config["default"].to_dict() | {
            "target_modules": UNET
        },
        text_encoder_lora_adapter_metadata=tiny.text.peft_config["default"].to_dict() | {
            "base_model_name_or_path": None,
            "target_modules": ["q_proj", "fc1"]
        },
        weight_name="diffusers.safetensors",
    )
    return tiny.golden("diffusers")


def write_peft(tiny):
    """peft's own folder: convolutions too, another alpha for some, DoRA."""
    config = LoraConfig(
        r=2,
        lora_alpha=4,
        target_modules=r"(mid_block|up_blocks.2).*(to_k|conv2|proj_in|time_emb_proj)",
        alpha_pattern={"attn2.to_k": 1},
        use_dora=True,
    )
    model = get_peft_model(tiny.unet, config)
    adapters(model, 5)
    model.save_pretrained(OUT / "peft")
    (OUT / "peft/README.md").unlink(missing_ok=True)
    return tiny.golden("peft")


def locon_names(tiny):
    ends = ("conv1", "conv2", "proj_in", "proj_out", "conv_shortcut", "samplers.0.conv")
    return layers(tiny.unet, *ends)


def assert_chain(delta, down, mid, up):
    """The change is what the three convolutions of training make, one after another."""
    conv = torch.nn.functional.conv2d
    x = torch.randn(1, down.shape[1], 6, 6, generator=nets.generator(0))
    chain = conv(conv(conv(x, down), mid, padding=1), up)
    assert torch.allclose(conv(x, delta, padding=1), chain, atol=1e-5)


def write_locon(tiny):
    """LyCORIS: 3x3 and 1x1 convolutions; every second 3x3 with a Tucker core."""
    g, t, changes = nets.generator(6), {}, {}
    for i, (name, module) in enumerate(locon_names(tiny)):
        key, w = kohya_name("unet", name), module.weight
        if w.shape[-1] == 3 and i % 2:
            down = torch.randn(2, w.shape[1], 1, 1, generator=g) / w.shape[1] ** 0.5
            mid = torch.randn(2, 2, 3, 3, generator=g) / 3
            up = 0.5 * torch.randn(w.shape[0], 2, 1, 1, generator=g)
            t[f"{key}.lora_mid.weight"] = mid
            delta = torch.einsum("oa,abkl,bi->oikl", up[..., 0, 0], mid, down[..., 0, 0])
            assert_chain(delta, down, mid, up)
        else:
            down, up = factors(w, 2, g, "float32")
            delta = (up.flatten(1) @ down.flatten(1)).reshape(w.shape)
        t |= {f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up}
        t[f"{key}.alpha"] = torch.tensor(1)
        changes[name] = delta / 2
    write("locon", t)
    return changes


def write_dora(tiny):
    """dora_scale by outputs on linear layers, by inputs on convolutions, as LyCORIS had both."""
    g, t, changes = nets.generator(7), {}, {}
    for name, module in layers(tiny.unet, "to_q", "to_out.0", "conv1", "proj_out"):
        key, w = kohya_name("unet", name), module.weight
        down, up = factors(w, 2, g, "float32")
        v = w + (up.flatten(1) @ down.flatten(1)).reshape(w.shape) * 1.5 / 2
        others = [1] if w.ndim == 2 else [0, 2, 3]
        norm = torch.linalg.vector_norm(v, dim=others, keepdim=True)
        magnitude = norm * (1 + 0.3 * torch.randn(norm.shape, generator=g))
        t |= {f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up}
        t |= {f"{key}.alpha": torch.tensor(1.5), f"{key}.dora_scale": magnitude}
        changes[name] = magnitude * v / norm - w
    write("dora", t)
    return changes


def write_original(tiny):
    """Original names of modules, as kohya's scripts name those of SDXL."""
    g, t, changes = nets.generator(8), {}, {}
    for name, module in tiny.unet.named_modules():
        place = next((p for p in ORIGINAL if name == p or name.startswith(p + ".")), None)
        weight = getattr(module, "weight", None)
        if place is None or weight is None or weight.ndim < 2:
            continue
        key = "lora_unet_" + (ORIGINAL[place] + name[len(place) :]).replace(".", "_")
        down, up = factors(weight, 1, g, "float16", 0.3)
        t |= {f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up}
        t[f"{key}.alpha"] = torch.tensor(1.0)
        changes[name] = (up.float().flatten(1) @ down.float().flatten(1)).reshape(weight.shape)
    write("original", t)
    return changes


def changed(tiny, case, *changes):
    """The golden of a model whose weights are W + sum of w dW."""
    for weight, deltas in changes:
        for name, delta in deltas.items():
            tiny.unet.get_submodule(name).weight.data += weight * delta
    return tiny.golden(case)


def bare(tensors):
    """transformers 5 has no text_model. in memory, and diffusers does not know."""
    return {k.replace("text_encoder.text_model.", "text_encoder."): v for k, v in tensors.items()}


def by_diffusers(tiny, case, loras, run=False):
    """diffusers reads and applies them."""
    for name, _ in loras:
        file = f"{name}.safetensors"
        state, alphas, metadata = tiny.pipe.lora_state_dict(
            OUT, weight_name=file, return_lora_metadata=True, unet_config=tiny.unet.config
        )
        state, alphas = bare(state), alphas and bare(alphas)
        keys = {"network_alphas": alphas, "metadata": metadata, "adapter_name": name}
        tiny.pipe.load_lora_into_unet(state, unet=tiny.unet, **keys)
        tiny.pipe.load_lora_into_text_encoder(state, text_encoder=tiny.text, **keys)
    tiny.pipe.set_adapters([n for n, _ in loras], [w for _, w in loras])
    return tiny.golden(case) | (tiny.run(case) if run else {})


def main():
    shutil.rmtree(OUT / "peft", ignore_errors=True)
    write_kohya(Tiny("sd1"), "kohya"), write_kohya(Tiny("micro-fp16"), "micro")
    write_old_diffusers(Tiny("sd1"))
    golden = write_diffusers(Tiny("sd1")) | write_peft(Tiny("sd1"))
    locon, dora = write_locon(Tiny("sd1")), write_dora(Tiny("sd1"))
    original = write_original(Tiny("sd1"))
    both = [["kohya", 0.8], ["diffusers-old", -0.5]]
    micro = [["micro", 0.7]]
    golden |= by_diffusers(Tiny("sd1"), "kohya", [["kohya", 1.0]])
    golden |= by_diffusers(Tiny("sd1"), "old", [["diffusers-old", 1.0]])
    again = by_diffusers(Tiny("sd1"), "diffusers", [["diffusers", 1.0]])
    for key, value in again.items():
        print("diffusers reads what it saved:", key, (value - golden[key]).abs().max().item())
    golden |= by_diffusers(Tiny("sd1"), "both", both, True)
    golden |= by_diffusers(Tiny("micro-fp16"), "micro", micro, True)
    golden |= changed(Tiny("sd1"), "locon", (0.9, locon))
    golden |= changed(Tiny("sd1"), "dora", (1.0, dora))
    golden |= changed(Tiny("sd1"), "dora-half", (0.5, dora))
    golden |= changed(Tiny("sd1"), "locon-dora", (0.5, dora), (-0.4, locon))
    golden |= changed(Tiny("sd1"), "original", (1.0, original))
    cases = {
        "kohya": [["kohya", 1.0]],
        "old": [["diffusers-old", 1.0]],
        "diffusers": [["diffusers", 1.0]],
        "peft": [["peft", 1.0]],
        "both": both,
        "micro": micro,
        "locon": [["locon", 0.9]],
        "dora": [["dora", 1.0]],
        "dora-half": [["dora", 0.5]],
        "locon-dora": [["dora", 0.5], ["locon", -0.4]],
        "original": [["original", 1.0]],
    }
    models = {"micro": "micro-fp16"}
    rows = {k: {"model": models.get(k, "sd1"), "loras": v} for k, v in cases.items()}
    nets.write_json(OUT / "cases.json", rows)
    nets.write_tensors(OUT / "golden.safetensors", golden)


if __name__ == "__main__":
    # transformers asks for a version of peft that is newer than any.
    text_encoders.check_peft_version = lambda **keys: None
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    main()
