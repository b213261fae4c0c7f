"""Makes golden/training/NAME.safetensors with PyTorch and peft, in double: steps of a training of tiny models.

    python training.py

Of each case: losses and norms of eleven steps, the gradients of the first, all factors after ten, and
then the loss of crops that are held back. A starts as the Train LoRA command draws it, B not as 0 but
as a tenth of noise of seed 5, so that both have gradients. The optimiser is torch's AdamW, its rate
set by hand. cases.json lists the recipes.
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import DDPMScheduler, StableDiffusionPipeline
from peft import LoraConfig
from safetensors.torch import save_file
from transformers.integrations import peft as text_encoders

import networks as nets
import xl
from lora import kohya_name, text_name

GOLDEN = Path(__file__).parent.parent / "resources/golden"
OUT = GOLDEN / "training"
ATTENTION = r".*attn[12]\.to_(q|k|v|out\.0)"
ALL = (
    r".*(attn[12]\.to_(q|k|v|out\.0)|proj_in|proj_out|ff\.net\.(0\.proj|2)|conv1|conv2|conv_shortcut"
    r"|(down|up)samplers\.\d+\.conv)"
)
TEXT = r".*self_attn\.(q|k|v|out)_proj"
CAPTIONS = ["nuclei", "a cell of green"]
COMMON = {"steps": 11, "rank": 2, "batch": 3, "rate": 1e-2, "warmup": 4, "seed": 2**32 - 3}
CASES = {
    "sd1": {"model": "models/sd1", "size": 32, "crops": 12, "augment": True, "words": True, "layers": "attention", "snr": 0},
    "sd1-all": {"model": "models/sd1", "size": 64, "crops": 4, "augment": True, "words": False, "layers": "all", "snr": 5},
    "sd2": {"model": "models/sd2", "size": 128, "crops": 3, "augment": False, "words": True, "layers": "attention", "snr": 0},
    "sd2-snr": {"model": "models/sd2", "size": 128, "crops": 2, "augment": True, "words": False, "layers": "attention", "snr": 5},
    "xl": {"model": "xl/base.safetensors", "size": 16, "crops": 5, "augment": True, "words": True, "layers": "all", "snr": 0},
}


class Parts:
    """The networks of a model, and how captions become what its U-Net is told."""

    def __init__(self, case):
        self.size = case["size"]
        if case["model"].startswith("xl"):
            folder = Path(tempfile.mkdtemp())
            made = xl.make(folder, 900, False)
            model = xl.XL(folder, made, False, 900)
            self.pipe = model.pipeline(xl.pipelines.StableDiffusionPipeline, "ddim")
            self.encoders = {"text_encoder": "lora_te1_", "text_encoder_2": "lora_te2_"}
            config = xl.EULER
        else:
            folder = GOLDEN / case["model"]
            self.pipe = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32)
            self.encoders = {"text_encoder": "lora_te_"}
            config = json.loads((folder / "scheduler/scheduler_config.json").read_text())
        self.scheduler = DDPMScheduler.from_config(config)
        self.unet, self.vae = self.pipe.unet, self.pipe.vae
        for part in [self.unet, self.vae, *(getattr(self.pipe, e) for e in self.encoders)]:
            part.requires_grad_(False).eval().double()

    def told(self, captions):
        if len(self.encoders) == 1:
            tokenizer = self.pipe.tokenizer
            ids = tokenizer(captions, padding="max_length", truncation=True, return_tensors="pt").input_ids
            return self.pipe.text_encoder(ids)[0], None
        encode = type(self.pipe).encode_prompt.__wrapped__ if hasattr(
            type(self.pipe).encode_prompt, "__wrapped__") else type(self.pipe).encode_prompt
        states, _, pooled, _ = encode(self.pipe, prompt=captions, do_classifier_free_guidance=False)
        s = self.size
        ids = torch.tensor([[s, s, 0, 0, s, s]] * len(captions)).double()
        return states, {"text_embeds": pooled, "time_ids": ids}


def add_adapters(parts, case):
    """(file key, A, B) of all layers, in their order."""
    keys = {"r": case["rank"], "lora_alpha": case["rank"]}
    parts.unet.add_adapter(LoraConfig(target_modules=ALL if case["layers"] == "all" else ATTENTION, **keys))
    found = [("lora_unet_", parts.unet, lambda name: name)]
    for name, prefix in parts.encoders.items() if case["words"] else []:
        getattr(parts.pipe, name).add_adapter(LoraConfig(target_modules=TEXT, **keys))
        found.append((prefix, getattr(parts.pipe, name), text_name))
    g, noise, layers = nets.generator(case["seed"]), nets.generator(5), []
    for prefix, model, rename in found:
        modules = {rename(n): m for n, m in model.named_modules() if hasattr(m, "lora_A") and len(m.lora_A)}
        for name in sorted(modules):
            a, b = modules[name].lora_A["default"].weight, modules[name].lora_B["default"].weight
            a.data = torch.randn(a.shape, generator=g).double() / case["rank"]
            b.data = torch.randn(b.shape, generator=noise).double() / 10
            layers.append((prefix + name.replace(".", "_"), a, b))
    return layers


def coarse():
    """Two of different sizes, -1..1."""
    g = nets.generator(7)
    return [torch.randn(3, h, w, generator=g).clamp(-1, 1) for h, w in ((18, 20), (16, 24))]


def pictures():
    """Each number of the coarse ones becomes eight times eight pixels."""
    return [c.repeat_interleave(8, 1).repeat_interleave(8, 2) for c in coarse()]


def cut(images, case):
    g, crops = nets.generator(case["seed"]), []
    n, size = case["crops"], case["size"]
    for i, image in enumerate(images):
        count = n // len(images) + (i < n % len(images))
        u = torch.rand(count, 2, generator=g)
        for k in range(count):
            x = int(u[k, 0] * (image.shape[2] - size + 1))
            y = int(u[k, 1] * (image.shape[1] - size + 1))
            crops.append((image[:, y : y + size, x : x + size], CAPTIONS[i]))
    held = [c for i, c in enumerate(crops) if i % 10 == 9][:16]
    return [c for i, c in enumerate(crops) if i % 10 != 9], held


def turned(x, code):
    y = torch.rot90(x, code & 3, (1, 2))
    return y.flip(2) if code & 4 else y


def predict(parts, x0, noise, t, captions):
    x = parts.scheduler.add_noise(x0, noise, t)
    states, added = parts.told(captions)
    out = parts.unet(x, t, states, added_cond_kwargs=added).sample
    velocity = parts.scheduler.config.prediction_type == "v_prediction"
    target = parts.scheduler.get_velocity(x0, noise, t) if velocity else noise
    return ((out - target) ** 2).mean((1, 2, 3))


def weights(parts, t, gamma):
    """As diffusers' train_text_to_image_lora."""
    alphas = parts.scheduler.alphas_cumprod[t]
    snr = alphas / (1 - alphas)
    if gamma == 0:
        return torch.ones_like(snr)
    least = torch.minimum(snr, torch.full_like(snr, gamma))
    velocity = parts.scheduler.config.prediction_type == "v_prediction"
    return least / (snr + 1) if velocity else least / snr


