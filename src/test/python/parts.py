"""Networks alone: a U-Net, a VAE, a text encoder from its config, its files and its golden."""

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

import networks as nets

FLOAT_TIMESTEP = 499.25


def unet_config(**keys):
    """The keys are written as given; what is left out is diffusers' default."""
    return {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.42.1", **keys}


def vae_config(**keys):
    return {"_class_name": "AutoencoderKL", "_diffusers_version": "0.42.1", **keys}


def text_config(**keys):
    """As Stable Diffusion's text_encoder/config.json; its token ids do not matter to the result."""
    return {
        "architectures": ["CLIPTextModel"],
        "attention_dropout": 0.0,
        "bos_token_id": 0,
        "dropout": 0.0,
        "eos_token_id": 2,
        "initializer_factor": 1.0,
        "initializer_range": 0.02,
        "layer_norm_eps": 1e-05,
        "model_type": "clip_text_model",
        "pad_token_id": 1,
        **keys,
    }


def make(cls, config, seed, stored):
    keys = {k: v for k, v in config.items() if not k.startswith("_")}
    return nets.randomise(cls(**keys), seed, stored)


def make_unet(config, seed, stored="float16"):
    return make(UNet2DConditionModel, config, seed, stored)


def make_vae(config, seed, stored="float16"):
    vae = make(AutoencoderKL, config, seed, stored)
    vae.decoder.conv_out.weight.data.mul_(0.5)
    return vae


def make_text(config, seed, stored="float16"):
    keys = {k: v for k, v in config.items() if k not in ("architectures", "dropout", "model_type")}
    return nets.randomise(CLIPTextModel(CLIPTextConfig(**keys)), seed, stored)


def unet_golden(unet, seed, size, length, timesteps=(981, 1), batch=2):
    g = nets.generator(seed)
    width = unet.config.cross_attention_dim
    width = width if isinstance(width, int) else width[0]
    sample = torch.randn(batch, unet.config.in_channels, *size, generator=g)
    states = torch.randn(batch, length, width, generator=g)
    out = {f"out.{t}": unet(sample, t, states).sample for t in timesteps}
    return {"sample": sample, "states": states, **out}


def vae_golden(vae, seed, size, batch=1):
    """mean: of the posterior, not scaled; latents: what the decoder gets, not scaled."""
    g = nets.generator(seed)
    coarse = torch.randn(batch, vae.config.in_channels, 6, 6, generator=g)
    picture = torch.nn.functional.interpolate(coarse, size=size, mode="bilinear").clamp(-1, 1)
    mean = vae.encode(picture).latent_dist.mean
    latents = torch.randn(mean.shape, generator=g)
    decoded = vae.decode(latents).sample
    return {"picture": picture, "mean": mean, "latents": latents, "decoded": decoded}


def text_golden(encoder, seed, batch=2):
    c = encoder.config
    shape = (batch, c.max_position_embeddings)
    ids = torch.randint(0, c.vocab_size, shape, generator=nets.generator(seed))
    return {"ids": ids, "last_hidden_state": encoder(ids).last_hidden_state}


def write_unet(folder, config, seed, size, length=5, stored="float16", timesteps=(981, 1)):
    unet = make_unet(config, seed, stored)
    nets.write_json(folder / "config.json", config)
    nets.write_weights(folder, "diffusion_pytorch_model", unet.state_dict(), stored)
    golden = unet_golden(unet, seed + 1, size, length, timesteps)
    nets.write_tensors(folder / "golden.safetensors", golden)


def write_vae(folder, config, seed, size, stored="float16", naming="new", batch=1):
    vae = make_vae(config, seed, stored)
    nets.write_json(folder / "config.json", config)
    nets.write_weights(folder, "diffusion_pytorch_model", nets.vae_tensors(vae, naming), stored)
    nets.write_tensors(folder / "golden.safetensors", vae_golden(vae, seed + 1, size, batch))


def write_text(folder, config, seed, stored="float16", prefix=True, position_ids=False):
    encoder = make_text(config, seed, stored)
    nets.write_json(folder / "config.json", config)
    tensors = nets.text_tensors(encoder, prefix, position_ids)
    nets.write_weights(folder, "model", tensors, stored)
    nets.write_tensors(folder / "golden.safetensors", text_golden(encoder, seed + 1))
