"""Makes golden/prompts.safetensors of the tiny models src/test/resources/golden/xl: conditioning of prompts.

    clipskip.*   of the refiner: one layer more left out than Stable Diffusion XL does, as diffusers
                 encodes it
    weighted.*   of the base: words of other weights and a second block, computed as AUTOMATIC1111's web UI
                 describes it: each encoder's states by themselves, the text's embedding that of the
                 first block without weights
"""

import tempfile
from pathlib import Path

import torch

import control
import networks as nets
import pipelines
import prompts
import xl

PIECES = [("many ", 1), ("large", 1.5), (" nuclei", 1), prompts.BREAK, ("noise", 1 / 1.1)]


def ids(tokenizer, pieces):
    """One block of 16, and the weights."""
    found, weights = [tokenizer.bos_token_id], [1.0]
    for text, weight in pieces:
        tokens = tokenizer(text, add_special_tokens=False).input_ids
        found, weights = found + tokens, weights + [weight] * len(tokens)
    missing = 15 - len(found)
    found += [tokenizer.eos_token_id] + [tokenizer.pad_token_id] * missing
    return torch.tensor([found]), torch.tensor(weights + [1.0] * (missing + 1))


def weighted(parts):
    states, pooled = [], None
    at = PIECES.index(prompts.BREAK)
    for n in ("", "_2"):
        encoder, tokenizer, blocks = parts["text_encoder" + n], parts["tokenizer" + n], []
        for pieces in (PIECES[:at], PIECES[at + 1 :]):
            block, weights = ids(tokenizer, pieces)
            out = encoder(block, output_hidden_states=True)
            z = out.hidden_states[-2]
            changed = z * weights[None, :, None]
            blocks.append(changed * (z.mean() / changed.mean()))
            if n and len(blocks) == 1:
                pooled = out.text_embeds
        states.append(torch.cat(blocks, 1))
    return {"weighted.states": torch.cat(states, 2), "weighted.pooled": pooled}


def skipped(pipe):
    states, _, pooled, _ = pipe.encode_prompt(pipelines.PROMPT, clip_skip=1)
    usual = pipe.encode_prompt(pipelines.PROMPT)[0]
    print("leaving one layer more out changes", (states - usual).abs().max().item())
    return {"clipskip.states": states, "clipskip.pooled": pooled}


def write(name, tensors):
    file = xl.ROOT / name / "golden/prompts.safetensors"
    nets.write_tensors(file, tensors)
    file.chmod(0o644)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        write("base", weighted(control.xl_parts(Path(folder), made)))
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 950, True)
        write("refiner", skipped(xl.XL(Path(folder), made, True, 950).pipeline(None, "ddim")))
