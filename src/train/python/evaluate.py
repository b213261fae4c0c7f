"""Measures the exported model on prompts and seeds that it has not seen.

    python evaluate.py --work build/train --model ../../main/resources/model --guidance 4
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from PIL import Image
from scipy.ndimage import gaussian_filter

import captions
import classifier
import dataset
import vae
from scenes import COLOURS, STRUCTURES, Scene, scene_of

UNSEEN = 10_000_000
"""Seeds from here on are never trained on."""
STEPS = 20


def open_pipeline(folder: Path):
    """The model with the sampler of the acceptance: DPM++ 2M on Karras' sigmas."""
    pipe = StableDiffusionPipeline.from_pretrained(folder, variant="fp16")
    pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, use_karras_sigmas=True)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def generate(pipe, prompts: list[str], seeds: list[int], guidance: float, steps: int = STEPS, **more) -> np.ndarray:
    """Bytes [prompts, height, width, 3]; each picture has the seed of its own generator."""
    pictures = []
    for i in range(0, len(prompts), 25):
        generators = [torch.Generator().manual_seed(s) for s in seeds[i:i + 25]]
        part = {k: v[i:i + 25] for k, v in more.items() if k == "image"} | {k: v for k, v in more.items() if k != "image"}
        pictures.append(pipe(prompts[i:i + 25], num_inference_steps=steps, guidance_scale=guidance, generator=generators,
                             output_type="np", **part).images)
    return np.round(np.concatenate(pictures) * 255).astype(np.uint8)


def asked(count: int) -> list[tuple[str, Scene, int]]:
    """Unseen captions that name a colour, their scenes and seeds."""
    found, seed = [], UNSEEN
    while len(found) < count:
        scene, said = scene_of(seed), captions.caption_of(scene_of(seed), seed, neutral=0)
        if set(said.replace(",", "").split()) & set(captions.COLOUR_WORDS.get(scene.colour, (scene.colour,))):
            found.append((said, scene, seed))
        seed += 1
    return found


def recognition(pipe, judge_model, guidance: float, count: int) -> tuple[dict, np.ndarray, list[str]]:
    """How often the judge sees the structure and the colour that were asked for."""
    wanted = asked(count)
    pictures = generate(pipe, [w[0] for w in wanted], [w[2] for w in wanted], guidance)
    seen = classifier.judge(judge_model, pictures)
    structure = np.array([STRUCTURES.index(s.structure) for _, s, _ in wanted]) == seen[:, 0]
    colour = np.array([list(COLOURS).index(s.colour) for _, s, _ in wanted]) == seen[:, 1]
    each = {name: float(np.mean(structure[[s.structure == name for _, s, _ in wanted]])) for name in STRUCTURES
            if any(s.structure == name for _, s, _ in wanted)}
    wrong = [f"{w[0]} -> {STRUCTURES[int(j[0])]}, {list(COLOURS)[int(j[1])]}"
             for w, j, a, b in zip(wanted, seen, structure, colour) if not (a and b)]
    return ({"structure": float(structure.mean()), "colour": float(colour.mean()), "structure_each": each},
            pictures, wrong)


