"""Makes src/test/resources/golden/sd3 with diffusers: tiny models of Stable Diffusion 3 and 3.5.

    shared/    text encoders, tokenizers and VAE of all of them; golden/vae.safetensors: a picture
    medium/    as Stable Diffusion 3 medium: no norms of queries and keys, three text encoders
    dual/      as 3.5 medium: norms, and a second attention in the first blocks
    large.safetensors   as 3.5 large, without T5, in a single file of original names; the shift grows
        with the size
    large/     its settings, which lie beside it

    NAME/golden/conditioning.safetensors   states (their first 40 and last 3 tokens) and pooled embeddings
        of prompts, as the pipeline encodes them, and the transformer's output with them
    NAME/golden/runs.json, runs.safetensors   as of golden/models
"""

import copy
import shutil
from pathlib import Path
from unittest.mock import patch

import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel
from diffusers import StableDiffusion3Img2ImgPipeline, StableDiffusion3Pipeline
from diffusers.pipelines.stable_diffusion_3 import pipeline_stable_diffusion_3_img2img as img2img
from safetensors.torch import save_file
from transformers import AutoTokenizer, CLIPTextConfig, CLIPTextModelWithProjection

import choices
import networks as nets
import parts
import pipelines
import sd3_file
import t5
import vocabulary

ROOT = Path(__file__).parents[1] / "resources/golden/sd3"
STORED = "float16"
STATES, CHANNELS = 24, 16
TEXTS = {"": choices.text(8, 2, 3, "quick_gelu", 16), "_2": choices.text(12, 1, 3, "gelu", 16)}
VAE = dict(in_channels=3, out_channels=3, block_out_channels=[4, 8], layers_per_block=1, norm_num_groups=2)
VAE |= dict(down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2)
VAE |= dict(latent_channels=CHANNELS, scaling_factor=1.5305, shift_factor=0.0609, act_fn="silu")
VAE |= dict(use_quant_conv=False, use_post_quant_conv=False, sample_size=32)
SHARED = dict(sample_size=16, patch_size=2, in_channels=CHANNELS, out_channels=CHANNELS)
SHARED |= dict(joint_attention_dim=STATES, pooled_projection_dim=16, pos_embed_max_size=12)
FLOW = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 3.0}
DYNAMIC = FLOW | dict(
    use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15, base_image_seq_len=16, max_image_seq_len=256
)
T5 = dict(d_model=STATES, num_heads=3, d_kv=4, d_ff=16, num_layers=2)
MODELS = {
    "medium": dict(
        seed=800, t5=True, scheduler=FLOW,
        keys=dict(num_layers=2, num_attention_heads=3, attention_head_dim=4, qk_norm=None),
    ),
    "dual": dict(
        seed=820, t5=True, scheduler=FLOW,
        keys=dict(
            num_layers=3, num_attention_heads=2, attention_head_dim=6, qk_norm="rms_norm", dual_attention_layers=[0, 1]
        ),
    ),
    "large": dict(
        seed=840, t5=False, scheduler=DYNAMIC,
        keys=dict(num_layers=2, num_attention_heads=1, attention_head_dim=8, qk_norm="rms_norm"),
    ),
}


def shortened(states):
    return torch.cat([states[:, :40], states[:, -3:]], 1)


def clip_tensors(encoder):
    text = nets.text_tensors(encoder)
    projection = text.pop("text_model.text_projection.weight", None)
    return text if projection is None else text | {"text_projection.weight": projection}


