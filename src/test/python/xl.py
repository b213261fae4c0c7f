"""Makes src/test/resources/golden/xl with diffusers: a tiny Stable Diffusion XL and its refiner.

    base.safetensors   the model as a single file with the original names
    base/              its settings and tokenizers, which lie beside it; golden/
    refiner/           the refiner as a folder in diffusers' layout; golden/

    golden/conditioning.safetensors   states and text embeddings of prompts, as the pipeline encodes
        them, and the U-Net's output with them
    golden/runs.json, runs.safetensors   as of golden/models
"""

import json
import shutil
from pathlib import Path

import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline
from diffusers.pipelines.stable_diffusion_xl import pipeline_stable_diffusion_xl_img2img as img2img
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModelWithProjection
from unittest.mock import patch

import choices
import networks as nets
import original
import parts
import pipelines
import vocabulary

ROOT = Path(__file__).parents[1] / "resources/golden/xl"
STORED = "float16"
EULER = choices.PNDM | {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading"}
TIME = 4
TEXT = choices.text(16, 2, 2, "quick_gelu", 16)
TEXT_2 = choices.text(8, 2, 3, "gelu", 16) | {"projection_dim": 8}
VAE = choices.MICRO["vae"] | {"scaling_factor": 0.4, "force_upcast": True}


def unet(width, ids):
    """As in XL: no attention at the first level, several transformers at the second."""
    keys = choices.unet([4, 8], 2, [2, 4], width, [0, 1], layers_per_block=1)
    keys |= {"transformer_layers_per_block": [1, 2], "use_linear_projection": True}
    keys |= {"addition_embed_type": "text_time", "addition_time_embed_dim": TIME}
    return keys | {"projection_class_embeddings_input_dim": 8 + ids * TIME}


def make(folder, seed, refiner):
    """The networks by component, each with its config; configs and tokenizers are written."""
    made, numbers = {}, ["_2"] if refiner else ["", "_2"]
    for number in numbers:
        pad = {"pad": "!"} if number else {}
        words = vocabulary.write(folder / f"tokenizer{number}", length=16, **pad)
        config = parts.text_config(vocab_size=words, **(TEXT_2 if number else TEXT))
        keys = {k: v for k, v in config.items() if k not in ("architectures", "dropout", "model_type")}
        # The end token's id, by which transformers finds it; 2 means the largest id, which it is.
        encoder = nets.randomise(CLIPTextModelWithProjection(CLIPTextConfig(**keys)), seed + 5, STORED)
        made[f"text_encoder{number}"] = (encoder if number else parts.make_text(config, seed, STORED), config)
    config = parts.vae_config(**VAE)
    made["vae"] = (parts.make_vae(config, seed + 1, STORED), config)
    config = parts.unet_config(**unet(8 if refiner else 24, 5 if refiner else 6))
    made["unet"] = (parts.make_unet(config, seed + 2, STORED), config)
    made["unet"][0].conv_out.weight.data.mul_(0.5)
    for component, (_, config) in made.items():
        nets.write_json(folder / component / "config.json", config)
    nets.write_json(folder / "scheduler/scheduler_config.json", EULER)
    return made


def write_folder(folder, made):
    """Of the refiner; the base's tensors lie in the single file."""
    index = {"_class_name": "StableDiffusionXLImg2ImgPipeline", "_diffusers_version": "0.42.1"}
    index |= {"force_zeros_for_empty_prompt": False, "requires_aesthetics_score": True}
    index |= {"text_encoder": [None, None], "tokenizer": [None, None]}
    index |= {"text_encoder_2": ["transformers", "CLIPTextModelWithProjection"]}
    index |= {"tokenizer_2": ["transformers", "CLIPTokenizer"]}
    index |= {"scheduler": ["diffusers", "EulerDiscreteScheduler"]}
    index |= {"unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"]}
    nets.write_json(folder / "model_index.json", index)
    text = original.text_tensors(made["text_encoder_2"][0])
    nets.write_weights(folder / "text_encoder_2", "model", text, STORED, "fp16")
    for component in ("unet", "vae"):
        tensors = made[component][0].state_dict()
        nets.write_weights(folder / component, "diffusion_pytorch_model", tensors, STORED, "fp16")


def write_file(file, made):
    tensors = original.originals("sdxl", made)
    original.prove("sdxl", made, tensors)
    tensors["conditioner.embedders.1.model.logit_scale"] = torch.tensor(4.6)
    tensors["denoiser.sigmas"] = torch.linspace(0.1, 14, 10)
    save_file({k: v.half().contiguous().clone() for k, v in tensors.items()}, file)
    file.chmod(0o644)


