"""Makes src/test/resources/golden/zimage with diffusers: small Z-Image models and their goldens.

    NAME/                       a model in diffusers' layout, random weights
    NAME/golden/stages.safetensors    states.N = the states of prompt N; sample, out.T = the transformer's output at
                                      timestep T with the negative sign that the pipeline gives it, two prompts at once
    NAME/golden/runs.json       whole runs of ZImagePipeline and ZImageImg2ImgPipeline
    NAME/golden/runs.safetensors      RUN.latents, of some RUN.picture as 8 bit; picture, of which img2img begins
"""

import shutil
from unittest.mock import patch

import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    ZImageImg2ImgPipeline,
    ZImagePipeline,
    ZImageTransformer2DModel,
)
from diffusers.models.transformers.transformer_z_image import TimestepEmbedder
from diffusers.pipelines.z_image import pipeline_z_image_img2img as img2img

import networks as nets
import parts
import qwen3
from golden import ROOT

OUT = ROOT / "zimage"
PROMPTS = ["a photo of many bright green nuclei", "blurry", "several round yellow spots " * 4]
VAE = {"in_channels": 3, "out_channels": 3, "latent_channels": 16, "block_out_channels": [2, 4], "norm_num_groups": 2}
VAE |= {"down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2}
VAE |= {"layers_per_block": 1, "act_fn": "silu", "sample_size": 32, "scaling_factor": 0.3611, "shift_factor": 0.1159}
VAE |= {"use_quant_conv": False, "use_post_quant_conv": False, "mid_block_add_attention": True}
STATIC, DYNAMIC = {"shift": 3.0}, {"use_dynamic_shifting": True, "base_image_seq_len": 4, "max_image_seq_len": 64}
MODELS = {
    # heads, axes, layers, refiners, embedding of time; the text encoder; the scheduler; a VAE's level more
    "two": ((2, [2, 4, 2], 2, 1, 8), (8, 2, 2, 1, 4, 12, 1e6), STATIC, []),
    "one": ((1, [2, 4, 4], 1, 2, 6), (10, 3, 3, 1, 4, 12, 1e4), DYNAMIC, []),
    "three": ((3, [2, 2, 2], 1, 1, 6), (6, 2, 2, 2, 4, 8, 5e5), STATIC | {"shift": 6.0}, [4]),
}
TIMESTEPS = (981.25, 500)
TAME = 3e-4
# number of the prompt, steps, strength, guidance, width and height of the latents
RUNS = ((0, 4, 1, 0.0, 6, 10), (2, 6, 1, 3.0, 10, 6), (0, 3, 1, 0.5, 2, 4), (2, 6, 0.5, 2.0, 6, 10), (0, 4, 0.75, 0.0, 6, 10))


def transformer(heads, axes, layers, refiners, time, width, seed):
    keys = {"dim": heads * sum(axes), "n_heads": heads, "n_kv_heads": heads, "n_layers": layers, "axes_dims": axes}
    keys |= {"n_refiner_layers": refiners, "cap_feat_dim": width, "axes_lens": [256, 64, 64], "in_channels": 16}
    made = ZImageTransformer2DModel(**keys)
    made.t_embedder = TimestepEmbedder(min(keys["dim"], 256), mid_size=time)  # in place of 1024
    nets.randomise(made, seed)
    g = nets.generator(seed + 1)
    for name, p in made.named_parameters():
        if "norm" in name and p.ndim == 1 or name.startswith("cap_embedder.0"):
            p.data.copy_(nets.rounded(1 + 0.2 * torch.randn(p.shape, generator=g), "float16"))
        if "adaLN" in name or "final_layer" in name:
            p.data.copy_(nets.rounded(0.5 * p, "float16"))
    return made, {"_class_name": "ZImageTransformer2DModel", "_diffusers_version": "0.42.1", **keys, "qk_norm": True}


class Model:
    def __init__(self, name, seed):
        shape, text, noise, more = MODELS[name]
        self.folder = OUT / name
        self.tokenizer = qwen3.write_tokenizer(self.folder / "tokenizer")
        self.text = qwen3.make(text, seed)
        qwen3.write(self.folder / "text_encoder", self.text)
        self.transformer, config = transformer(*shape, text[0], seed + 10)
        self.write("transformer", config, self.transformer)
        levels = {"block_out_channels": VAE["block_out_channels"] + more}
        levels |= {k: [VAE[k][0]] * (2 + len(more)) for k in ("down_block_types", "up_block_types")}
        config = {"_class_name": "AutoencoderKL", "_diffusers_version": "0.42.1", **VAE, **levels}
        self.vae = parts.make(AutoencoderKL, {**VAE, **levels}, seed + 20, "float16")
        self.write("vae", config, self.vae)
        self.noise = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, **noise}
        nets.write_json(self.folder / "scheduler/scheduler_config.json", self.noise)
        index = {"_class_name": "ZImagePipeline", "_diffusers_version": "0.42.1"}
        index |= {"scheduler": ["diffusers", self.noise["_class_name"]], "text_encoder": ["transformers", "Qwen3Model"]}
        index |= {"tokenizer": ["transformers", "Qwen2Tokenizer"], "vae": ["diffusers", "AutoencoderKL"]}
        index |= {"transformer": ["diffusers", "ZImageTransformer2DModel"]}
        nets.write_json(self.folder / "model_index.json", index)
        self.factor = 2 ** (1 + len(more))
        self.picture = torch.rand(1, 3, 10 * self.factor, 6 * self.factor, generator=nets.generator(seed + 30)) * 2 - 1

    def write(self, part, config, network):
        nets.write_json(self.folder / part / "config.json", config)
        nets.write_weights(self.folder / part, "diffusion_pytorch_model", network.state_dict())

    def pipeline(self, cls):
        scheduler = FlowMatchEulerDiscreteScheduler.from_config(self.noise)
        pipe = cls(scheduler=scheduler, vae=self.vae, text_encoder=self.text, tokenizer=self.tokenizer, transformer=self.transformer)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def stages(self, seed):
        pipe = self.pipeline(ZImagePipeline)
        states, _ = pipe.encode_prompt(list(PROMPTS), do_classifier_free_guidance=False)
        golden = {f"states.{i}": s[None] for i, s in enumerate(states)}
        sample = torch.randn(2, 16, 4, 6, generator=nets.generator(seed))
        golden["sample"] = sample
        for t in TIMESTEPS:
            time = (1000 - torch.tensor([float(t)] * 2)) / 1000
            out = self.transformer(list(sample.unsqueeze(2)), time, [states[2], states[0]], return_dict=False)[0]
            golden[f"out.{t}"] = -torch.stack(out).squeeze(2)
        nets.write_tensors(self.folder / "golden/stages.safetensors", golden)
        print(self.folder.name, {k: round(v.abs().max().item(), 2) for k, v in golden.items()})

    def run(self, request, perturb=0.0):
        g = torch.Generator("cpu").manual_seed(request["seed"])
        keys = {"prompt": PROMPTS[request["prompt"]], "negative_prompt": PROMPTS[1], "generator": g, "output_type": "latent"}
        keys |= {"num_inference_steps": request["steps"], "guidance_scale": request["guidance"]}
        keys |= {"width": request["width"], "height": request["height"]}
        if request["strength"] == 1:
            shape = (1, 16, request["height"] // self.factor, request["width"] // self.factor)
            noise = torch.randn(shape, generator=torch.Generator("cpu").manual_seed(request["seed"]))
            noise += perturb * torch.randn(shape, generator=nets.generator(1))
            more = {"latents": noise} if perturb else {}
            return self.pipeline(ZImagePipeline)(**keys, **more).images
        mean = lambda output, generator=None, sample_mode="sample": output.latent_dist.mode()
        picture = (self.picture + perturb * torch.randn(self.picture.shape, generator=nets.generator(1))).clamp(-1, 1)
        with patch.object(img2img, "retrieve_latents", mean):
            return self.pipeline(ZImageImg2ImgPipeline)(image=picture, strength=request["strength"], **keys).images

    def decode(self, latents):
        decoded = self.vae.decode(latents / VAE["scaling_factor"] + VAE["shift_factor"]).sample
        return ((decoded[0] / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)

    def runs(self):
        f, tensors, rows = self.factor, {"picture": self.picture}, []
        for prompt, steps, strength, guidance, w, h in RUNS:
            name = f"{'text' if strength == 1 else 'picture'}-{steps}-{guidance}-{w}x{h}"
            row = {"name": name, "prompt": prompt, "steps": steps, "strength": strength, "guidance": guidance}
            row |= {"width": w * f, "height": h * f, "seed": 7}
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
    for i, name in enumerate(MODELS):
        model = Model(name, 6100 + 50 * i)
        model.stages(6140 + i)
        model.runs()
    nets.write_json(OUT / "prompts.json", PROMPTS)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
