"""Goldens of autoencoders of one's own: src/test/resources/golden/autoencoders, by diffusers.

python autoencoders.py writes

    sixteen     AutoencoderKL as Stable Diffusion 3's and FLUX.1's: 16 channels, a shift, no quant convolutions; every layer of theirs, in tiny widths
    normalised  AutoencoderKL of 8 channels with latents_mean and latents_std, without attention in the middle
    quantised   VQModel of 4 channels
    tiny        AutoencoderTiny of 4 channels and three levels, as TAESD
    NAME/golden.safetensors   picture; latents, the posterior's mean or the code, scaled; sd, its standard deviation, scaled; decoded, of the latents
    swapped.safetensors       sd1.NAME: the final latents and picture of golden/models/sd1 with the autoencoder NAME, from its VAE golden's picture

and original/keys/vae16.txt.gz: the original names and shapes of FLUX.1's autoencoder as it was published, and diffusers' names.
"""

import gzip
import shutil
from unittest.mock import patch

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, StableDiffusionImg2ImgPipeline, VQModel
from safetensors.torch import load_file, save_file

import networks as nets
import original
import parts
from golden import ROOT
from pipelines import NEGATIVE, PROMPT, img2img, opened, picture_bytes

OUT = ROOT / "autoencoders"
KL = {"in_channels": 3, "out_channels": 3, "act_fn": "silu", "norm_num_groups": 4, "sample_size": 32}


def blocks(levels):
    return {"down_block_types": ["DownEncoderBlock2D"] * levels, "up_block_types": ["UpDecoderBlock2D"] * levels}


SIXTEEN = KL | blocks(4) | {"block_out_channels": [4, 8, 12, 12], "layers_per_block": 2, "latent_channels": 16}
SIXTEEN |= {"scaling_factor": 1.5305, "shift_factor": 0.0609, "use_quant_conv": False, "use_post_quant_conv": False}
NORMALISED = KL | blocks(2) | {"block_out_channels": [4, 8], "layers_per_block": 1, "latent_channels": 8, "scaling_factor": 0.7}
NORMALISED |= {"latents_mean": [0.1 * i - 0.3 for i in range(8)], "latents_std": [0.5 + 0.2 * i for i in range(8)], "mid_block_add_attention": False}
QUANTISED = {k: v for k, v in KL.items() if k != "sample_size"} | blocks(4) | {"block_out_channels": [4, 4, 8, 8], "layers_per_block": 1}
QUANTISED |= {"latent_channels": 4, "num_vq_embeddings": 32, "vq_embed_dim": 4, "scaling_factor": 0.6}
TINY = {"latent_channels": 4, "act_fn": "relu", "scaling_factor": 1.0}
TINY |= {f"{half}_block_out_channels": [8] * 4 for half in ("encoder", "decoder")}
TINY |= {"num_encoder_blocks": [1, 2, 1, 1], "num_decoder_blocks": [1, 1, 2, 1]}
KINDS = {"sixteen": (AutoencoderKL, SIXTEEN), "normalised": (AutoencoderKL, NORMALISED), "quantised": (VQModel, QUANTISED), "tiny": (AutoencoderTiny, TINY)}
FLUX = {"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2, "latent_channels": 16, "use_quant_conv": False, "use_post_quant_conv": False}


def scales(config):
    """shift and factor of the mean, for each channel or all."""
    factor = torch.tensor(config.get("scaling_factor", 0.18215))
    if "latents_mean" in config:
        mean, std = (torch.tensor(config[k]).reshape(1, -1, 1, 1) for k in ("latents_mean", "latents_std"))
        return mean, factor / std
    return torch.tensor(config.get("shift_factor", 0.0)), factor


def write(name, cls, config, seed):
    made = parts.make(cls, config, seed, "float16")
    folder = OUT / name
    nets.write_json(folder / "config.json", {"_class_name": cls.__name__, "_diffusers_version": "0.42.1", **config})
    nets.write_weights(folder, "diffusion_pytorch_model", made.state_dict())
    picture = torch.rand(2, 3, 24, 40, generator=nets.generator(seed + 1)) * 2 - 1
    encoded, (shift, factor) = made.encode(picture), scales(config)
    golden = {"picture": picture}
    if cls is AutoencoderKL:
        golden["sd"] = encoded.latent_dist.std * factor
    mean = encoded.latent_dist.mode() if cls is AutoencoderKL else encoded.latents
    golden["latents"] = (mean - shift) * factor
    golden["decoded"] = made.decode(golden["latents"] / factor + shift).sample
    nets.write_tensors(folder / "golden.safetensors", golden)
    print(name, {k: round(v.abs().max().item(), 2) for k, v in golden.items()})
    return made


def originals(vae, config):
    levels = len(config["block_out_channels"])
    named = {original.vae_name(k, levels): v for k, v in vae.state_dict().items()}
    return {k: original.vae_value(k, v) for k, v in named.items()}


def prove(made):
    """diffusers reads the same from the original names, bit for bit."""
    checkpoint = {original.VAE + k: v for k, v in originals(made, SIXTEEN).items()}
    back = original.official.convert_ldm_vae_checkpoint(checkpoint, made.config)
    assert back.keys() == made.state_dict().keys()
    assert all(torch.equal(v, back[k]) for k, v in made.state_dict().items())


def write_keys():
    config = KL | blocks(4) | FLUX | {"norm_num_groups": 32}
    with torch.device("meta"):
        vae = AutoencoderKL(**config)
    own = [k for k in vae.state_dict()]
    lines = [f"{name} {list(value.shape)} vae/{target}" for (name, value), target in zip(originals(vae, config).items(), own)]
    with open(original.ROOT / "keys/vae16.txt.gz", "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
            out.write(("\n".join(lines) + "\n").encode())
    print(len(lines), "tensors")


def swapped(name, vae):
    """Image to Image of sd1 with another autoencoder."""
    pipe = opened(StableDiffusionImg2ImgPipeline, ROOT / "models/sd1", "ddim")
    pipe.vae = vae
    picture = load_file(ROOT / "models/sd1/golden/vae.safetensors")["picture"][:, :, :64, :64]
    encode = lambda output, generator=None, sample_mode="sample": output.latents
    keys = {"num_inference_steps": 4, "strength": 0.5, "guidance_scale": 3.0, "output_type": "latent"}
    with patch.object(img2img, "retrieve_latents", encode):
        latents = pipe(PROMPT, picture, negative_prompt=NEGATIVE, generator=torch.Generator().manual_seed(11), **keys).images
    decoded = vae.decode(latents / vae.config.scaling_factor).sample
    return {f"sd1.{name}": latents, f"sd1.{name}.picture": picture_bytes(decoded)}


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    tensors = {}
    for i, (name, (cls, config)) in enumerate(KINDS.items()):
        made = write(name, cls, config, 900 + 10 * i)
        if name == "sixteen":
            prove(made)
        if name in ("tiny", "quantised"):
            tensors |= swapped(name, made)
    save_file({k: v.contiguous() for k, v in tensors.items()}, OUT / "swapped.safetensors")
    write_keys()
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)


if __name__ == "__main__":
    main()
