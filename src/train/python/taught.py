"""Measures what a LoRA learned from half of a real micrograph, on the other half.

    python taught.py halves --picture img2d.tif --work WORK
    (the plugin's headless command) ../macros/teach_half.ijm "WORK NAME OPTIONS OF TRAIN LORA"
    python taught.py table --work WORK

`halves` writes the picture and its left half. The macro trains on the left half and paints twelve ovals of 150 pixels into the right half,
one at a time into the unchanged picture, with and without what was learned, at strength 0.7 and 1, with and without `detail=1`. `table`
compares the squares of 96 pixels within the ovals with the true ones; its last row does so with squares of the left half, which are real too.
"""
import argparse
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.stats import wasserstein_distance
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed

SQUARE, OVAL = 96, 150
PLACES = [(270 + 78 * (i % 2), 4 + 70 * (i // 2)) for i in range(12)]
"""Left and top of the ovals' bounds."""
LEAST_AREA = 60
"""Pixels that a nucleus has at least."""
MEASURES = ("spectrum ≥ 8 px", "spectrum", "histogram", "nuclei", "diameters")


def squares(values: np.ndarray) -> list[np.ndarray]:
    """The squares in the middle of the ovals."""
    edge = (OVAL - SQUARE) // 2
    return [values[y + edge:y + edge + SQUARE, x + edge:x + edge + SQUARE] for x, y in PLACES]


def spectrum(cuts: list[np.ndarray]) -> np.ndarray:
    """Mean power at 1…48 waves across a square, over all squares, under a Hann window."""
    window = np.hanning(SQUARE + 2)[1:-1]
    waves = np.round(np.hypot(*np.meshgrid(np.fft.fftfreq(SQUARE), np.fft.fftfreq(SQUARE))) * SQUARE).astype(int)
    power = np.mean([np.abs(np.fft.fft2((c - c.mean()) * np.outer(window, window))) ** 2 for c in cuts], axis=0)
    return np.array([power[waves == k].mean() for k in range(1, SQUARE // 2 + 1)]) + 1e-6


def diameters(cuts: list[np.ndarray], threshold: float) -> np.ndarray:
    """Diameters in pixels of circles as large as the nuclei: what is above the threshold, parted where it is narrow."""
    found = []
    for cut in cuts:
        bright = ndimage.binary_opening(ndimage.gaussian_filter(cut, 1) > threshold, iterations=1)
        depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(bright), 1)
        peaks = (depth == ndimage.maximum_filter(depth, 9)) & (depth > 3)
        parts = watershed(-depth, ndimage.label(peaks, np.ones((3, 3)))[0], mask=bright)
        areas = np.bincount(parts.ravel())[1:]
        found.extend(2 * np.sqrt(areas[areas >= LEAST_AREA] / np.pi))
    return np.array(found)


def distances(made: list[np.ndarray], true: list[np.ndarray], span: float, threshold: float) -> list[float]:
    """The five measures of squares against squares."""
    ratio = np.log10(spectrum(made) / spectrum(true))
    long = SQUARE // 8
    ours, theirs = diameters(made, threshold), diameters(true, threshold)
    return [
        float(np.sqrt(np.mean(ratio[:long] ** 2))),
        float(np.sqrt(np.mean(ratio ** 2))),
        wasserstein_distance(np.ravel(made), np.ravel(true)) / span,
        abs(np.log2(len(ours) / len(theirs))) if len(ours) else np.inf,
        wasserstein_distance(ours, theirs) / theirs.mean() if len(ours) else np.inf,
    ]


def print_table(work: Path) -> None:
    """A row for each folder of painted pictures."""
    whole = np.asarray(Image.open(work / "picture.tif")).astype(float)
    true, span, threshold = squares(whole), np.ptp(whole), threshold_otsu(whole)
    print("| painted | " + " | ".join(MEASURES) + " |\n|---|" + "---:|" * len(MEASURES))
    for folder in sorted(p for p in work.iterdir() if p.is_dir()):
        files = [np.asarray(Image.open(folder / f"{i}.tif")).astype(float) for i in range(len(PLACES))]
        edge = (OVAL - SQUARE) // 2
        made = [f[edge:edge + SQUARE, edge:edge + SQUARE] for f in files]
        _print_row(folder.name, distances(made, true, span, threshold))
    _print_row("the left half", distances(squares(np.roll(whole, 256, 1)), true, span, threshold))


def _print_row(name, values):
    print(f"| {name} | " + " | ".join(f"{v:.3f}" for v in values) + " |")


def write_halves(picture: Path, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    values = np.asarray(Image.open(picture)).astype(np.uint16)
    Image.fromarray(values).save(work / "picture.tif")
    Image.fromarray(values[:, :values.shape[1] // 2]).save(work / "left.tif")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("halves", "table"))
    parser.add_argument("--picture", type=Path, help="a grey picture of 512 × 512 pixels, for `halves`")
    parser.add_argument("--work", type=Path, required=True, help="folder of the halves and the painted pictures")
    options = parser.parse_args()
    if options.what == "halves":
        write_halves(options.picture, options.work)
    else:
        print_table(options.work)


if __name__ == "__main__":
    main()
