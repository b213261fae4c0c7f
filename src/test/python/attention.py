"""Goldens of attention: a processor in diffusers that stores the probabilities of every attention layer.

python attention.py writes golden/attention.safetensors. For each of sd1, sd2 (of golden/models) and xl (of golden/xl): NAME.sample and
NAME.states (and for xl NAME.pooled), what the U-Net is given at timestep 501, the second of the batch being the prompt's;
NAME.words [1, 5, h, w], the attention to tokens 1 … 5; NAME.point [1, 1, h, w], that of the pixel POINT of a picture of 96 × 64.
"""

import tempfile
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from diffusers.models.attention_processor import AttnProcessor
from safetensors.torch import load_file, save_file

import networks as nets
import xl
from pipelines import NEGATIVE, PROMPT, opened

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
HEIGHT, WIDTH, WORDS = 8, 12, 5
POINT = (37, 20)


class Storing(AttnProcessor):
    """diffusers' plain attention, which keeps the mean over heads of the prompt's probabilities."""

    def __init__(self, kept):
        super().__init__()
        self.kept = kept

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, *args, **kwargs):
        seen = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query = attn.head_to_batch_dim(attn.to_q(hidden_states))
        key = attn.head_to_batch_dim(attn.to_k(seen))
        scores = attn.get_attention_scores(query, key)
        scores = scores.reshape(hidden_states.shape[0], attn.heads, *scores.shape[1:])
        self.kept.append(scores.mean(1)[1])
        return super().__call__(attn, hidden_states, encoder_hidden_states, *args, **kwargs)


def resized(maps):
    return torch.nn.functional.interpolate(maps[None], (HEIGHT, WIDTH), mode="bilinear", align_corners=False)


def maps(unet, *args, **kwargs):
    """The attention to words and that of the point."""
    words, itself = [], []
    unet.set_attn_processor(
        {name: Storing(words if name.endswith("attn2.processor") else itself) for name in unet.attn_processors}
    )
    unet(*args, **kwargs)
    seen, point = [], []
    for p in words:
        rows = round((len(p) * HEIGHT / WIDTH) ** 0.5)
        seen.append(resized(p[:, 1 : WORDS + 1].T.reshape(WORDS, rows, -1)))
    for p in itself:
        rows = round((len(p) * HEIGHT / WIDTH) ** 0.5)
        columns = len(p) // rows
        cell = POINT[1] * rows // 64 * columns + POINT[0] * columns // 96
        point.append(resized(len(p) * p[cell].reshape(1, rows, columns)))
    return {"words": sum(seen) / len(seen), "point": sum(point) / len(point)}


def main():
    torch.set_grad_enabled(False)
    out = {}
    for i, name in enumerate(("sd1", "sd2")):
        pipe = opened(StableDiffusionPipeline, GOLDEN / "models" / name, "ddim")
        states, none = pipe.encode_prompt(PROMPT, "cpu", 1, True, negative_prompt=NEGATIVE)
        states = torch.cat([none, states])
        sample = torch.randn(2, 4, HEIGHT, WIDTH, generator=nets.generator(700 + i))
        out |= {f"{name}.sample": sample, f"{name}.states": states}
        out |= {f"{name}.{k}": v for k, v in maps(pipe.unet, sample, 501, states).items()}
    given = load_file(GOLDEN / "xl/base/golden/conditioning.safetensors")
    with tempfile.TemporaryDirectory() as folder:
        unet = xl.make(Path(folder), 900, False)["unet"][0]
    added = {"text_embeds": given["given.pooled"], "time_ids": torch.tensor([[16.0, 24, 0, 0, 16, 24]] * 2)}
    result = unet(given["sample"], 501, given["given.states"], added_cond_kwargs=added).sample
    assert (result - given["out.501"]).abs().max() < 1e-6
    found = maps(unet, given["sample"], 501, given["given.states"], added_cond_kwargs=added)
    out |= {f"xl.{k}": v for k, v in found.items()}
    save_file({k: v.contiguous() for k, v in out.items()}, GOLDEN / "attention.safetensors")


if __name__ == "__main__":
    main()
