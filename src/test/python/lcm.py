"""Makes src/test/resources/golden/lcm: a U-Net that is told the scale of guidance, as latent consistency
models are, with diffusers: golden.safetensors holds its output for scales of guidance, out.G at
timestep 759.
"""

import torch
from diffusers import LatentConsistencyModelPipeline

import choices
import networks as nets
import parts
from golden import ROOT

if __name__ == "__main__":
    torch.set_grad_enabled(False)
    config = parts.unet_config(**choices.SMALL | {"time_cond_proj_dim": 16})
    folder = ROOT / "lcm"
    parts.write_unet(folder, config, 800, (8, 8))
    unet = parts.make_unet(config, 800)
    g = nets.generator(801)
    sample, states = torch.randn(1, 4, 8, 8, generator=g), torch.randn(1, 5, 8, generator=g)
    out = {"sample": sample, "states": states}
    embed = LatentConsistencyModelPipeline.get_guidance_scale_embedding
    for scale in (1.0, 8.5):
        w = embed(None, torch.tensor([scale - 1]), 16)
        out[f"out.{scale}"] = unet(sample, 759, states, timestep_cond=w).sample
    nets.write_tensors(folder / "golden.safetensors", out)
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)
