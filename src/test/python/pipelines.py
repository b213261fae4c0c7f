"""Whole models: files in diffusers' layout, and the goldens of every stage and of whole runs."""

import json
from unittest.mock import patch

import diffusers
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_img2img as img2img

import networks as nets
import parts
import vocabulary
from scheduler_names import SCHEDULERS

SOME = ("ddim", "euler", "euler_k", "dpmpp_2m", "dpmpp_2m_k")
# Whose path diffusers draws elsewhere; whose img2img it does wrongly.
OWN_PATH, WRONG_FROM_THE_MIDDLE = ("dpmpp_sde", "dpmpp_sde_k"), ("lms", "lms_k", "pndm")
TAME = 3e-4
TIMESTEPS = (999, 981, 500.25, 1, 0)
PROMPT, NEGATIVE = "a photo of many bright green nuclei", "blurry, low contrast"


def opened(cls, folder, scheduler):
    """The pipeline of a written model, in float32, with a scheduler over the settings in its file."""
    pipe = cls.from_pretrained(
        folder, safety_checker=None, torch_dtype=torch.float32, local_files_only=True
    )
    config = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())
    name, keys = SCHEDULERS[scheduler]
    pipe.scheduler = getattr(diffusers, name).from_config(config, **keys)
    pipe.set_progress_bar_config(disable=True)
    return pipe