class Shared:
    """The parts that all models have, and their files."""

    folder, seed = ROOT / "shared", 860

    def __init__(self):
        self.encoders, self.tokenizers = {}, {}
        for number, keys in TEXTS.items():
            self.add_clip(number, keys | {"projection_dim": 8})
        self.add_t5()
        self.vae = nets.randomise(AutoencoderKL(**VAE), self.seed + 1, STORED)
        self.picture = parts.vae_golden(self.vae, self.seed, (16, 24))["picture"]
        nets.write_json(self.folder / "vae/config.json", parts.vae_config(**VAE))
        nets.write_weights(self.folder / "vae", "diffusion_pytorch_model", self.vae.state_dict(), STORED, "fp16")
        nets.write_tensors(self.folder / "golden/vae.safetensors", {"picture": self.picture})

    def add_clip(self, number, keys):
        pad = {"pad": "!"} if number else {}
        folder = self.folder / f"tokenizer{number}"
        words = vocabulary.write(folder, length=16, **pad)
        config = parts.text_config(vocab_size=words, **keys) | {"architectures": ["CLIPTextModelWithProjection"]}
        kept = {k: v for k, v in config.items() if k not in ("architectures", "dropout", "model_type")}
        encoder = nets.randomise(CLIPTextModelWithProjection(CLIPTextConfig(**kept)), self.seed + 5, STORED)
        self.tokenizers[f"tokenizer{number}"] = vocabulary.tokenizer(folder)
        self.encoders[f"text_encoder{number}"] = encoder
        nets.write_json(self.folder / f"text_encoder{number}/config.json", config)
        text = clip_tensors(encoder)
        nets.write_weights(self.folder / f"text_encoder{number}", "model", text, STORED, "fp16")

    def add_t5(self):
        words = t5.write_tokenizer(self.folder / "tokenizer_3")
        encoder = t5.make(words, self.seed + 7, STORED, **T5)
        t5.write_encoder(self.folder / "text_encoder_3", encoder, STORED, "sharded")
        self.encoders["text_encoder_3"] = encoder
        self.tokenizers["tokenizer_3"] = AutoTokenizer.from_pretrained(self.folder / "tokenizer_3")


