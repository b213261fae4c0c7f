"""Makes src/test/resources/golden/flux with diffusers: small FLUX.1 models and their goldens.

    shared/                     text encoders, tokenizers and VAE of all of them
    NAME/                       the rest of a model in diffusers' layout, random weights
    NAME/golden/stages.safetensors    states.N (the first 20 and the last 3 tokens) and pooled.N of prompt N; sample, out.T = the
                                      transformer's output at timestep T, two prompts at once, guidance 3.5
    NAME/golden/runs.json       whole runs of FluxPipeline and FluxImg2ImgPipeline
    NAME/golden/runs.safetensors      RUN.latents, of some RUN.picture as 8 bit; picture, of which img2img begins
"""

import shutil
from unittest.mock import patch

import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxImg2ImgPipeline, FluxPipeline, FluxTransformer2DModel
from diffusers.pipelines.flux import pipeline_flux_img2img as img2img
from transformers import AutoTokenizer

import choices
import networks as nets
import parts
import t5
import vocabulary
import zimage
from golden import ROOT

OUT = ROOT / "flux"
PROMPTS = ["a photo of many bright green nuclei", "blurry, low contrast"]
CLIP, STATES, FACTOR = 8, 14, 2
T5 = dict(d_model=STATES, num_heads=3, d_kv=5, d_ff=18, num_layers=2)
DYNAMIC = {"use_dynamic_shifting": True, "base_image_seq_len": 4, "max_image_seq_len": 64}
MODELS = {
    # heads, axes, blocks of two, blocks of one, takes guidance; the scheduler
    "dev": ((2, [2, 2, 2], 2, 1, True), DYNAMIC),
    "schnell": ((1, [2, 4, 4], 1, 3, False), {"shift": 1.0}),
    "three": ((3, [2, 2, 2], 1, 1, True), {"shift": 3.0}),
}
TIMESTEPS = (981.25, 500)
TAME = 3e-4
# steps, strength, guidance, true guidance, width and height of the latents
RUNS = ((4, 1, 3.5, 1, 6, 10), (5, 1, 1.5, 1, 10, 6), (4, 1, 3.5, 2.5, 2, 4), (6, 0.5, 3.5, 1, 6, 10), (4, 0.75, 0.0, 3.0, 6, 10))


class Shared:
    folder, seed = OUT / "shared", 6300

    def __init__(self):
        words = vocabulary.write(self.folder / "tokenizer", length=16)
        config = parts.text_config(vocab_size=words, **choices.text(CLIP, 2, 2, "quick_gelu", 16))
        self.clip = parts.make_text(config, self.seed, "float16")
        nets.write_json(self.folder / "text_encoder/config.json", config)
        nets.write_weights(self.folder / "text_encoder", "model", nets.text_tensors(self.clip))
        self.tokenizer = vocabulary.tokenizer(self.folder / "tokenizer")
        pieces = t5.write_tokenizer(self.folder / "tokenizer_2")
        self.tokenizer_2 = AutoTokenizer.from_pretrained(self.folder / "tokenizer_2")
        self.t5 = t5.make(pieces, self.seed + 1, **T5)
        t5.write_encoder(self.folder / "text_encoder_2", self.t5)
        self.vae = parts.make(AutoencoderKL, zimage.VAE, self.seed + 2, "float16")
        config = {"_class_name": "AutoencoderKL", "_diffusers_version": "0.42.1", **zimage.VAE}
        nets.write_json(self.folder / "vae/config.json", config)
        nets.write_weights(self.folder / "vae", "diffusion_pytorch_model", self.vae.state_dict())
        g = nets.generator(self.seed + 3)
        self.picture = torch.rand(1, 3, 10 * FACTOR, 6 * FACTOR, generator=g) * 2 - 1


def transformer(heads, axes, double, single, guidance, seed):
    keys = {"num_attention_heads": heads, "attention_head_dim": sum(axes), "axes_dims_rope": axes, "num_layers": double}
    keys |= {"num_single_layers": single, "guidance_embeds": guidance, "joint_attention_dim": STATES, "in_channels": 64}
    keys |= {"pooled_projection_dim": CLIP, "patch_size": 1}
    made = nets.randomise(FluxTransformer2DModel(**keys), seed)
    g = nets.generator(seed + 1)
    for name, p in made.named_parameters():
        if "attn.norm" in name:
            p.data.copy_(nets.rounded(1 + 0.2 * torch.randn(p.shape, generator=g), "float16"))
        if "proj_out" in name or "norm" in name and ".linear" in name:
            p.data.copy_(nets.rounded(0.4 * p, "float16"))
    return made, {"_class_name": "FluxTransformer2DModel", "_diffusers_version": "0.42.1", **keys}


