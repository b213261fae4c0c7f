"""Makes src/test/resources/golden/taesd with diffusers: small decoders of latents.

    taesd/                          AutoencoderTiny as diffusers writes it; a factor of 2
    taesd_decoder.pth               the same decoder under its original names, as torch.save writes it
    taesdxl_decoder.safetensors     another one, of three levels
    golden.safetensors              latents, and what each makes of them
"""

import shutil

import torch
from diffusers import AutoencoderTiny
from safetensors.torch import save_file

import networks as nets
import parts
from golden import ROOT

OUT = ROOT / "taesd"


def original(module):
    """The decoder's names in the code that it was published with, which begins with a clamp."""
    tensors = {}
    for name, value in module.decoder.state_dict().items():
        _, number, rest = name.split(".", 2)
        tensors[f"{int(number) + 1}.{rest}"] = value.half().clone()
    return tensors


def make(blocks, seed):
    """Of width 4."""
    keys = {"latent_channels": 4, "num_decoder_blocks": blocks, "act_fn": "relu"}
    keys |= {"decoder_block_out_channels": [4] * len(blocks)}
    keys |= {"num_encoder_blocks": [1] * len(blocks)}
    keys |= {"encoder_block_out_channels": [4] * len(blocks), "scaling_factor": 1.0}
    return keys, parts.make(AutoencoderTiny, keys, seed, "float16")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    shutil.rmtree(OUT, ignore_errors=True)
    keys, small = make([2, 1], 500)
    nets.write_json(OUT / "taesd/config.json", {"_class_name": "AutoencoderTiny", **keys})
    nets.write_weights(OUT / "taesd", "diffusion_pytorch_model", small.state_dict())
    torch.save(original(small), OUT / "taesd_decoder.pth")
    _, xl = make([1, 2, 1], 510)
    save_file(original(xl), OUT / "taesdxl_decoder.safetensors")
    latents = 2 * torch.randn(1, 4, 5, 7, generator=nets.generator(511))
    golden = {"latents": latents, "taesd": small.decode(latents).sample}
    nets.write_tensors(OUT / "golden.safetensors", golden | {"taesdxl": xl.decode(latents).sample})
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
