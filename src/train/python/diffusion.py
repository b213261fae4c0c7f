"""The denoiser and the text encoder, trained together on the latents of drawn scenes and their captions."""
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPTextConfig, CLIPTextModel

import tokenizer

UNET = dict(
    sample_size=16, in_channels=4, out_channels=4, block_out_channels=(64, 96, 80), layers_per_block=1,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    cross_attention_dim=96, attention_head_dim=4, norm_num_groups=16,
)
TEXT = dict(
    hidden_size=96, intermediate_size=384, num_hidden_layers=2, num_attention_heads=4, projection_dim=96)
SCHEDULER = dict(
    num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
    set_alpha_to_one=False, steps_offset=1, prediction_type="v_prediction", timestep_spacing="trailing",
    rescale_betas_zero_snr=False, thresholding=False,
)


def build_unet() -> UNet2DConditionModel:
    """Random weights, the same at every call."""
    torch.manual_seed(2)
    unet = UNet2DConditionModel(**UNET)
    unet.set_attn_processor(AttnProcessor())  # the fused attention's gradient is slow on a CPU
    return unet


def build_text_encoder(words, sizes: dict = TEXT) -> CLIPTextModel:
    """Random weights, the same at every call; `words` is the tokenizer."""
    torch.manual_seed(3)
    return CLIPTextModel(CLIPTextConfig(vocab_size=len(words), bos_token_id=words.bos_token_id,
                                        eos_token_id=words.eos_token_id, pad_token_id=words.eos_token_id,
                                        max_position_embeddings=tokenizer.LENGTH, hidden_act="quick_gelu", **sizes))


def build_scheduler() -> DDIMScheduler:
    """The noise schedule of Stable Diffusion 1, with the velocity as what the network predicts."""
    return DDIMScheduler(**SCHEDULER)


class Denoising:
    """The loss of one step: how well the velocity of a noisy latent is predicted, all timesteps alike."""

    def __init__(self, latents: torch.Tensor, captions: torch.Tensor, batch: int, device: torch.device):
        """`latents` [pictures, 4, 16, 16]; `captions` [pictures, versions, LENGTH] token numbers."""
        self.latents, self.captions = latents.to(device), captions.to(device)
        self.scheduler, self.batch, self.device = build_scheduler(), batch, device

    def __call__(self, modules: torch.nn.ModuleDict, generator: torch.Generator, step: int) -> torch.Tensor:
        draw = lambda high: torch.randint(high, (self.batch,), generator=generator)
        chosen, version = draw(len(self.latents)), draw(self.captions.shape[1])
        clean, words = self.latents[chosen], self.captions[chosen, version]
        noise = torch.randn(clean.shape, generator=generator).to(self.device)
        timesteps = draw(self.scheduler.config.num_train_timesteps).to(self.device)
        noisy = self.scheduler.add_noise(clean, noise, timesteps)
        velocity = self.scheduler.get_velocity(clean, noise, timesteps)
        states = modules["text_encoder"](words).last_hidden_state
        return (modules["unet"](noisy, timesteps, states).sample.float() - velocity).square().mean()
