"""Makes src/test/resources/golden/pixart with diffusers: small PixArt models and their goldens.

    NAME/                       a model in diffusers' layout, random weights, the last layer fitted to smooth fields
    NAME/golden/stages.safetensors    states.N = the states of prompt N; sample, out.T = the noise that the
                                      transformer predicts at timestep T, two prompts at once
    NAME/golden/runs.json       whole runs of PixArtSigmaPipeline and PixArtAlphaPipeline; those of strength below 1
                                begin as StableDiffusionImg2ImgPipeline does, of which PixArt has none
    NAME/golden/runs.safetensors      RUN.latents, of some RUN.picture as 8 bit; picture, of which img2img begins
    and src/test/resources/original/keys/pixart-….txt.gz, every tensor of the published transformers
"""

import shutil
from unittest.mock import patch

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, PixArtAlphaPipeline, PixArtSigmaPipeline, PixArtTransformer2DModel
from torch import nn

import flux_file
import networks as nets
import parts
import t5
from golden import ROOT

OUT = ROOT / "pixart"
PROMPTS = ["a photo of many bright green nuclei", "", "Several ROUND yellow spots " * 3]
VAE = {"in_channels": 3, "out_channels": 3, "latent_channels": 4, "block_out_channels": [2, 4], "norm_num_groups": 2}
VAE |= {"down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2}
VAE |= {"layers_per_block": 1, "act_fn": "silu", "sample_size": 32}
KEYS = {"in_channels": 4, "patch_size": 2, "norm_type": "ada_norm_single", "activation_fn": "gelu-approximate"}
KEYS |= {"attention_bias": True, "norm_elementwise_affine": False, "norm_eps": 1e-6, "attention_type": "default"}
TEXT = dict(num_layers=2, relative_attention_num_buckets=8, relative_attention_max_distance=20)
MODELS = {
    # heads, their width, layers, out_channels, sample_size, interpolation_scale, sizes; the text encoder
    "sigma": ((2, 10, 2, 8, 16, 2, False), dict(d_model=10, num_heads=2, d_kv=3, d_ff=14, **TEXT)),
    "alpha": ((3, 4, 2, 8, 128, None, None), dict(d_model=14, num_heads=1, d_kv=6, d_ff=10, **TEXT)),
    "narrow": ((1, 8, 1, 4, 8, 1, False), dict(d_model=6, num_heads=3, d_kv=2, d_ff=8, **TEXT)),
}
NOISE = {"beta_start": 0.0001, "beta_end": 0.01, "beta_schedule": "linear", "num_train_timesteps": 1000}
NOISE |= {"algorithm_type": "dpmsolver++", "solver_order": 2, "prediction_type": "epsilon", "thresholding": False}
NOISE |= {"lambda_min_clipped": float("-inf"), "variance_type": None, "lower_order_final": True, "trained_betas": None}
TIMESTEPS = (981.25, 500, 1)
TAME = 3e-4
# number of the prompt, steps, strength, guidance, width and height of the latents
RUNS = ((0, 6, 1, 4.5, 12, 8), (2, 5, 1, 1.0, 4, 12), (2, 6, 0.5, 3.0, 8, 12), (0, 8, 0.75, 4.5, 12, 8))


def transformer(heads, width, layers, out, size, scale, sizes, states, seed):
    keys = {**KEYS, "num_attention_heads": heads, "attention_head_dim": width, "num_layers": layers, "out_channels": out}
    keys |= {"cross_attention_dim": heads * width, "sample_size": size, "caption_channels": states}
    keys |= {} if scale is None else {"interpolation_scale": scale}
    keys |= {} if sizes is None else {"use_additional_conditions": sizes}
    made = nets.randomise(PixArtTransformer2DModel(**keys), seed)
    # as in the published folders, whose class is an older one
    return made, {"_class_name": "Transformer2DModel", "_diffusers_version": "0.22.0.dev0", **keys}


def fit(network, seed):
    """Ridge regression of the last layer, as networks.fit_denoiser does of a U-Net."""
    g, rows, wanted, seen = nets.generator(seed), [], [], {}
    alphas = DPMSolverMultistepScheduler.from_config(NOISE).alphas_cumprod
    hook = network.proj_out.register_forward_pre_hook(lambda m, a: seen.update(x=a[0]))
    sizes = {"resolution": torch.tensor([[16.0, 24.0]] * 4), "aspect_ratio": torch.tensor([[2 / 3]] * 4)}
    for t in torch.randint(0, 1000, (60,), generator=g).tolist():
        coarse = torch.randn(4, 4, 3, 3, generator=g)
        x0 = nn.functional.interpolate(coarse, size=(8, 12), mode="bicubic")
        noise = torch.randn(4, 4, 8, 12, generator=g)
        states = torch.randn(4, 9, network.config.caption_channels, generator=g)
        x = alphas[t] ** 0.5 * x0 + (1 - alphas[t]) ** 0.5 * noise
        network(x, states, torch.tensor([t] * 4), added_cond_kwargs=sizes)
        rows.append(seen["x"].flatten(0, 1))
        wanted.append(noise.reshape(4, 4, 4, 2, 6, 2).permute(0, 2, 4, 3, 5, 1).reshape(-1, 2, 2, 4))
    hook.remove()
    f = torch.cat([torch.cat(rows), torch.ones(len(rows) * 96, 1)], 1).double()
    y = torch.cat(wanted).flatten(1).double()
    gram = f.T @ f + 0.001 * len(f) * torch.eye(f.shape[1], dtype=torch.float64)
    fitted = torch.linalg.solve(gram, f.T @ y).float().T
    out = network.out_channels
    weight, bias = network.proj_out.weight.data.view(2, 2, out, -1), network.proj_out.bias.data.view(2, 2, out)
    weight[:, :, :4] = nets.rounded(fitted[:, :-1].reshape(2, 2, 4, -1), "float16")
    bias[:, :, :4] = nets.rounded(fitted[:, -1].reshape(2, 2, 4), "float16")


class Model:
    def __init__(self, name, seed):
        shape, text = MODELS[name]
        self.folder = OUT / name
        words = t5.write_tokenizer(self.folder / "tokenizer")
        settings = self.folder / "tokenizer/tokenizer_config.json"
        self.tokenizer = t5.AutoTokenizer.from_pretrained(settings.parent)
        self.text = t5.make(words, seed, **text)
        t5.write_encoder(self.folder / "text_encoder", self.text)
        self.transformer, config = transformer(*shape, text["d_model"], seed + 10)
        fit(self.transformer, seed + 11)
        self.write("transformer", config, self.transformer)
        self.cls = PixArtAlphaPipeline if name == "alpha" else PixArtSigmaPipeline
        self.scale = 0.18215 if name == "alpha" else 0.13025
        vae = {**VAE, "scaling_factor": self.scale}
        self.vae = parts.make(AutoencoderKL, vae, seed + 20, "float16")
        self.write("vae", {"_class_name": "AutoencoderKL", "_diffusers_version": "0.42.1", **vae}, self.vae)
        noise = {"_class_name": "DPMSolverMultistepScheduler", "_diffusers_version": "0.22.0.dev0", **NOISE}
        nets.write_json(self.folder / "scheduler/scheduler_config.json", noise)
        index = {"_class_name": self.cls.__name__, "_diffusers_version": "0.22.0.dev0"}
        index |= {"scheduler": ["diffusers", noise["_class_name"]], "text_encoder": ["transformers", "T5EncoderModel"]}
        index |= {"tokenizer": ["transformers", "T5Tokenizer"], "vae": ["diffusers", "AutoencoderKL"]}
        index |= {"transformer": ["diffusers", "Transformer2DModel"]}
        nets.write_json(self.folder / "model_index.json", index)
        self.picture = torch.rand(1, 3, 24, 16, generator=nets.generator(seed + 30)) * 2 - 1
        self.wide = torch.rand(1, 3, 16, 24, generator=nets.generator(seed + 31)) * 2 - 1

    def write(self, part, config, network):
        nets.write_json(self.folder / part / "config.json", config)
        nets.write_weights(self.folder / part, "diffusion_pytorch_model", network.state_dict())

    def pipeline(self):
        scheduler = DPMSolverMultistepScheduler.from_config(NOISE)
        pipe = self.cls(self.tokenizer, self.text, self.vae, self.transformer, scheduler)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def sizes(self, width, height, count):
        if not self.transformer.use_additional_conditions:
            return None
        sizes = {"resolution": torch.tensor([[float(height), float(width)]] * count)}
        return sizes | {"aspect_ratio": torch.tensor([[float(height / width)]] * count)}

    def encoded(self, *numbers):
        """Of prompts by their numbers: states and masks."""
        length = 120 if self.cls is PixArtAlphaPipeline else 300
        texts = [PROMPTS[i] for i in numbers]
        return self.pipeline().encode_prompt(texts, False, clean_caption=False, max_sequence_length=length)[:2]

    def stages(self, seed):
        states, masks = self.encoded(0, 1, 2)
        golden = {f"states.{i}": states[i : i + 1, : masks[i].sum()] for i in range(3)}
        golden["sample"] = torch.randn(2, 4, 4, 6, generator=nets.generator(seed))
        for t in TIMESTEPS:
            out = self.transformer(
                golden["sample"], states[[1, 2]], torch.tensor([t] * 2), self.sizes(12, 8, 2),
                encoder_attention_mask=masks[[1, 2]],
            )
            golden[f"out.{t}"] = out.sample[:, :4]
        nets.write_tensors(self.folder / "golden/stages.safetensors", golden)
        print(self.folder.name, {k: round(v.abs().max().item(), 2) for k, v in golden.items()})

    def run(self, request, perturb=0.0):
        g = nets.generator(request["seed"])
        w, h = request["width"], request["height"]
        noise = torch.randn(1, 4, h // 2, w // 2, generator=g)
        noise += perturb * torch.randn(noise.shape, generator=nets.generator(1))
        keys = {"prompt": PROMPTS[request["prompt"]], "negative_prompt": PROMPTS[1], "output_type": "latent"}
        keys |= {"num_inference_steps": request["steps"], "guidance_scale": request["guidance"], "latents": noise}
        keys |= {"width": w, "height": h, "use_resolution_binning": False, "clean_caption": False}
        pipe = self.pipeline()
        if request["strength"] == 1:
            return pipe(**keys).images
        steps, scheduler = request["steps"], pipe.scheduler
        begin = steps - min(int(steps * request["strength"]), steps)

        def later(*args, **more):
            scheduler.set_timesteps(steps)
            scheduler.set_begin_index(begin)
            scheduler.set_begin_index = lambda index: None  # PixArtAlphaPipeline begins at 0
            x0 = self.vae.encode(self.start(w, perturb)).latent_dist.mode() * self.scale
            noise.copy_(scheduler.add_noise(x0, noise.clone(), scheduler.timesteps[begin : begin + 1]))
            return scheduler.timesteps[begin:], steps - begin

        with patch(f"{self.cls.__module__}.retrieve_timesteps", later):
            return pipe(**keys).images

    def start(self, width, perturb):
        picture = self.wide if width == 24 else self.picture
        return (picture + perturb * torch.randn(picture.shape, generator=nets.generator(1))).clamp(-1, 1)

    def decode(self, latents):
        decoded = self.vae.decode(latents / self.scale).sample
        return ((decoded[0] / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)

    def runs(self):
        tensors, rows = {"picture.16": self.picture, "picture.24": self.wide}, []
        for prompt, steps, strength, guidance, w, h in RUNS:
            name = f"{'text' if strength == 1 else 'picture'}-{steps}-{guidance}-{w}x{h}"
            row = {"name": name, "prompt": prompt, "steps": steps, "strength": strength, "guidance": guidance}
            row |= {"width": w * 2, "height": h * 2, "seed": 7}
            latents = self.run(row)
            growth = (self.run(row, 1e-6) - latents).abs().max().item()
            assert growth < TAME, (name, growth)
            tensors[f"{name}.latents"] = latents
            if steps != 5:
                tensors[f"{name}.picture"] = self.decode(latents)
            rows.append(row)
            print(name, f"|x| <= {latents.abs().max():.3g}, 1e-6 grows to {growth:.2g}")
        nets.write_json(self.folder / "golden/runs.json", rows)
        nets.write_tensors(self.folder / "golden/runs.safetensors", tensors)


def published(name, sizes):
    with torch.device("meta"):
        made = PixArtTransformer2DModel(caption_channels=4096, use_additional_conditions=sizes)
    flux_file.write(name, [f"{k} {list(v.shape)} transformer/{k}" for k, v in made.state_dict().items()])


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    for i, name in enumerate(MODELS):
        model = Model(name, 7100 + 50 * i)
        model.stages(7140 + i)
        model.runs()
    nets.write_json(OUT / "prompts.json", PROMPTS)
    published("pixart-sigma", False)
    published("pixart-alpha", True)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
