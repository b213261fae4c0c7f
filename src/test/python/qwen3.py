"""Makes src/test/resources/golden/qwen3 with transformers: small Qwen3 text encoders and a vocabulary.

    NAME/config.json, model.safetensors      an encoder of random weights; names with model. before them or not
    NAME/golden.safetensors                  ids.N = tokens of one text, states.N = hidden_states[-2] of it, padded at
                                             its end as ZImagePipeline does
    tokenizer/                               byte pairs with Qwen3's special tokens and its way to split words
    tokens.json                              prompts in the chat template, and their ids
    generated.json                           checksums of the ids of t5.py's 5,000 texts in many scripts, of 100 texts each
"""

import json
import shutil

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, Qwen3Config, Qwen3Model

import networks as nets
import t5
import vocabulary
from golden import ROOT

OUT = ROOT / "qwen3"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
PLAIN = ["<think>", "</think>"]
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
# What Qwen3's own template makes of one message of a user.
TEMPLATE = (
    "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}"
    "{%- endif %}"
)
MERGES = 40
KEYS = {"vocab_size": 256 + MERGES + len(SPECIAL + PLAIN), "max_position_embeddings": 1024, "rms_norm_eps": 1e-5}
SHAPE = ("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "intermediate_size")
ENCODERS = {
    # hidden, layers, heads, groups, a head's width, feed-forward, base; prefix
    "grouped": ((12, 3, 4, 2, 6, 20, 1e6), True),
    "single": ((14, 2, 3, 1, 6, 18, 1e4), False),
    "equal": ((8, 4, 2, 2, 4, 12, 5e5), False),
}
LENGTHS = (1, 7, 40)


def write_tokenizer(folder):
    folder.mkdir(parents=True, exist_ok=True)
    made = Tokenizer(models.BPE())
    made.normalizer = normalizers.NFC()
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(SPLIT), "isolated"), byte_level])
    made.post_processor, made.decoder = processors.ByteLevel(trim_offsets=False), decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=256 + MERGES, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator([vocabulary.TEXT] * 3 + ["user\n", "assistant\n"] * 3, trainer)
    made.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    made.add_tokens([AddedToken(t, normalized=False) for t in PLAIN])
    written = json.loads(made.to_str())
    (folder / "tokenizer.json").write_text(json.dumps(written, ensure_ascii=False) + "\n", encoding="utf-8")
    config = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": SPECIAL[2], "pad_token": SPECIAL[0]}
    config |= {"bos_token": None, "unk_token": None, "model_max_length": 1024, "chat_template": TEMPLATE}
    nets.write_json(folder / "tokenizer_config.json", config | {"add_prefix_space": False})
    return AutoTokenizer.from_pretrained(folder)


def templated(tokenizer, prompt):
    message = [{"role": "user", "content": prompt}]
    return tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True, enable_thinking=True)


def config(shape):
    hidden, layers, heads, groups, head, inner, theta = shape
    keys = dict(zip(SHAPE, (hidden, layers, heads, groups, head, inner)))
    return Qwen3Config(**KEYS, **keys, rope_theta=theta, tie_word_embeddings=True)


def make(shape, seed, stored="float16"):
    model = Qwen3Model(config(shape))
    nets.randomise(model, seed, stored)
    g = nets.generator(seed + 1)
    for name, p in model.named_parameters():
        if p.ndim == 1:  # all are norms
            p.data.copy_(nets.rounded(1 + 0.2 * torch.randn(p.shape, generator=g), stored))
    return model


def write(folder, model, prefix=False, stored="float16"):
    c = model.config
    settings = {k: getattr(c, k) for k in (*KEYS, *SHAPE, "hidden_act", "attention_bias", "tie_word_embeddings")}
    settings |= {"architectures": ["Qwen3ForCausalLM" if prefix else "Qwen3Model"], "model_type": "qwen3"}
    rope = {"rope_theta": c.rope_parameters["rope_theta"]}
    settings |= {**rope, "rope_scaling": None} if prefix else {"rope_parameters": {**rope, "rope_type": "default"}}
    nets.write_json(folder / "config.json", settings)
    tensors = {("model." if prefix else "") + k: v for k, v in model.state_dict().items()}
    nets.write_weights(folder, "model", tensors, stored)


def states(model, ids, pad=0):
    """Of one text, filled up at its end."""
    row = torch.cat([ids, torch.full((1, pad), 256 + MERGES)], 1)
    mask = torch.cat([torch.ones_like(ids), torch.zeros(1, pad, dtype=ids.dtype)], 1).bool()
    hidden = model(input_ids=row, attention_mask=mask, output_hidden_states=True).hidden_states
    return hidden[-2][:, : ids.shape[1]]


def write_generated(tokenizer):
    rows = [tokenizer(templated(tokenizer, t5.generated(i))).input_ids for i in range(5000)]
    crcs = [t5.crc(sum(rows[i : i + 100], [])) for i in range(0, 5000, 100)]
    (OUT / "generated.json").write_text(json.dumps(crcs) + "\n")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    tokenizer = write_tokenizer(OUT / "tokenizer")
    rows = [(p, tokenizer(templated(tokenizer, p)).input_ids) for p in vocabulary.PROMPTS + ["<think> a\r\n\r\nb ｆｕｌｌ"]]
    lines = [json.dumps({"prompt": p, "ids": i}) for p, i in rows]
    (OUT / "tokens.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    write_generated(tokenizer)
    for i, (name, (shape, prefix)) in enumerate(ENCODERS.items()):
        model = make(shape, 6000 + 10 * i)
        write(OUT / name, model, prefix)
        golden = {}
        for length in LENGTHS:
            ids = torch.randint(0, KEYS["vocab_size"], (1, length), generator=nets.generator(6005 + length))
            golden |= {f"ids.{length}": ids, f"states.{length}": states(model, ids, 9)}
        nets.write_tensors(OUT / name / "golden.safetensors", golden)
        print(name, {k: round(v.abs().max().item(), 2) for k, v in golden.items() if k.startswith("s")})
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
