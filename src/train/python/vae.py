"""The autoencoder: pictures [batch, 3, 128, 128] in -1…1 to latents [batch, 4, 16, 16] and back."""
import math

import numpy as np
import torch
from diffusers import AutoencoderKL

CONFIG = dict(
    in_channels=3, out_channels=3, latent_channels=4, sample_size=128, act_fn="silu",
    down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    block_out_channels=(16, 32, 64, 96), layers_per_block=1, norm_num_groups=2, scaling_factor=1.0,
)
KL_WEIGHT = 5e-5
INEXACT = 0.04
"""Standard deviation of the noise on whitened latents with which the decoder is trained."""


def build(config: dict = CONFIG) -> AutoencoderKL:
    """Weights to begin with, the same at every call: random ones over a way that lets blurred colours pass.

    From random weights alone the network learns brightness and then no colour for a long time."""
    torch.manual_seed(1)
    vae = AutoencoderKL(**config)
    _let_colours_pass(vae)
    return vae


@torch.no_grad()
def _let_colours_pass(vae):
    """Channels 0…2 carry red, green, blue and channels 3…5 the same negated, for silu(x) - silu(-x) = x."""
    point, box = torch.zeros(3, 3), torch.full((3, 3), 1 / 9)
    point[1, 1] = 1
    both = [(i, i) for i in range(6)]
    for name, module in vae.named_modules():
        if name.endswith(("samplers.0.conv", "conv_shortcut")):
            _add(module, both, box if module.kernel_size == (3, 3) else torch.ones(1, 1))
        elif name.endswith(("conv2", "to_out.0")):
            module.weight.mul_(0.3)
    for first in (vae.encoder.conv_in, vae.decoder.conv_in):
        _add(first, [(i, i) for i in range(3)], point)
        _add(first, [(i + 3, i) for i in range(3)], -point)
    for last in (vae.encoder.conv_out, vae.decoder.conv_out):
        _add(last, [(i, i) for i in range(3)], point)
        _add(last, [(i, i + 3) for i in range(3)], -point)
    for mix in (vae.quant_conv, vae.post_quant_conv):
        _add(mix, [(i, i) for i in range(4)], torch.ones(1, 1))


def _add(conv, pairs, kernel):
    """Lets input j pass to output i through that kernel, nearly alone."""
    for i, j in pairs:
        conv.weight[i] *= 0.3
        conv.weight[i, j] += kernel


def batch_of(pictures: np.ndarray, generator: torch.Generator, size: int, width: int, device) -> torch.Tensor:
    """Random pictures, or squares of that width cut from them, mirrored and turned at random."""
    draw = lambda high, *shape: torch.randint(high, shape, generator=generator).numpy()
    top, left = draw(pictures.shape[1] - width + 1, 2)
    cut = pictures[np.sort(draw(len(pictures), size)), top:top + width, left:left + width]
    x = torch.rot90(to_tensor(cut, device), int(draw(4)), (2, 3))
    return (x.flip(3) if draw(2) else x).contiguous()


def to_tensor(pictures: np.ndarray, device="cpu") -> torch.Tensor:
    """Bytes [batch, height, width, 3] to -1…1 [batch, 3, height, width]."""
    return torch.from_numpy(np.array(pictures)).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1


def loss(vae: AutoencoderKL, x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Error of the reconstruction, and the posterior's distance from a normal distribution."""
    posterior = vae.encode(x).latent_dist
    mean, logvar = posterior.mean.float(), posterior.logvar.float()
    noise = torch.randn(mean.shape, generator=generator).to(x.device)
    kl = 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar).mean()
    return error(vae, mean + (0.5 * logvar).exp() * noise, x) + KL_WEIGHT * kl


def error(vae: AutoencoderKL, latents: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Squared and absolute error of the decoded latents."""
    difference = vae.decode(latents).sample.float() - x
    return difference.square().mean() + 0.1 * difference.abs().mean()


@torch.no_grad()
def encode(vae: AutoencoderKL, pictures: np.ndarray, device, size: int = 32) -> torch.Tensor:
    """The posterior means of many pictures."""
    return torch.cat([vae.encode(to_tensor(pictures[i:i + size], device)).latent_dist.mean.float().cpu()
                      for i in range(0, len(pictures), size)])


@torch.no_grad()
def psnr(vae: AutoencoderKL, pictures: np.ndarray, device) -> float:
    """Peak signal-to-noise ratio of the reconstructions in dB: the mean over the pictures."""
    values = []
    for i in range(0, len(pictures), 16):
        x = to_tensor(pictures[i:i + 16], device)
        rebuilt = vae.decode(vae.encode(x).latent_dist.mean).sample.float().clamp(-1, 1)
        values += [10 * math.log10(4 / max(e, 1e-10)) for e in (rebuilt - x).square().mean((1, 2, 3)).tolist()]
    return float(np.mean(values))


@torch.no_grad()
def whiten(vae: AutoencoderKL, latents: torch.Tensor) -> torch.Tensor:
    """Folds into the 1×1 convolutions beside the latents a map after which their channels are
    uncorrelated with mean 0 and variance 1, pictures unchanged; returns the latents so mapped."""
    flat = latents.permute(1, 0, 2, 3).flatten(1).double().cpu()
    mean = flat.mean(1)
    values, vectors = torch.linalg.eigh(torch.cov(flat))
    forward = vectors @ torch.diag(values.rsqrt()) @ vectors.T
    backward = vectors @ torch.diag(values.sqrt()) @ vectors.T
    quant, post = vae.quant_conv, vae.post_quant_conv
    channels = len(mean)
    w, b = quant.weight.double().cpu()[:, :, 0, 0], quant.bias.double().cpu()
    w[:channels], b[:channels] = forward @ w[:channels], forward @ (b[:channels] - mean)
    b[channels:] += 2 * forward.diagonal().log()  # the posterior's log variance, but for the mixing of channels
    quant.weight.copy_(w[:, :, None, None])
    quant.bias.copy_(b)
    w, b = post.weight.double().cpu()[:, :, 0, 0], post.bias.double().cpu()
    post.bias.copy_(b + w @ mean)
    post.weight.copy_((w @ backward)[:, :, None, None])
    return torch.einsum("oc,nchw->nohw", forward.float(), latents - mean.float()[:, None, None])