class XL(pipelines.Model):
    """The pipelines over networks that are there; what runs need of Model."""

    def __init__(self, folder, made, refiner, seed):
        self.folder, self.made, self.refiner, self.seed = folder, made, refiner, seed
        self.spec = {"scheduler": EULER}
        self.unet, self.vae = made["unet"][0], made["vae"][0]
        self.numbers = ["_2"] if refiner else ["", "_2"]
        self.picture = parts.vae_golden(self.vae, seed, (16, 24))["picture"]

    def pipeline(self, cls, scheduler):
        cls = StableDiffusionXLImg2ImgPipeline if cls is not pipelines.StableDiffusionPipeline else StableDiffusionXLPipeline
        keys = {"text_encoder": None, "tokenizer": None}
        for n in self.numbers:
            keys |= {"text_encoder" + n: self.made["text_encoder" + n][0]}
            keys |= {"tokenizer" + n: vocabulary.tokenizer(self.folder / ("tokenizer" + n))}
        if self.refiner:
            keys |= {"requires_aesthetics_score": True}
        pipe = cls(
            vae=self.vae, unet=self.unet, scheduler=self.scheduler(scheduler),
            force_zeros_for_empty_prompt=not self.refiner, add_watermarker=False, **keys,
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def run(self, request, latents_by_step=None, perturb=0.0):
        """As Model.run; an empty negative prompt is none."""
        g = torch.Generator("cpu").manual_seed(request["seed"])
        keys = {"prompt": request["prompt"], "generator": g, "output_type": "latent"}
        keys |= {"negative_prompt": request["negative"] or ("" if self.refiner else None)}
        keys |= {"num_inference_steps": request["steps"], "guidance_scale": request["guidance"]}
        size = {"width": request["width"], "height": request["height"]}
        if request["kind"] == "txt2img":
            pipe = self.pipeline(pipelines.StableDiffusionPipeline, request["scheduler"])
            pipe.scheduler.index_for_timestep = lambda *a, **k: 0
            if perturb:
                keys |= self.perturbed(request, perturb)
            return pipe(**keys, **size).images
        pipe = self.pipeline(None, request["scheduler"])
        mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
        picture = self.picture[:, :, : request["height"], : request["width"]]
        with patch.object(img2img, "retrieve_latents", mean):
            picture = (picture + pipelines.jitter(picture.shape, perturb)).clamp(-1, 1)
            return pipe(image=picture, strength=request["strength"], **keys).images

    def write_conditioning(self):
        pipe = self.pipeline(None if self.refiner else pipelines.StableDiffusionPipeline, "ddim")
        negative = "" if self.refiner else None
        keys = {"prompt": pipelines.PROMPT, "do_classifier_free_guidance": True}
        out = {}
        for name, text in (("given", pipelines.NEGATIVE), ("empty", negative)):
            states, none, pooled, none_pooled = pipe.encode_prompt(**keys, negative_prompt=text)
            out |= {f"{name}.states": torch.cat([none, states])}
            out |= {f"{name}.pooled": torch.cat([none_pooled, pooled])}
        ids = torch.tensor([[16.0, 24, 0, 0, s] for s in (2.5, 6)] if self.refiner else [[16.0, 24, 0, 0, 16, 24]] * 2)
        added = {"text_embeds": out["given.pooled"], "time_ids": ids}
        sample = torch.randn(2, 4, 8, 12, generator=nets.generator(self.seed))
        result = self.unet(sample, 501, out["given.states"], added_cond_kwargs=added).sample
        nets.write_tensors(self.folder / "golden/conditioning.safetensors", out | {"sample": sample, "out.501": result})


def requests(refiner):
    found = [pipelines.request(s, 4, 0.5, 3.0, 24, 16, 7) for s in ("ddim", "dpmpp_2m_k")]
    if not refiner:
        found += [pipelines.request(s, 3, None, 5.0, 16, 24, 42, True) for s in ("ddim", "euler", "dpmpp_2m_k")]
        found += [pipelines.request("ddim", 3, None, 1.0, 16, 16, 3)]
        found += [pipelines.request("euler", 3, None, 4.0, 16, 16, 3) | {"negative": "", "name": "no-negative"}]
    return found


def handed_over(base, refiner, row):
    """The base's first 3 of 5 steps, then the refiner's last two, as diffusers' documentation has it."""
    keys = {"prompt": row["prompt"], "negative_prompt": row["negative"], "output_type": "latent"}
    keys |= {"num_inference_steps": row["steps"], "guidance_scale": row["guidance"]}
    g = torch.Generator("cpu").manual_seed(row["seed"])
    first = base.pipeline(pipelines.StableDiffusionPipeline, row["scheduler"])
    begun = first(**keys, generator=g, width=row["width"], height=row["height"], denoising_end=0.6).images
    return refiner.pipeline(None, row["scheduler"])(**keys, generator=g, image=begun, denoising_start=0.6).images


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(ROOT, ignore_errors=True)
    models = []
    for name, refiner, seed in (("base", False, 900), ("refiner", True, 950)):
        made = make(ROOT / name, seed, refiner)
        if refiner:
            write_folder(ROOT / name, made)
        else:
            write_file(ROOT / "base.safetensors", made)
        model = XL(ROOT / name, made, refiner, seed)
        models.append(model)
        model.write_conditioning()
        kept = requests(refiner)
        tensors = {}
        for r in kept:
            by_step, latents = [], model.run(r)
            growth = (model.run(r, perturb=1e-6) - latents).abs().max().item()
            print(name, r["name"], f"|latents| <= {latents.abs().max():.3g}, 1e-6 grows to {growth:.2g}")
            assert growth < pipelines.TAME, r
            tensors[r["name"] + ".latents"] = latents
        if refiner:
            row = pipelines.request("ddim", 5, None, 5.0, 16, 16, 5)
            nets.write_json(ROOT / name / "golden/handed-over.json", [row])
            tensors["handed-over.latents"] = handed_over(*models, row)
        nets.write_json(ROOT / name / "golden/runs.json", [r | {"stacks": False} for r in kept])
        nets.write_tensors(ROOT / name / "golden/runs.safetensors", tensors)
        nets.write_tensors(ROOT / name / "golden/vae.safetensors", {"picture": model.picture})
    for file in ROOT.rglob("*.safetensors"):
        file.chmod(0o644)