class Model:
    """The parts of a Stable Diffusion model and the folder they are written to."""

    def __init__(self, folder, spec, seed):
        """spec: unet, vae, text, scheduler (configs), tokenizer (arguments of vocabulary.write)."""
        self.folder, self.spec, self.seed = folder, spec, seed
        stored = spec.get("stored", "float16")
        words = vocabulary.write(folder / "tokenizer", **spec["tokenizer"])
        text = parts.text_config(vocab_size=words, **spec["text"])
        unet, vae = parts.unet_config(**spec["unet"]), parts.vae_config(**spec["vae"])
        self.text = parts.make_text(text, seed, stored)
        self.vae = parts.make_vae(vae, seed + 1, stored)
        self.unet = parts.make_unet(unet, seed + 2, stored)
        alphas = self.scheduler("ddim").alphas_cumprod
        prediction = spec["scheduler"].get("prediction_type", "epsilon")
        nets.fit_denoiser(self.unet, alphas, prediction, stored, seed + 3)
        self.tokenizer = vocabulary.tokenizer(folder / "tokenizer")
        for name, config in (("text_encoder", text), ("vae", vae), ("unet", unet)):
            nets.write_json(folder / name / "config.json", config)
        nets.write_json(folder / "scheduler/scheduler_config.json", spec["scheduler"])
        self.write_index()
        self.write_weights(stored, spec.get("form", "plain"))

    def write_index(self):
        index = {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.42.1"}
        index |= {"feature_extractor": [None, None], "requires_safety_checker": False}
        index |= {"safety_checker": [None, None]}
        index |= {"scheduler": ["diffusers", self.spec["scheduler"]["_class_name"]]}
        index |= {"text_encoder": ["transformers", "CLIPTextModel"]}
        index |= {"tokenizer": ["transformers", "CLIPTokenizer"]}
        index |= {"unet": ["diffusers", "UNet2DConditionModel"]}
        index |= {"vae": ["diffusers", "AutoencoderKL"]}
        nets.write_json(self.folder / "model_index.json", index)

    def write_weights(self, stored, form):
        s = self.spec
        text = nets.text_tensors(self.text, s.get("prefix", True), s.get("position_ids", False))
        nets.write_weights(self.folder / "text_encoder", "model", text, stored, form)
        stem, vae = "diffusion_pytorch_model", nets.vae_tensors(self.vae, s.get("naming", "new"))
        nets.write_weights(self.folder / "vae", stem, vae, stored, form)
        nets.write_weights(self.folder / "unet", stem, self.unet.state_dict(), stored, form)

    def scheduler(self, name):
        """Over the keys of the file alone: what the file leaves out is each class's own default."""
        cls, keys = SCHEDULERS[name]
        return getattr(diffusers, cls).from_config(dict(self.spec["scheduler"]), **keys)

    def pipeline(self, cls, scheduler):
        pipe = cls(
            vae=self.vae,
            text_encoder=self.text,
            tokenizer=self.tokenizer,
            unet=self.unet,
            scheduler=self.scheduler("ddim"),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
        # Set afterwards: the constructor would turn steps_offset 0 into 1.
        pipe.scheduler = self.scheduler(scheduler)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def write_stages(self):
        """Tokens, text encoder, U-Net and VAE."""
        golden = self.folder / "golden"
        ids = vocabulary.ids(self.tokenizer)
        rows = [{"prompt": p, "ids": i} for p, i in zip(vocabulary.PROMPTS, ids.tolist())]
        nets.write_json(golden / "tokens.json", rows)
        states = self.text(ids).last_hidden_state
        nets.write_tensors(golden / "text.safetensors", {"ids": ids, "last_hidden_state": states})
        size, c = (self.unet.config.sample_size,) * 2, self.unet.config.in_channels
        sample = torch.randn(2, c, *size, generator=nets.generator(self.seed))
        out = {f"out.{t}": self.unet(sample, t, states[:2]).sample for t in TIMESTEPS}
        unet = {"sample": sample, "states": states[:2], **out}
        nets.write_tensors(golden / "unet.safetensors", unet)
        factor = 2 ** (len(self.vae.config.block_out_channels) - 1)
        pixels = (size[0] * factor, size[1] * factor + margin(factor))
        vae = parts.vae_golden(self.vae, self.seed, pixels)
        self.picture = vae["picture"]
        nets.write_tensors(golden / "vae.safetensors", vae)

    def run(self, request, latents_by_step=None, perturb=0.0):
        """Final latents as the sampler leaves them (before division by the scaling factor).

        img2img takes the posterior's mean, and at strength 1 it is txt2img (diffusers' own still
        adds the picture there).
        """
        whole = request["strength"] >= 1
        g = torch.Generator("cpu").manual_seed(request["seed"])
        keys = {k: request[k] for k in ("prompt", "width", "height")}
        keys |= {"negative_prompt": request["negative"], "num_inference_steps": request["steps"]}
        keys |= {"guidance_scale": request["guidance"], "generator": g, "output_type": "latent"}
        keys |= {"eta": 1.0} if request["scheduler"] == "tcd" else {}
        by_step = [] if latents_by_step is None else latents_by_step
        keys["callback_on_step_end"] = lambda p, i, t, k: by_step.append(k["latents"][0]) or k
        if whole:
            pipe = self.pipeline(StableDiffusionPipeline, request["scheduler"])
            # diffusers looks the first timestep up and starts at the second of two equal ones.
            pipe.scheduler.index_for_timestep = lambda *a, **k: 0
            if perturb:
                keys |= self.perturbed(request, perturb)
            return pipe(**keys).images
        keys.pop("width"), keys.pop("height")
        picture = self.picture[:, :, : request["height"], : request["width"]]
        pipe = self.pipeline(StableDiffusionImg2ImgPipeline, request["scheduler"])
        mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
        with patch.object(img2img, "retrieve_latents", mean):
            picture = (picture + jitter(picture.shape, perturb)).clamp(-1, 1)
            return pipe(image=picture, strength=request["strength"], **keys).images

    def perturbed(self, request, amount):
        factor = 2 ** (len(self.vae.config.block_out_channels) - 1)
        h, w = request["height"] // factor, request["width"] // factor
        shape = (1, self.unet.config.in_channels, h, w)
        noise = torch.randn(shape, generator=nets.generator(request["seed"]))
        return {"latents": noise + jitter(shape, amount)}

    def decode(self, latents):
        return self.vae.decode(latents / self.vae.config.scaling_factor).sample

    def write_runs(self, requests):
        """runs.json and the tensors NAME.latents, NAME.steps (x after every step), NAME.picture.

        A run that lets a change of 1e-6 grow beyond TAME tells nothing at 1e-3 and is left out.
        """
        tensors, kept, worst = {}, [], 0.0
        for r in requests:
            by_step = []
            latents = self.run(r, by_step)
            growth = (self.run(r, perturb=1e-6) - latents).abs().max().item()
            if not growth < TAME:
                continue
            kept, worst = [*kept, r], max(worst, growth)
            tensors[r["name"] + ".latents"] = latents
            if r["stacks"]:
                tensors[r["name"] + ".steps"] = torch.stack(by_step)
                tensors[r["name"] + ".picture"] = picture_bytes(self.decode(latents))
        nets.write_json(self.folder / "golden/runs.json", kept)
        nets.write_tensors(self.folder / "golden/runs.safetensors", tensors)
        final = [v for k, v in tensors.items() if k.endswith(".latents")]
        largest = max((v.abs().max().item() for v in final), default=0)
        told = f"{len(kept)} of {len(requests)} runs, |latents| <= {largest:.3g}"
        print(f"{self.folder.name}: {told}, 1e-6 grows to {worst:.2g}")


def jitter(shape, amount):
    return amount * torch.randn(shape, generator=nets.generator(1))


def margin(factor):
    """By how many pixels a picture is wider than high; diffusers takes multiples of 8 only."""
    return max(4 * factor, 8)


def picture_bytes(decoded):
    """[3, H, W] as 8 bit, as the picture processor rounds."""
    return ((decoded[0] / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)


def request(scheduler, steps, strength, guidance, width, height, seed, stacks=False):
    kind = "txt2img" if strength is None else "img2img"
    name = f"{kind}-{scheduler}-{steps}-{guidance}-{width}x{height}-{seed}"
    name += "" if strength is None else f"-{strength}"
    keys = {"scheduler": scheduler, "steps": steps}
    keys |= {"strength": 1.0 if strength is None else strength}
    keys |= {"guidance": guidance, "width": width, "height": height, "seed": seed}
    keys |= {"prompt": PROMPT, "negative": NEGATIVE if guidance > 1 else "", "stacks": stacks}
    return {"name": name, "kind": kind, **keys}


def requests(size, factor, few=False):
    """Every scheduler; some of few and more steps, with guidance and without, not square, strengths."""
    side, wide, found = size * factor, size * factor + margin(factor), []
    for i, s in enumerate(SOME):
        found.append(request(s, 8, None, 7.5, side, side, 42 + i, True))
        if few:
            continue
        found += [request(s, n, None, g, side, side, 7) for n, g in ((2, 1.0), (2, 7.5), (8, 1.0))]
        found.append(request(s, 8, 0.5, 7.5, wide, side, 42 + i, s == "ddim"))
        found += [request(s, 8, x, 7.5, side, side, 3) for x in (0.3, 0.8, 1.0)]
    for i, s in enumerate(s for s in SCHEDULERS if s not in (*SOME, *OWN_PATH)):
        if few:
            break
        found.append(request(s, 8, None, 7.5, side, side, 50 + i))
        if s not in WRONG_FROM_THE_MIDDLE:
            found.append(request(s, 10, 0.5, 3.0, side, side, 50 + i))
    found.append(request("dpmpp_2m_k", 5, None, 3.0, wide, side, 2**32 - 1, True))
    found.append(request("ddim", 5, None, 3.0, side, side + max(8, 2 * factor), 0, True))
    return found
