"""Writes src/test/resources/tokenizer: small CLIP tokenizers, odd texts and the ids that
transformers' CLIPTokenizer gives them.

  sd1   pads with the end token; vocab.json, merges.txt, special_tokens_map.json
  sd2   pads with "!", id 0, as special_tokens_map.json says against tokenizer_config.json
  sdxl  pads with "!", as added_tokens_decoder says
  json  tokenizer.json alone with its config, model_max_length unset

and standard.json, the ids of CLIP's own vocabulary, which is made here from the plugin's merges.
"""

import json
import tempfile
from pathlib import Path

import transformers
from transformers import CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

MERGES_OF_CLIP = Path(__file__).parents[2] / "main/resources/sc/fiji/latentdiffusion/models/clip/merges.txt"
OUT = Path(__file__).parents[1] / "resources" / "tokenizer"
START, END = "<|startoftext|>", "<|endoftext|>"
MERGES = """
t h|th e</w>|n u|nu c|nuc l|nucl e|nucle i</w>|nucle u|nucleu s</w>|g r|gr e|gre e|gree n</w>
a c|ac t|act i|acti n</w>|i n</w>|o n</w>|c e|ce l|cel l</w>|cel l|cell s</w>|r e|re d</w>
' s</w>|o r|a n|an d</w>|f i|fi l|fil a|fila m|filam e|filame n|filamen t|filament s</w>|! !</w>
Ã ¼|Ã Ł|ð Ł|ðŁ Ķ|. .|.. .</w>|1 2|w i|wi t|wit h</w>|m a|ma n|man y</w>|f e|fe w</w>|e n|e n</w>
"""
TEXTS = [
    "",
    " ",
    "\n\t \r\n",
    "nuclei",
    "many green nuclei with red actin filaments",
    "Many GREEN Nuclei",
    "the cell's nucleus, and the cells' filaments",
    "I'm we're you've it'll he'd don't 's 't ''s",
    "12 of 3456 cells; 1.5 µm, 50%",
    "nuclei!", "nuclei! green", "nuclei!! green!", "!!!", "!", "a!b",
    "...", "red... green", "a,b;c:d",
    "Zellkerne in grün, Größe über Maß, ÄÖÜ",
    "u\u0308ber de\u0301compose\u0301 \u212b",
    "İstanbul ẞ ΣΊΣΥΦΟΣ ǅ",
    "细胞核 和 肌动蛋白", "細胞の核を緑で", "세포 핵", "ядро клетки", "نواة الخلية", "गुणसूत्र",
    "🔬 nuclei 🧬🧫", "👩‍🔬👍🏽 café ☕️", "\U0001d4b3\U0001d7d9 Ⅷ ½ ²",
    'quotes "nuclei" \'actin\' \\backslash\\ /slash/ `tick`',
    "{\"json\": [1, 2, \"\\u0041\"]}",
    "<|startoftext|>", "a<|endoftext|>b", "<|ENDOFTEXT|> <|StartOfText|>", "< |endoftext|> </w> a</w>",
    "nul\x00char \x01\x1f\x7f\x85\xa0\u3000\u200b\u200d\ufeff\u2028end",
    "tab\tnew\nline  two   spaces ",
    "under_score-dash+plus=equals#hash@at$£€",
    "\ufffd\uffff\U0010ffff",
    "nuclei " * 80,
    "greenactin" * 30,
    "a" * 74, "a" * 75, "a" * 76,
    "ﬁlament Ｆｕｌｌｗｉｄｔｈ ①",
]


def vocabulary():
    letters = list(bytes_to_unicode().values())
    merges = [tuple(m.split(" ")) for line in MERGES.split("\n") for m in line.split("|") if m]
    words = letters + [letter + "</w>" for letter in letters]
    words += [w for w in dict.fromkeys("".join(m) for m in merges) if w not in words]
    return {word: i for i, word in enumerate(words + [START, END])}, merges


def dump(folder, name, value):
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def token(content, **more):
    flags = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    return {"content": content} | flags | more


def split_files(folder, pad):
    vocab, merges = vocabulary()
    dump(folder, "vocab.json", vocab)
    lines = ["#version: 0.2"] + [" ".join(merge) for merge in merges]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    named = {"bos_token": token(START), "eos_token": token(END), "unk_token": token(END)}
    dump(folder, "special_tokens_map.json", named | {"pad_token": pad})


def config(**more):
    named = {"bos_token": {"__type": "AddedToken"} | token(START), "eos_token": END, "pad_token": END}
    return {"model_max_length": 77, "tokenizer_class": "CLIPTokenizer"} | named | more


def write():
    split_files(OUT / "sd1", END)
    dump(OUT / "sd1", "tokenizer_config.json", config())
    split_files(OUT / "sd2", "!")
    dump(OUT / "sd2", "tokenizer_config.json", config())
    split_files(OUT / "sdxl", END)
    ids = vocabulary()[0]
    decoder = {
        "0": token("!", normalized=False, special=True),
        str(ids[START]): token(START, special=True),
        str(ids[END]): token(END, special=True),
    }
    dump(OUT / "sdxl", "tokenizer_config.json", config(added_tokens_decoder=decoder, pad_token="!"))
    whole = json.loads(CLIPTokenizer.from_pretrained(OUT / "sd1").backend_tokenizer.to_str())
    dump(OUT / "json", "tokenizer.json", whole)
    dump(OUT / "json", "tokenizer_config.json", config(model_max_length=10**30))


def ids_of(name):
    tokenizer = CLIPTokenizer.from_pretrained(OUT / name)
    options = dict(padding="max_length", truncation=True, max_length=77)
    encoded = [tokenizer(text, **options) for text in TEXTS]
    assert all(len(e.input_ids) == 77 for e in encoded)
    # the padding is cut here to keep the file short; the test adds it again
    ids = [e.input_ids[: sum(e.attention_mask)] for e in encoded]
    return {"pad": tokenizer.pad_token_id, "ids": ids}


def standard_ids():
    """As many as 49408 tokens; that they are CLIP's own shows in ids that are known."""
    lines = MERGES_OF_CLIP.read_text(encoding="utf-8").split("\n")[1:-1]
    letters = list(bytes_to_unicode().values())
    words = letters + [letter + "</w>" for letter in letters] + [line.replace(" ", "") for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        dump(Path(folder), "vocab.json", {word: i for i, word in enumerate(words + [START, END])})
        (Path(folder) / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n", encoding="utf-8")
        tokenizer = CLIPTokenizer.from_pretrained(folder)
    assert len(tokenizer) == 49408
    assert tokenizer("a photo of a cat").input_ids == [49406, 320, 1125, 539, 320, 2368, 49407]
    return [tokenizer(text, truncation=True, max_length=77).input_ids for text in TEXTS]


if __name__ == "__main__":
    write()
    goldens = {"transformers": transformers.__version__, "texts": TEXTS}
    goldens |= {name: ids_of(name) for name in ("sd1", "sd2", "sdxl", "json")}
    dump(OUT, "goldens.json", goldens)
    dump(OUT, "standard.json", {"texts": TEXTS, "ids": standard_ids()})