class SD3:
    """A model with its files, and what diffusers' pipelines make with it."""

    def __init__(self, name, shared):
        spec = MODELS[name]
        self.folder, self.seed, self.scheduler = ROOT / name, spec["seed"], spec["scheduler"]
        self.name, self.vae, self.picture = name, shared.vae, shared.picture
        self.encoders, self.tokenizers = dict(shared.encoders), dict(shared.tokenizers)
        if not spec["t5"]:
            self.encoders["text_encoder_3"] = self.tokenizers["tokenizer_3"] = None
            # Single files have no projection of the first text encoder; diffusers puts an identity there.
            self.encoders["text_encoder"] = copy.deepcopy(shared.encoders["text_encoder"])
            self.encoders["text_encoder"].text_projection.weight.copy_(torch.eye(8))
        config = SHARED | spec["keys"]
        config["caption_projection_dim"] = config["num_attention_heads"] * config["attention_head_dim"]
        transformer = nets.randomise(SD3Transformer2DModel(**config), self.seed + 2, STORED)
        transformer.pos_embed.pos_embed.copy_(nets.rounded(transformer.pos_embed.pos_embed, STORED))
        transformer.proj_out.weight.mul_(0.5)
        self.transformer = transformer
        self.write(config)

    def write(self, config):
        index = {"_class_name": "StableDiffusion3Pipeline", "_diffusers_version": "0.42.1"}
        for name, part in (self.encoders | self.tokenizers).items():
            index[name] = ["transformers", type(part).__name__] if part else [None, None]
        index |= {"scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"]}
        index |= {"transformer": ["diffusers", "SD3Transformer2DModel"], "vae": ["diffusers", "AutoencoderKL"]}
        if self.encoders["text_encoder_3"]:
            nets.write_json(self.folder / "model_index.json", index)
        nets.write_json(self.folder / "scheduler/scheduler_config.json", self.scheduler)
        nets.write_json(self.folder / "transformer/config.json", {"_class_name": "SD3Transformer2DModel", **config})
        if self.encoders["text_encoder_3"] is None:
            return self.write_file()
        tensors = self.transformer.state_dict()
        nets.write_weights(self.folder / "transformer", "diffusion_pytorch_model", tensors, STORED, "fp16")

    def write_file(self):
        tensors = {sd3_file.PREFIX + k: v for k, v in sd3_file.originals(self.transformer).items()}
        tensors |= {sd3_file.VAE + k: v for k, v in sd3_file.vae_originals(self.vae).items()}
        for number, place in (("", "clip_l"), ("_2", "clip_g")):
            text = clip_tensors(self.encoders["text_encoder" + number])
            if not number:
                text.pop("text_projection.weight")
            tensors |= {f"text_encoders.{place}.transformer.{k}": v for k, v in text.items()}
        save_file({k: v.half().contiguous().clone() for k, v in tensors.items()}, ROOT / f"{self.name}.safetensors")

    def pipeline(self, cls=StableDiffusion3Pipeline):
        scheduler = FlowMatchEulerDiscreteScheduler.from_config(self.scheduler)
        pipe = cls(
            vae=self.vae, transformer=self.transformer, scheduler=scheduler, **self.encoders, **self.tokenizers
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def run(self, request, perturb=0.0):
        generator = torch.Generator("cpu").manual_seed(request["seed"])
        keys = {"prompt": request["prompt"], "negative_prompt": request["negative"], "output_type": "latent"}
        keys |= {"num_inference_steps": request["steps"], "guidance_scale": request["guidance"]}
        size = {"width": request["width"], "height": request["height"]}
        if request["kind"] == "txt2img":
            shape = (1, CHANNELS, size["height"] // 2, size["width"] // 2)
            noise = torch.randn(shape, generator=generator) + pipelines.jitter(shape, perturb)
            return self.pipeline()(**keys, **size, latents=noise).images
        picture = self.picture[:, :, : size["height"], : size["width"]]
        picture = (picture + pipelines.jitter(picture.shape, perturb)).clamp(-1, 1)
        mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
        with patch.object(img2img, "retrieve_latents", mean):
            pipe = self.pipeline(StableDiffusion3Img2ImgPipeline)
            return pipe(image=picture, strength=request["strength"], generator=generator, **keys, **size).images

    def write_conditioning(self):
        pipe, out = self.pipeline(), {}
        negative = pipelines.NEGATIVE
        for name, skip in (("given", None), ("skipped", 1)):
            keys = dict(prompt=pipelines.PROMPT, prompt_2=None, prompt_3=None, clip_skip=skip)
            states, none, pooled, none_pooled = pipe.encode_prompt(**keys, negative_prompt=negative)
            if skip:  # there is one skip for both halves here
                keys |= {"prompt": negative}
                none, _, none_pooled, _ = pipe.encode_prompt(**keys, do_classifier_free_guidance=False)
            out |= {f"{name}.states": torch.cat([none, states]), f"{name}.pooled": torch.cat([none_pooled, pooled])}
        sample = torch.randn(2, CHANNELS, 6, 8, generator=nets.generator(self.seed))
        keys = dict(encoder_hidden_states=out["given.states"], pooled_projections=out["given.pooled"])
        out["out.501.5"] = self.transformer(sample, timestep=torch.tensor([501.5] * 2), **keys).sample
        for name in ("given.states", "skipped.states"):
            out[name] = shortened(out[name])
        if self.name != "medium":  # all skip alike
            out = {k: v for k, v in out.items() if not k.startswith("skipped")}
        nets.write_tensors(self.folder / "golden/conditioning.safetensors", out | {"sample": sample})

    def decode(self, latents):
        config = self.vae.config
        return self.vae.decode(latents / config.scaling_factor + config.shift_factor).sample

    def write_runs(self):
        kept, tensors = [], {}
        for r in requests():
            latents = self.run(r)
            growth = (self.run(r, perturb=1e-6) - latents).abs().max().item()
            print(self.folder.name, r["name"], f"|latents| <= {latents.abs().max():.3g}, 1e-6 grows to {growth:.2g}")
            assert growth < pipelines.TAME, r
            kept.append(r)
            tensors[r["name"] + ".latents"] = latents
            if r["stacks"]:
                tensors[r["name"] + ".picture"] = pipelines.picture_bytes(self.decode(latents))
        nets.write_json(self.folder / "golden/runs.json", kept)
        nets.write_tensors(self.folder / "golden/runs.safetensors", tensors)


def requests():
    found = [pipelines.request("euler", 4, None, 4.0, 24, 16, 42, True)]
    found += [pipelines.request("euler", 3, None, 1.0, 16, 16, 7)]
    found += [pipelines.request("euler", 4, 0.5, 3.0, 24, 16, 3)]
    return found


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(ROOT, ignore_errors=True)
    shared = Shared()
    for name in MODELS:
        model = SD3(name, shared)
        model.write_conditioning()
        model.write_runs()
    for file in ROOT.rglob("*"):
        if file.is_file():
            file.chmod(0o644)
