"""Makes src/test/resources/golden/unet2d_models with diffusers: whole models without words.

    rgb, grey    on pixels, as DDPMPipeline and DDIMPipeline are saved
    latent       on the latents of a VAE
    quantised    on the latents of a VQModel, as LDMPipeline is saved
    classes      on grey pixels, with a class
    two          on pixels of two channels, not square
    stained      on grey pixels, seeing a picture of three channels behind the sample
    restored     on the latents of a VAE, seeing those of a picture
    NAME/golden.safetensors    SCHEDULER = latents of seed 42 after 8 steps, as the loop of DDPMPipeline makes
                               them; SCHEDULER.picture = the picture as 8 bit
"""

import shutil
from types import SimpleNamespace

import diffusers
import torch
from diffusers import AutoencoderKL, UNet2DModel, VQModel
from safetensors.torch import load_file

import networks as nets
import parts
import unet2d
from golden import ROOT
from scheduler_names import SCHEDULERS

OUT = ROOT / "unet2d_models"
NAMES = ("ddpm", "ddim", "euler", "heun", "dpmpp_2m", "unipc", "lcm", "pndm", "euler_a")
SCHEDULER = {"_class_name": "DDPMScheduler", "_diffusers_version": "0.42.1", "beta_schedule": "linear"}
SCHEDULER |= {"beta_start": 0.0001, "beta_end": 0.02, "num_train_timesteps": 1000}
SCHEDULER |= {"prediction_type": "epsilon", "variance_type": "fixed_small"}
VELOCITY = SCHEDULER | {"prediction_type": "v_prediction"}
CLIPPED = ("ddpm", "ddim", "heun", "lcm")
GREY = unet2d.SMALL | {"in_channels": 1, "out_channels": 1, "sample_size": 16, "attention_head_dim": 4}
RGB = GREY | {"in_channels": 3, "out_channels": 3, "attention_head_dim": None}
VAE = {"in_channels": 3, "out_channels": 3, "latent_channels": 3, "block_out_channels": [4, 8]}
VAE |= {"layers_per_block": 1, "norm_num_groups": 2, "act_fn": "silu", "sample_size": 32}
VAE |= {"down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2}
VAE |= {"scaling_factor": 0.5}
VQ = {k: v for k, v in VAE.items() if k != "sample_size"} | {"num_vq_embeddings": 40, "vq_embed_dim": 3}
MODELS = {
    "rgb": (RGB, SCHEDULER | {"clip_sample": True}, None, None),  # tame only where it is clipped
    # the defaults of the class decide; thresholding where it is asked for
    "grey": (GREY, VELOCITY | {"thresholding": True, "sample_max_value": 1.2}, None, None),
    "latent": (RGB, VELOCITY, VAE, None),
    "quantised": (RGB, VELOCITY, VQ, None),
    "classes": (GREY | {"num_class_embeds": 5}, VELOCITY, None, 3),
    "two": (GREY | {"in_channels": 2, "out_channels": 2, "sample_size": [12, 20]}, VELOCITY, None, None),
    "stained": (GREY | {"in_channels": 4}, VELOCITY, None, None),
    "restored": (RGB | {"in_channels": 6}, VELOCITY, VAE, None),
}


class Wordless:
    """A network without words, as `fit_denoiser` calls one with them."""

    def __init__(self, unet, label, seen=None):
        self.unet, self.label, self.conv_out, self.seen = unet, label, unet.conv_out, seen
        c = unet.config
        size = c.sample_size if isinstance(c.sample_size, int) else min(c.sample_size)
        self.config = SimpleNamespace(sample_size=size, in_channels=c.out_channels, cross_attention_dim=1)

    def named_modules(self):
        return self.unet.named_modules()

    def __call__(self, x, t, states=None):
        labels = None if self.label is None else torch.full((len(x),), self.label)
        if self.unet.config.in_channels > self.unet.config.out_channels:
            more = self.unet.config.in_channels - self.unet.config.out_channels
            zeros = torch.zeros(len(x), more, *x.shape[2:])
            x = torch.cat([x, zeros if self.seen is None else self.seen], 1)
        return self.unet(x, torch.as_tensor(t), class_labels=labels).sample


def run(network, name, config, size, label, is_latent):
    cls, keys = SCHEDULERS[name]
    config = config | ({} if "clip_sample" in config or not is_latent else {"clip_sample": False})
    scheduler = getattr(diffusers, cls).from_config(config, **keys)
    scheduler.set_timesteps(8)
    g = torch.Generator().manual_seed(42)
    x = torch.randn(1, *size, generator=g) * scheduler.init_noise_sigma
    for t in scheduler.timesteps:
        out = network(scheduler.scale_model_input(x, t), t)
        more = {"generator": g} if name in ("ddpm", "lcm", "euler_a") else {}
        x = scheduler.step(out, t, x, **more).prev_sample
    return x


def write(name, unet, scheduler, vae, label, seed):
    folder = OUT / name
    config = unet2d.config(unet)
    network = parts.make(UNet2DModel, config, seed, "float16")
    wordless = Wordless(network, label)
    alphas = diffusers.DDPMScheduler.from_config(scheduler).alphas_cumprod
    nets.fit_denoiser(wordless, alphas, scheduler["prediction_type"], "float16", seed + 1)
    nets.write_json(folder / "unet/config.json", config)
    nets.write_weights(folder / "unet", "diffusion_pytorch_model", network.state_dict())
    nets.write_json(folder / "scheduler/scheduler_config.json", scheduler)
    index = {"_class_name": "LDMPipeline" if vae else "DDPMPipeline", "_diffusers_version": "0.42.1"}
    index |= {"scheduler": ["diffusers", "DDPMScheduler"], "unet": ["diffusers", "UNet2DModel"]}
    decode = lambda x: x
    if vae:
        cls, part = (VQModel, "vqvae") if "vq_embed_dim" in vae else (AutoencoderKL, "vae")
        config = {"_class_name": cls.__name__, "_diffusers_version": "0.42.1", **vae}
        made = parts.make(cls, config, seed + 2, "float16")
        nets.write_json(folder / part / "config.json", config)
        nets.write_weights(folder / part, "diffusion_pytorch_model", made.state_dict())
        index |= {part: ["diffusers", cls.__name__]}
        decode = lambda x: made.decode(x / vae["scaling_factor"]).sample
    nets.write_json(folder / "model_index.json", index)
    side = unet["sample_size"]
    golden, size = {}, (unet["out_channels"], *([side, side] if isinstance(side, int) else side))
    if unet["in_channels"] > unet["out_channels"]:
        factor = 2 if vae else 1
        golden["seen"] = torch.rand(1, 3, factor * side, factor * side, generator=nets.generator(seed + 4)) * 2 - 1
        scale = vae and vae["scaling_factor"]
        wordless.seen = made.encode(golden["seen"]).latent_dist.mean * scale if vae else golden["seen"]
    few = ("ddim", "dpmpp_2m") if name in ("two", "stained", "restored") else NAMES
    for one in CLIPPED if scheduler.get("clip_sample") else few:
        x = run(wordless, one, scheduler, size, label, vae is not None)
        golden[one] = x
        golden[f"{one}.picture"] = ((decode(x) / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
    if vae and "seen" not in golden:
        picture = torch.rand(1, 3, 16, 24, generator=nets.generator(seed + 3)) * 2 - 1
        encoded = made.encode(picture)
        mean = encoded.latents if "vq_embed_dim" in vae else encoded.latent_dist.mean
        golden |= {"encode.picture": picture, "encode.latents": mean * vae["scaling_factor"]}
    nets.write_tensors(folder / "golden.safetensors", golden)
    print(name, {k: round(v.abs().max().item(), 2) for k, v in golden.items() if "." not in k})


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    for i, (name, spec) in enumerate(MODELS.items()):
        write(name, *spec, 700 + 10 * i)
    # the tensors of grey alone, as a training script saves them
    torch.save(load_file(OUT / "grey/unet/diffusion_pytorch_model.safetensors"), OUT / "grey.bin")
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
