"""Makes src/test/resources/golden/t5 with transformers: tiny T5 encoders and a vocabulary of our own.

    NAME/   a folder with a text encoder and a tokenizer; golden.safetensors: "ids.N" [b, N], padded,
        and "states.N" [b, N, d] of them
    NAME/tokens.safetensors   of the first: "ids" [texts, 12] of TEXTS, padded and truncated, and "crc" of
        the ids of 5,000 texts that T5Test makes of the words of texts.json, too
"""

import json
import shutil
import struct
import zlib
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, T5Config, T5EncoderModel

import networks as nets
import vocabulary

ROOT = Path(__file__).parents[1] / "resources/golden/t5"
LENGTH = 12
SPECIAL = ["<pad>", "</s>", "<unk>"]
SCRIPTS = "zürich naïve Ωmega μm² 細胞の核 клетки ядра 세포핵 خلية नाभिक 🔬 ½ é ﬁlament"
TEXTS = [
    "",
    "a photo of many bright green nuclei",
    "  Few LARGE red filaments,  over a dark   background!! ",
    "it's 3 o'clock: zürich, Ωmega μm² 細胞 🔬 isn't (naïve) <b>",
    "vesicles " * 90,
    "</s> noise <pad> end",
]
CONFIGS = {
    "three-heads": dict(
        d_model=14, num_heads=3, d_kv=5, d_ff=18, num_layers=3, relative_attention_num_buckets=32,
        relative_attention_max_distance=128,
    ),
    "one-head": dict(
        d_model=8, num_heads=1, d_kv=8, d_ff=12, num_layers=1, relative_attention_num_buckets=8,
        relative_attention_max_distance=20,
    ),
}


def write_tokenizer(folder):
    """SentencePiece's pieces as T5 v1.1 has them, of a small text; the number of pieces."""
    tokenizer = Tokenizer(models.Unigram())
    metaspace = dict(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.normalizer = normalizers.NFKC()
    split = [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(**metaspace)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(split)
    tokenizer.decoder = decoders.Metaspace(**metaspace)
    trainer = trainers.UnigramTrainer(
        vocab_size=240, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(vocabulary.TEXT.lower().splitlines() + [SCRIPTS], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    settings = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "extra_ids": 0}
    settings |= {"model_max_length": LENGTH, "tokenizer_class": "PreTrainedTokenizerFast"}
    nets.write_json(folder / "tokenizer_config.json", settings)
    return tokenizer.get_vocab_size()


def config(words, **keys):
    given = dict(vocab_size=words, feed_forward_proj="gated-gelu", is_encoder_decoder=False, dropout_rate=0.1)
    return T5Config(**given, **keys)


def make(words, seed, stored="float16", **keys):
    encoder = nets.randomise(T5EncoderModel(config(words, **keys)), seed, stored)
    return encoder


def write_encoder(folder, encoder, stored="float16", form="plain"):
    kept = {"d_model", "d_kv", "d_ff", "num_heads", "num_layers", "vocab_size", "feed_forward_proj"}
    kept |= {"layer_norm_epsilon", "relative_attention_num_buckets", "relative_attention_max_distance"}
    settings = {k: v for k, v in encoder.config.to_dict().items() if k in kept}
    settings |= {"architectures": ["T5EncoderModel"], "model_type": "t5"}
    nets.write_json(folder / "config.json", settings)
    tensors = dict(encoder.state_dict())
    tensors.pop("encoder.embed_tokens.weight", None)  # the table is "shared"
    nets.write_weights(folder, "model", tensors, stored, form)


WORDS = vocabulary.TEXT.replace(",", "").split() + SCRIPTS.split() + ["  ", "!?", "3.14", "(x:1.2)"]


def generated(number):
    """The same texts as T5Test's, by a linear congruential generator."""
    state = number * 7919 + 17
    text = []
    for _ in range(number % 13):
        state = (state * 1103515245 + 12345) % 2**31
        text.append(WORDS[(state >> 8) % len(WORDS)])
        if state >> 20 & 1:
            text.append(" ")
    return "".join(text)


def crc(ids):
    return zlib.crc32(struct.pack(f"<{len(ids)}i", *ids))


def write(name, seed, words, form):
    folder = ROOT / name
    encoder = make(words, seed, **CONFIGS[name])
    write_encoder(folder / "text_encoder", encoder, form=form)
    nets.write_json(folder / "model_index.json", {"text_encoder": ["transformers", "T5EncoderModel"]})
    golden, g = {}, nets.generator(seed + 1)
    for length in (1, 7, 150):
        ids = torch.randint(3, words, (2, length), generator=g)
        ids[1, (2 * length) // 3 :] = 0  # padding
        golden |= {f"ids.{length}": ids, f"states.{length}": encoder(ids)[0]}
    nets.write_tensors(folder / "golden.safetensors", golden)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(ROOT, ignore_errors=True)
    first = ROOT / "three-heads"
    words = write_tokenizer(first / "tokenizer")
    write("three-heads", 11, words, "sharded")
    write("one-head", 12, words, "plain")
    tokenizer = AutoTokenizer.from_pretrained(first / "tokenizer")
    keys = dict(padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt")
    crcs = [crc(tokenizer(generated(i), **keys).input_ids[0].tolist()) for i in range(5000)]
    tokens = {"ids": tokenizer(TEXTS, **keys).input_ids}
    tokens["crc"] = torch.tensor(crcs, dtype=torch.int64).to(torch.int32)
    nets.write_tensors(first / "tokens.safetensors", tokens)
    texts = json.dumps({"texts": TEXTS, "words": WORDS}, ensure_ascii=False, indent=1)
    (first / "texts.json").write_text(texts + "\n", encoding="utf-8")
    for file in ROOT.rglob("*"):
        if file.is_file():
            file.chmod(0o644)
