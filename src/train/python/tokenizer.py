"""A small CLIP tokenizer: every byte has its symbols, so any text can be encoded, and the words of captions are one token each."""
import json
from collections import Counter
from pathlib import Path

from transformers import CLIPTokenizer

from captions import vocabulary

LENGTH = 32
START, END = "<|startoftext|>", "<|endoftext|>"


def byte_symbols() -> list[str]:
    """The printable character that stands for each byte, as GPT-2 chose them."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return [chr(b) for b in plain] + [chr(256 + i) for i in range(len(others))]


def merges_of(words: list[str]) -> list[tuple[str, str]]:
    """Byte pair encoding: joins the most frequent pair until each word is one symbol."""
    split = [[*word[:-1], word[-1] + "</w>"] for word in words]
    merges = []
    while any(len(symbols) > 1 for symbols in split):
        pairs = Counter(pair for symbols in split for pair in zip(symbols, symbols[1:]))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        split = [_join(symbols, best) for symbols in split]
    return merges


def _join(symbols, pair):
    joined = []
    for symbol in symbols:
        if joined and (joined[-1], symbol) == pair:
            joined[-1] += symbol
        else:
            joined.append(symbol)
    return joined


def write(folder: Path) -> None:
    """Writes vocab.json, merges.txt and the two configurations."""
    folder.mkdir(parents=True, exist_ok=True)
    symbols, merges = byte_symbols(), merges_of(vocabulary())
    tokens = symbols + [s + "</w>" for s in symbols] + ["".join(pair) for pair in merges] + [START, END]
    dump = lambda name, value: (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}, ensure_ascii=False) + "\n", "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), "utf-8")
    special = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END}
    dump("special_tokens_map.json", special)
    dump("tokenizer_config.json", {**special, "add_prefix_space": False, "do_lower_case": True, "errors": "replace",
                                   "model_max_length": LENGTH, "tokenizer_class": "CLIPTokenizer"})


def load(folder: Path) -> CLIPTokenizer:
    """The tokenizer that `write` wrote."""
    return CLIPTokenizer.from_pretrained(folder)


def ids_of(tokenizer: CLIPTokenizer, texts: list[str]):
    """Token numbers [texts, LENGTH], padded and cut."""
    return tokenizer(texts, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt").input_ids