def few_and_many(pipe, judge_model, guidance: float, pairs: int) -> tuple[float, np.ndarray]:
    """How often the same prompt and seed with "few" shows fewer objects than with "many"."""
    colours = list(COLOURS)[:7]
    prompts = [f"{number} {colours[i % 7]} {STRUCTURES[i % 6]}" for i in range(pairs) for number in ("few", "many")]
    seeds = [UNSEEN + 500_000 + i // 2 for i in range(2 * pairs)]
    pictures = generate(pipe, prompts, seeds, guidance)
    value = classifier.judge(judge_model, pictures)[:, 3].reshape(-1, 2)
    return float((value[:, 0] < value[:, 1]).mean()), pictures


def layout(pipe, guidance: float, count: int, strength: float = 0.5) -> tuple[dict, np.ndarray]:
    """Correlation of blurred brightness between a drawn input and the img2img output, and with the next picture's input."""
    drawn = np.stack([dataset.picture_of(UNSEEN + 700_000 + i) for i in range(count)])
    scenes = [scene_of(UNSEEN + 700_000 + i) for i in range(count)]
    prompts = [f"{s.number} {s.colour} {s.structure}" + ("" if s.background == "dark" else f" on a {s.background} background")
               for s in scenes]
    turn = StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
    turn.set_progress_bar_config(disable=True)
    images = [Image.fromarray(p) for p in drawn]
    made = generate(turn, prompts, [s.seed for s in scenes], guidance, image=images, strength=strength)
    before, after = ([gaussian_filter(_contrast(p), 3).ravel() for p in batch] for batch in (drawn, made))
    same = [np.corrcoef(a, b)[0, 1] for a, b in zip(before, after)]
    other = [np.corrcoef(before[i - 1], after[i])[0, 1] for i in range(count)]
    return ({"same": float(np.mean(same)), "unrelated": float(np.mean(other)), "iou": _mean_iou(drawn, made, 0),
             "iou_unrelated": _mean_iou(drawn, made, 1)}, np.concatenate([drawn, made]))


def _contrast(picture):
    """Distance of each pixel's colour from the background, which is the picture's most common colour."""
    pixels = picture.astype(float)
    ground = np.median(pixels.reshape(-1, 3), 0)
    return np.linalg.norm(pixels - ground, axis=2)


def _mean_iou(drawn, made, shift):
    """Overlap of the foregrounds: the pixels further from the background than half of what stands out most."""
    masks = [[c > 0.4 * np.quantile(c, 0.98) for c in map(_contrast, batch)] for batch in (drawn, made)]
    pairs = [(masks[0][i - shift], masks[1][i]) for i in range(len(drawn))]
    return float(np.mean([(a & b).sum() / max(1, (a | b).sum()) for a, b in pairs]))


def sheet(pictures: np.ndarray, columns: int, path: Path) -> None:
    """A contact sheet of whole rows."""
    columns = min(columns, len(pictures))
    rows = [np.concatenate(list(pictures[i:i + columns]), 1) for i in range(0, len(pictures) - columns + 1, columns)]
    Image.fromarray(np.concatenate(rows)).save(path)


def judge_of(work: Path, pictures: int, steps: int) -> classifier.Classifier:
    """The judge, trained at the first call."""
    path = work / "classifier.pt"
    if not path.exists():
        model = classifier.train(dataset.pictures(work / "data", pictures), steps)
        torch.save(model.state_dict(), path)
    model = classifier.Classifier().eval()
    model.load_state_dict(torch.load(path, weights_only=True))
    return model


def validate(judge_model, drawn: np.ndarray) -> dict:
    """How right the judge is on unseen drawn scenes, the comparison of few and many included."""
    seen = classifier.judge(judge_model, drawn)
    truth = np.array([classifier.labels_of(UNSEEN + i) for i in range(len(drawn))])
    few, many = (seen[truth[:, 2] == n] for n in (0, 2))
    kinds = [(a, b) for a in few for b in many if a[0] == b[0]]
    return {"structure": float((seen[:, 0] == truth[:, 0]).mean()), "colour": float((seen[:, 1] == truth[:, 1]).mean()),
            "number": float((seen[:, 2] == truth[:, 2]).mean()), "few_below_many": float(np.mean([a[3] < b[3] for a, b in kinds]))}


def evaluate(work: Path, model: Path, guidance: float, count: int = 200, pairs: int = 60, inputs: int = 48,
             unseen: int = 384, pictures: int = 12000, judge_steps: int = classifier.STEPS) -> dict:
    """All measurements; contact sheets and evaluation.json go to `work`."""
    drawn = dataset.pictures(work / "data", unseen, UNSEEN)
    judge_model = judge_of(work, pictures, judge_steps)
    pipe = open_pipeline(model)
    found = {"guidance": guidance, "steps": STEPS, "judge": validate(judge_model, drawn)}
    found["psnr"] = vae.psnr(pipe.vae, drawn, "cpu")
    found["recognition"], made, found["wrong"] = recognition(pipe, judge_model, guidance, count)
    sheet(made, 10, work / "sheet.png")
    found["few_below_many"], made = few_and_many(pipe, judge_model, guidance, pairs)
    sheet(made, 12, work / "few_many.png")
    found["layout"], made = layout(pipe, guidance, inputs)
    sheet(made, min(12, inputs), work / "img2img.png")
    (work / "evaluation.json").write_text(json.dumps(found, indent=2) + "\n")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument("--count", type=int, default=200, help="prompts of the recognition")
    options = parser.parse_args()
    print(json.dumps(evaluate(options.work, options.model, options.guidance, options.count), indent=2))


if __name__ == "__main__":
    main()
