"""Makes src/test/resources/golden/prompts.*: conditioning of weighted and long prompts, with the text
encoder of golden/models/sd1, computed as AUTOMATIC1111's web UI describes it.

Blocks of 75 tokens between start and end; every state times its token's weight, then all of them
times one number that gives back the block's mean. The pieces of each prompt are written out here,
so that nothing depends on a parser.
"""

import json

import torch
from transformers import CLIPTextModel

import networks as nets
import vocabulary
from golden import ROOT

SD1 = ROOT / "models/sd1"
BREAK = None
CASES = {
    "weighted": ("(bright:1.5) green [nuclei], ((few))", 1, [("bright", 1.5), (" green ", 1), ("nuclei", 1 / 1.1), (", ", 1), ("few", 1.21)]),
    "break": ("green nuclei BREAK (red:0.5) filaments", 1, [("green nuclei", 1), BREAK, ("red", 0.5), (" filaments", 1)]),
    "long": ("many (large:1.3) cells, " * 20, 1, [("many ", 1), ("large", 1.3), (" cells, ", 1)] * 20),
    "escaped": ("nuclei \\(green\\)", 1, [("nuclei (green)", 1)]),
    "clipskip": ("a photo of (many:1.2) nuclei", 2, [("a photo of ", 1), ("many", 1.2), (" nuclei", 1)]),
}


def merged(pieces):
    """Neighbours of one weight are tokenised as one text."""
    out = []
    for piece in pieces:
        if piece is not BREAK and out and out[-1] is not BREAK and out[-1][1] == piece[1]:
            out[-1] = (out[-1][0] + piece[0], piece[1])
        else:
            out.append(piece)
    return out


def blocks(pieces, tokenizer):
    found, ids, weights = [], [], []
    for piece in [*merged(pieces), BREAK]:
        tokens = [] if piece is BREAK else tokenizer(piece[0], add_special_tokens=False).input_ids
        for token in tokens:
            if len(ids) == 75:
                found.append((ids, weights))
                ids, weights = [], []
            ids, weights = [*ids, token], [*weights, piece[1]]
        if piece is BREAK and (ids or not found):
            found.append((ids, weights))
            ids, weights = [], []
    return found


def states(encoder, ids, weights, end, clipskip):
    start = end - 1
    ids = torch.tensor([[start, *ids, *[end] * (76 - len(ids))]])
    weights = torch.tensor([1.0, *weights, *[1.0] * (76 - len(weights))])
    out = encoder(ids, output_hidden_states=True)
    z = out.last_hidden_state
    if clipskip > 1:
        text = getattr(encoder, "text_model", encoder)
        z = text.final_layer_norm(out.hidden_states[-clipskip])
    weighted = z * weights[None, :, None]
    return weighted * (z.mean() / weighted.mean())


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    encoder = CLIPTextModel.from_pretrained(SD1 / "text_encoder").float().eval()
    tokenizer = vocabulary.tokenizer(SD1 / "tokenizer")
    end = tokenizer.eos_token_id
    tensors = {}
    for name, (_, clipskip, pieces) in CASES.items():
        parts = [states(encoder, i, w, end, clipskip) for i, w in blocks(pieces, tokenizer)]
        tensors[name] = torch.cat(parts, 1)
        print(name, len(parts), "blocks")
    nets.write_tensors(ROOT / "prompts.safetensors", tensors)
    rows = [{"name": n, "prompt": p, "clipskip": c} for n, (p, c, _) in CASES.items()]
    nets.write_json(ROOT / "prompts.json", rows)
