"""Makes src/test/resources/golden/embeddings: textual inversions in every form of file for the tiny
models golden/models/micro-fp16 and golden/xl, loaded by diffusers.

    ink.pt                      string_to_param, as AUTOMATIC1111's web UI saves, three vectors
    cat.safetensors             a tensor named <cat-toy>, as diffusers saves, one vector
    bad.safetensors             emb_params, two vectors
    dots/learned_embeds.bin     diffusers' name for the file, one vector
    star.safetensors            clip_l and clip_g, two vectors each, for golden/xl
    prompts.json                prompts for the micro model with their ids
    golden.safetensors          NAME.states of each of them; star.states and star.pooled;
                                run.latents, of a whole run
"""

import shutil
import tempfile
from pathlib import Path

import diffusers
import torch
from safetensors.torch import load_file, save_file

import choices
import control
import networks as nets
import xl
from golden import ROOT

OUT = ROOT / "embeddings"
PROMPTS = {
    "several": "a photo of ink, many <cat-toy> nuclei",
    "beside": "bad,bad and dots.",
    "none": "a photo of nuclei",
    "cut": "many bright green nuclei over a dark background ink ink ink",
}
STAR = "a star of few large red nuclei"


def vectors(count, width, seed):
    x = 0.7 * torch.randn(count, width, generator=nets.generator(seed))
    return nets.rounded(x, "float16")


def load(pipe):
    """In the order in which the test names them; the word is the file's name or its own."""
    pipe.load_textual_inversion(str(OUT / "ink.pt"), token="ink")
    pipe.load_textual_inversion(str(OUT / "cat.safetensors"))
    pipe.load_textual_inversion(load_file(OUT / "bad.safetensors"), token="bad")
    pipe.load_textual_inversion(str(OUT / "dots/learned_embeds.bin"))


def ids_of(pipe, prompt):
    text = pipe.maybe_convert_prompt(prompt, pipe.tokenizer)
    length = pipe.tokenizer.model_max_length
    return pipe.tokenizer(text, padding="max_length", max_length=length, truncation=True).input_ids


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "dots").mkdir(parents=True)
    ink = {"string_to_token": {"*": 265}, "string_to_param": {"*": vectors(3, 16, 1)}}
    ink |= {"name": "ink-style", "step": 500, "sd_checkpoint": None, "sd_checkpoint_name": None}
    torch.save(ink, OUT / "ink.pt")
    save_file({"<cat-toy>": vectors(1, 16, 2)[0].half()}, OUT / "cat.safetensors")
    save_file({"emb_params": vectors(2, 16, 3).half()}, OUT / "bad.safetensors")
    torch.save({"dots": vectors(1, 16, 4)[0]}, OUT / "dots/learned_embeds.bin")
    star = {"clip_l": vectors(2, 16, 5).half(), "clip_g": vectors(2, 8, 6).half()}
    save_file(star, OUT / "star.safetensors")
    pipe = diffusers.StableDiffusionPipeline(**control.micro_parts(), scheduler=None)
    pipe.scheduler = diffusers.DDIMScheduler.from_config(dict(choices.MICRO["scheduler"]))
    pipe.set_progress_bar_config(disable=True)
    load(pipe)
    rows, tensors = [], {}
    for name, prompt in PROMPTS.items():
        ids = ids_of(pipe, prompt)
        print(name, ids)
        rows.append({"name": name, "prompt": prompt, "ids": ids})
        tensors[name + ".states"] = pipe.encode_prompt(prompt, "cpu", 1, False)[0]
    g = torch.Generator("cpu").manual_seed(42)
    keys = {"num_inference_steps": 4, "guidance_scale": 5.0, "width": 16, "height": 16}
    keys |= {"generator": g, "output_type": "latent"}
    tensors["run.latents"] = pipe(PROMPTS["several"], negative_prompt="bad, blurry", **keys).images
    with tempfile.TemporaryDirectory() as folder:
        made = xl.make(Path(folder), 900, False)
        parts = control.xl_parts(Path(folder), made)
        pipe = diffusers.StableDiffusionXLPipeline(**parts, scheduler=pipe.scheduler)
        for key, n in (("clip_l", ""), ("clip_g", "_2")):
            encoder, tokenizer = parts["text_encoder" + n], parts["tokenizer" + n]
            pipe.load_textual_inversion(
                {"star": star[key].float()}, text_encoder=encoder, tokenizer=tokenizer, token="star"
            )
        # Else transformers takes the largest id for the end, which now is a word's.
        encoder = parts["text_encoder_2"]
        encoder.text_model.eos_token_id = parts["tokenizer_2"].eos_token_id
        states, none, pooled, none_pooled = pipe.encode_prompt(STAR, negative_prompt="few star")
        tensors["star.states"] = torch.cat([none, states])
        tensors["star.pooled"] = torch.cat([none_pooled, pooled])
    nets.write_json(OUT / "prompts.json", rows)
    nets.write_tensors(OUT / "golden.safetensors", tensors)
    for file in OUT.rglob("*.safetensors"):
        file.chmod(0o644)