class Model:
    def __init__(self, name, shared, seed):
        shape, noise = MODELS[name]
        self.folder, self.shared = OUT / name, shared
        self.transformer, config = transformer(*shape, seed)
        self.length = 512 if config["guidance_embeds"] else 256
        nets.write_json(self.folder / "transformer/config.json", config)
        nets.write_weights(self.folder / "transformer", "diffusion_pytorch_model", self.transformer.state_dict())
        self.noise = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, **noise}
        nets.write_json(self.folder / "scheduler/scheduler_config.json", self.noise)
        index = {"_class_name": "FluxPipeline", "_diffusers_version": "0.42.1"}
        index |= {"scheduler": ["diffusers", self.noise["_class_name"]], "text_encoder": ["transformers", "CLIPTextModel"]}
        index |= {"text_encoder_2": ["transformers", "T5EncoderModel"], "tokenizer": ["transformers", "CLIPTokenizer"]}
        index |= {"tokenizer_2": ["transformers", "T5TokenizerFast"], "vae": ["diffusers", "AutoencoderKL"]}
        index |= {"transformer": ["diffusers", "FluxTransformer2DModel"]}
        nets.write_json(self.folder / "model_index.json", index)

    def pipeline(self, cls):
        s = self.shared
        scheduler = FlowMatchEulerDiscreteScheduler.from_config(self.noise)
        pipe = cls(scheduler, s.vae, s.clip, s.tokenizer, s.t5, s.tokenizer_2, self.transformer)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def stages(self, seed):
        pipe = self.pipeline(FluxPipeline)
        states, pooled, text_ids = pipe.encode_prompt(list(PROMPTS), max_sequence_length=self.length)
        golden = {}
        for i in range(2):
            golden |= {f"states.{i}": torch.cat([states[i : i + 1, :20], states[i : i + 1, -3:]], 1)}
            golden |= {f"pooled.{i}": pooled[i : i + 1]}
        h, w = 4, 6
        sample = torch.randn(2, 16, h, w, generator=nets.generator(seed))
        ids = pipe._prepare_latent_image_ids(2, h // 2, w // 2, "cpu", torch.float32)
        packed = pipe._pack_latents(sample, 2, 16, h, w)
        guidance = torch.full([2], 3.5) if self.transformer.config.guidance_embeds else None
        for t in TIMESTEPS:
            keys = {"timestep": torch.tensor([t, t]) / 1000, "guidance": guidance, "return_dict": False}
            keys |= {"pooled_projections": pooled, "encoder_hidden_states": states, "txt_ids": text_ids, "img_ids": ids}
            out = self.transformer(hidden_states=packed, **keys)[0]
            golden[f"out.{t}"] = pipe._unpack_latents(out, h * FACTOR, w * FACTOR, FACTOR)
        nets.write_tensors(self.folder / "golden/stages.safetensors", golden | {"sample": sample})
        print(self.folder.name, {k: round(v.abs().max().item(), 2) for k, v in golden.items()})

    def run(self, r, perturb=0.0):
        """Unpacked latents of an image of r's size."""
        g = torch.Generator("cpu").manual_seed(r["seed"])
        keys = {"prompt": PROMPTS[0], "negative_prompt": PROMPTS[1], "true_cfg_scale": r["truecfg"], "generator": g}
        keys |= {"num_inference_steps": r["steps"], "guidance_scale": r["guidance"], "output_type": "latent"}
        keys |= {"width": r["width"], "height": r["height"], "max_sequence_length": self.length}
        h, w = r["height"] // FACTOR, r["width"] // FACTOR
        noise = torch.randn(1, 16, h, w, generator=torch.Generator("cpu").manual_seed(r["seed"]))
        if r["strength"] == 1:
            pipe = self.pipeline(FluxPipeline)
            noise += perturb * torch.randn(noise.shape, generator=nets.generator(1))
            more = {"latents": pipe._pack_latents(noise, 1, 16, h, w)} if perturb else {}
            packed = pipe(**keys, **more).images
        else:
            pipe = self.pipeline(FluxImg2ImgPipeline)
            jitter = perturb * torch.randn(self.shared.picture.shape, generator=nets.generator(1))
            mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
            with patch.object(img2img, "retrieve_latents", mean):
                packed = pipe(image=(self.shared.picture + jitter).clamp(-1, 1), strength=r["strength"], **keys).images
        return pipe._unpack_latents(packed, r["height"], r["width"], FACTOR)

    def decode(self, latents):
        v = zimage.VAE
        decoded = self.shared.vae.decode(latents / v["scaling_factor"] + v["shift_factor"]).sample
        return ((decoded[0] / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)

    def runs(self):
        tensors, rows = {"picture": self.shared.picture}, []
        for steps, strength, guidance, true, w, h in RUNS:
            name = f"{'text' if strength == 1 else 'picture'}-{steps}-{guidance}-{true}-{w}x{h}"
            row = {"name": name, "steps": steps, "strength": strength, "guidance": guidance, "truecfg": true}
            row |= {"width": w * FACTOR, "height": h * FACTOR, "seed": 7}
            latents = self.run(row)
            growth = (self.run(row, 1e-6) - latents).abs().max().item()
            assert growth < TAME, (name, growth)
            tensors[f"{name}.latents"] = latents
            if w == 10 or strength == 0.5:
                tensors[f"{name}.picture"] = self.decode(latents)
            rows.append(row)
            print(name, f"|x| <= {latents.abs().max():.3g}, 1e-6 grows to {growth:.2g}")
        nets.write_json(self.folder / "golden/runs.json", rows)
        nets.write_tensors(self.folder / "golden/runs.safetensors", tensors)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    shared = Shared()
    for i, name in enumerate(MODELS):
        model = Model(name, shared, 6310 + 10 * i)
        model.stages(6315 + 10 * i)
        model.runs()
    nets.write_json(OUT / "prompts.json", PROMPTS)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
