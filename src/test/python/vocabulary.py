"""A small CLIP vocabulary and its files, and token ids as transformers' tokenizer gives them."""

import re
from collections import Counter

from transformers import CLIPTokenizer

import networks as nets

START, END = "<|startoftext|>", "<|endoftext|>"
TEXT = """a photograph of an astronaut riding a horse on the moon, bright green nuclei of many cells,
few large red filaments over a dark background, fluorescence microscopy, mitochondria and vesicles,
a photo of the small blue membrane with noise, several round yellow spots, blurry, low contrast"""
PROMPTS = [
    "",
    "a photo of many bright green nuclei",
    "  Few LARGE red filaments,  over a dark   background!! ",
    "it's 3 o'clock: zürich, Ωmega μm² 細胞 🔬 isn't (naïve) <b>",
    "vesicles " * 90,
    "<|endoftext|> noise <|startoftext|>",
]


def bytes_in_order():
    """CLIP's order of the 256 bytes as printable characters, '!' first."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    other = [b for b in range(256) if b not in plain]
    return [chr(b) for b in plain] + [chr(256 + i) for i in range(len(other))]


def merges(count):
    """Byte pair encoding of TEXT, most frequent pair first."""
    words = Counter(re.findall(r"[a-z]+|[^\sa-z]", TEXT))
    pieces = {w: [*w[:-1], w[-1] + "</w>"] for w in words}
    found = []
    for _ in range(count):
        pairs = Counter()
        for w, p in pieces.items():
            for pair in zip(p, p[1:]):
                pairs[pair] += words[w]
        if not pairs:
            break
        best = min(pairs, key=lambda q: (-pairs[q], q))
        found.append(best)
        for w, p in pieces.items():
            i = 0
            while i < len(p) - 1:
                if (p[i], p[i + 1]) == best:
                    p[i : i + 2] = ["".join(best)]
                i += 1
    return found


def write(folder, pad=END, length=77, map_only=False):
    """map_only: special_tokens_map.json alone says the pad token, as in Stable Diffusion 2's."""
    letters, pairs = bytes_in_order(), merges(180)
    tokens = [*letters, *(c + "</w>" for c in letters), *("".join(p) for p in pairs), START, END]
    nets.write_json(folder / "vocab.json", {t: i for i, t in enumerate(tokens)})
    lines = ["#version: 0.2", *(" ".join(p) for p in pairs)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def added(t):
        shape = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
        return {"__type": "AddedToken", "content": t, **shape}

    names = {"bos_token": added(START), "eos_token": added(END), "unk_token": added(END)}
    config = {"add_prefix_space": False, "do_lower_case": True, "errors": "replace", **names}
    config |= {"model_max_length": length, "tokenizer_class": "CLIPTokenizer"}
    config |= {"pad_token": END if map_only else pad}
    nets.write_json(folder / "tokenizer_config.json", config)
    plain = {k: {x: y for x, y in v.items() if x != "__type"} for k, v in names.items()}
    nets.write_json(folder / "special_tokens_map.json", plain | {"pad_token": pad})
    return len(tokens)


def tokenizer(folder):
    return CLIPTokenizer.from_pretrained(folder)


def ids(tokenizer, prompts=PROMPTS):
    keys = {"padding": "max_length", "max_length": tokenizer.model_max_length, "truncation": True}
    return tokenizer(prompts, return_tensors="pt", **keys).input_ids
