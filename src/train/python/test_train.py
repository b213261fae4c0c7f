"""Runs every stage at toy length: `python -m pytest -q test_train.py`."""
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import tifffile
from diffusers import DDPMPipeline, StableDiffusionInpaintPipeline
from PIL import Image

import captions
import cells
import dataset
import evaluate
import masks
import micrographs
import own
import scenes
import tokenizer
import vae

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A folder with a model that went through all stages, a few steps each."""
    work = tmp_path_factory.mktemp("train")
    subprocess.run([sys.executable, HERE / "train.py", "--toy", "--device", "cpu", "--work", work,
                    "--model", work / "model"], check=True)
    return work


def test_equal_seeds_draw_equal_pictures():
    for seed in range(12):
        assert np.array_equal(dataset.picture_of(seed), dataset.picture_of(seed)), seed
    assert not np.array_equal(dataset.picture_of(0), dataset.picture_of(1))


@pytest.mark.parametrize("structure", scenes.STRUCTURES)
def test_a_picture_shows_its_colour(structure):
    red = scenes.draw(scenes.Scene(1, structure, "red", "several", "medium", "bright", "dark"))
    assert red.shape == (scenes.SIZE, scenes.SIZE, 3)
    assert red[..., 0].max() > 0.8 and red[..., 1:].max() < 0.3


def test_many_cover_more_than_few():
    for structure in scenes.STRUCTURES:
        light = [scenes.draw(scenes.Scene(3, structure, "white", n, "small", "bright", "dark")).mean() for n in ("few", "many")]
        assert light[0] < light[1], structure


def test_captions_say_what_the_scene_shows():
    for seed in range(2000):
        scene, said = scenes.scene_of(seed), captions.caption_of(scenes.scene_of(seed), seed, neutral=0)
        assert any(name in said for name in captions.NAMES[scene.structure]), said
        spoken = set(said.replace(",", "").split())
        for colour in set(scenes.COLOURS) - {"white", scene.colour}:
            assert colour not in spoken, said
        for number, words in captions.NUMBER_WORDS.items():
            assert number == scene.number or not spoken & set(words), said


def test_a_tenth_of_the_captions_is_empty():
    empty = sum(captions.caption_of(scenes.scene_of(s), s) == "" for s in range(3000)) / 3000
    assert abs(empty - captions.NEUTRAL) < 0.02


def test_any_text_encodes_and_caption_words_are_one_token(tmp_path):
    tokenizer.write(tmp_path)
    words = tokenizer.load(tmp_path)
    assert all(len(words(word).input_ids) == 3 for word in captions.vocabulary())
    for text in ("", "Zellkern, ångström!", "細胞 \U0001f52c", "a\tb\nc", "x" * 500):
        ids = tokenizer.ids_of(words, [text])[0]
        assert ids.shape == (tokenizer.LENGTH,) and 0 <= ids.min() and ids.max() < len(words)
    decoded = words.decode(words("ångström 細胞").input_ids, skip_special_tokens=True)
    assert decoded.split() == ["ångström", "細胞"]


def test_captions_fit_the_text_encoder(tmp_path):
    tokenizer.write(tmp_path)
    words = tokenizer.load(tmp_path)
    said = [captions.caption_of(scenes.scene_of(s), s, neutral=0) for s in range(2000)]
    assert max(len(ids) for ids in words(said).input_ids) <= tokenizer.LENGTH


def test_whitening_changes_latents_and_no_picture():
    model, drawn = vae.build(), np.stack([dataset.picture_of(s) for s in range(8)])
    before = vae.encode(model, drawn, "cpu")
    with torch.no_grad():
        picture = model.decode(before).sample
        white = vae.whiten(model, before)
        assert torch.allclose(model.decode(white).sample, picture, atol=1e-3)
    assert torch.allclose(vae.encode(model, drawn, "cpu"), white, atol=1e-3)
    flat = white.permute(1, 0, 2, 3).flatten(1)
    assert torch.allclose(torch.cov(flat), torch.eye(4), atol=1e-2)


def test_the_export_loads_and_every_measurement_runs(trained):
    found = evaluate.evaluate(trained, trained / "model", 3.0, count=6, pairs=2, inputs=2, unseen=48, pictures=48, judge_steps=3)
    assert set(found["recognition"]) == {"structure", "colour", "structure_each"}
    assert found["psnr"] > 0
    assert json.loads((trained / "evaluation.json").read_text())["steps"] == evaluate.STEPS
    size = sum(p.stat().st_size for p in (trained / "model").rglob("*.safetensors"))
    assert size < 12_000_000


def test_a_stopped_training_goes_on(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "again", ignore=shutil.ignore_patterns("model"))
    before = (tmp_path / "again" / "diffusion.pt").stat().st_mtime_ns
    subprocess.run([sys.executable, HERE / "train.py", "--toy", "--device", "cpu", "--work", tmp_path / "again",
                    "--model", tmp_path / "model"], check=True)
    assert (tmp_path / "again" / "diffusion.pt").stat().st_mtime_ns == before
    for path in (trained / "model").rglob("*.safetensors"):
        assert path.read_bytes() == (tmp_path / "model" / path.relative_to(trained / "model")).read_bytes()


@pytest.fixture(scope="session")
def repairing(tmp_path_factory) -> Path:
    """A folder with a repairing model that went through all stages, a few steps each."""
    work = tmp_path_factory.mktemp("repair")
    subprocess.run([sys.executable, HERE / "repair.py", "--toy", "--device", "cpu", "--work", work,
                    "--model", work / "model"], check=True)
    return work


def test_equal_seeds_draw_equal_micrographs_of_many_contrasts():
    drawn = [micrographs.draw(seed) for seed in range(40)]
    assert all(np.array_equal(picture, micrographs.draw(seed)) for seed, picture in enumerate(drawn[:8]))
    contrast = [picture.std() for picture in drawn]
    assert min(contrast) < 8 and max(contrast) > 50
    grey = np.mean([np.ptp(picture, axis=2).max() == 0 for picture in drawn])
    assert 0.4 < grey < 0.9


def test_masks_keep_the_area_that_is_asked():
    areas = [masks.draw(np.random.default_rng(seed), 0.02, 0.3).mean() for seed in range(60)]
    assert 0.02 <= min(areas) < 0.06 and 0.2 < max(areas) <= 0.3


def test_diffusers_repairs_with_the_export(repairing):
    pipe = StableDiffusionInpaintPipeline.from_pretrained(repairing / "model", variant="fp16")
    pipe.set_progress_bar_config(disable=True)
    picture = Image.fromarray(micrographs.draw(3))
    hole = Image.fromarray(np.uint8(255 * masks.draw(np.random.default_rng(0))))
    made = pipe("", image=picture, mask_image=hole, num_inference_steps=2, guidance_scale=1.0, width=128, height=128,
                output_type="np").images
    assert made.shape == (1, 128, 128, 3) and np.isfinite(made).all()
    size = sum(p.stat().st_size for p in (repairing / "model").rglob("*.safetensors"))
    assert size < 12_000_000


def test_training_goes_on_from_a_written_model(repairing, tmp_path):
    subprocess.run([sys.executable, HERE / "repair.py", "--toy", "--device", "cpu", "--work", tmp_path / "work",
                    "--model", tmp_path / "model", "--start", repairing / "model"], check=True)
    weights = "diffusion_pytorch_model.fp16.safetensors"
    assert (tmp_path / "model" / "vae" / weights).read_bytes() == (repairing / "model" / "vae" / weights).read_bytes()
    assert (tmp_path / "model" / "unet" / weights).read_bytes() != (repairing / "model" / "unet" / weights).read_bytes()


@pytest.mark.parametrize("kind", ("grey", "colours", "classes"))
def test_a_model_of_ones_own_is_trained_from_a_folder_of_tiffs(tmp_path, kind):
    images = tmp_path / "images"
    for i in range(4):
        place = images / ("ab"[i % 2] if kind == "classes" else "")
        place.mkdir(parents=True, exist_ok=True)
        drawn = cells.draw(i)
        tifffile.imwrite(place / f"{i}.tif", np.stack([drawn] * 3, 2) if kind == "colours" else drawn)
    subprocess.run([sys.executable, HERE / "own.py", "--toy", "--device", "cpu", "--images", images, "--model", tmp_path / "model"],
                   check=True)
    pipe = DDPMPipeline.from_pretrained(tmp_path / "model")
    channels = 3 if kind == "colours" else 1
    assert (pipe.unet.config.in_channels, pipe.unet.config.sample_size) == (channels, 64)
    labels = torch.tensor([1]) if kind == "classes" else None
    assert (pipe.unet.class_embedding is not None) == (kind == "classes")
    with torch.no_grad():
        predicted = pipe.unet.float()(torch.randn(1, channels, 64, 64), 500, class_labels=labels).sample
    assert predicted.shape == (1, channels, 64, 64) and predicted.isfinite().all()


def test_values_become_minus_one_to_one_over_all_files(tmp_path):
    for i, value in enumerate((100, 300)):
        tifffile.imwrite(tmp_path / f"{i}.tif", np.full((8, 8), value, np.uint16))
    pictures, _, names = own.read(tmp_path)
    assert [float(p.mean()) for p in pictures] == [-1, 1] and names == []