def step_loss(parts, crops, case, k):
    g = nets.generator((case["seed"] + k) % 2**32)
    b = case["batch"]
    chosen = torch.randint(0, len(crops), (b,), generator=g).tolist()
    codes = torch.randint(0, 8, (b,), generator=g).tolist()
    seen = [turned(crops[i][0], c if case["augment"] else 0) for i, c in zip(chosen, codes)]
    with torch.no_grad():
        posterior = parts.vae.encode(torch.stack(seen).double()).latent_dist
    z = torch.randn(posterior.mean.shape, generator=g)
    noise = torch.randn(posterior.mean.shape, generator=g)
    t = torch.randint(0, 1000, (b,), generator=g)
    x0 = (posterior.mean + posterior.std * z) * parts.vae.config.scaling_factor
    losses = predict(parts, x0, noise, t, [crops[i][1] for i in chosen])
    return (weights(parts, t, case["snr"]) * losses).mean()


@torch.no_grad()
def held_back(parts, held, case):
    g, losses = nets.generator(case["seed"]), []
    for crop, caption in held:
        x0 = parts.vae.encode(crop[None].double()).latent_dist.mean * parts.vae.config.scaling_factor
        for t in (125, 375, 625, 875):
            noise = torch.randn(x0.shape, generator=g)
            losses.append(predict(parts, x0, noise, torch.tensor([t]), [caption]))
    return torch.cat(losses).mean() if losses else torch.tensor(float("nan"))


def train(case):
    parts = Parts(case)
    layers = add_adapters(parts, case)
    named = {f"{k}.lora_down.weight": a for k, a, _ in layers} | {f"{k}.lora_up.weight": b for k, _, b in layers}
    parameters = list(named.values())
    crops, held = cut(pictures(), case)
    optimiser = torch.optim.AdamW(parameters, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    out, losses, norms = {}, [], []
    for k in range(case["steps"]):
        for group in optimiser.param_groups:
            group["lr"] = case["rate"] * min(1, (k + 1) / case["warmup"])
        loss = step_loss(parts, crops, case, k)
        optimiser.zero_grad()
        loss.backward()
        losses.append(loss.detach())
        if k == 0:
            out |= {f"gradient.{n}": p.grad.clone() for n, p in named.items() if p.grad is not None}
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, 1.0))
        if k == 10:
            out |= {n: p.detach().clone() for n, p in named.items()}
            out["held-back"] = held_back(parts, held, case)
            break
        optimiser.step()
    print(case["model"], len(layers), "layers", [round(l.item(), 4) for l in losses])
    return out | {"losses": torch.stack(losses), "norms": torch.stack(norms)}


if __name__ == "__main__":
    text_encoders.check_peft_version = lambda **keys: None
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    common = {f"picture.{i}": p for i, p in enumerate(coarse())}
    save_file(common, OUT / "pictures.safetensors")
    cases = {name: COMMON | case for name, case in CASES.items()}
    for name, case in cases.items():
        save_file({k: v.float().contiguous().clone() for k, v in train(case).items()}, OUT / f"{name}.safetensors")
    nets.write_json(OUT / "cases.json", cases)
    for file in OUT.glob("*"):
        file.chmod(0o644)
