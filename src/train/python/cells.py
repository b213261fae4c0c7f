"""Draws micrographs of an epithelium in one channel, as 16-bit TIFF files: what `own.py` may be tried on.

    python cells.py --images FOLDER --count 2000
"""
import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

SIDE = 96
"""Pixels along the sides of a picture."""
CELLS = (10, 34)
"""Least and most cells in a picture."""


def draw(seed: int) -> np.ndarray:
    """Cells with bright borders, a nucleus with dark nucleoli each, camera noise: uint16 [96, 96]."""
    random = np.random.default_rng([seed, 31])
    count = int(random.integers(*CELLS))
    radius = SIDE / np.sqrt(count * np.pi)
    centres = _apart(random, count, radius)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    x, y = x + _bumps(random, 8, 2.5), y + _bumps(random, 8, 2.5)
    distance = np.sort(np.hypot(y[..., None] - centres[:, 0], x[..., None] - centres[:, 1]), axis=2)
    border = np.exp(-((distance[..., 1] - distance[..., 0]) / random.uniform(2.2, 3.4)) ** 2)
    picture = 0.10 + 0.05 * _bumps(random, 4, 1) + random.uniform(0.45, 0.8) * border * (1 + 0.25 * _bumps(random, 6, 1))
    for centre in centres:
        picture += _nucleus(random, y, x, centre, radius)
    picture = gaussian_filter(np.clip(picture, 0, None), random.uniform(0.7, 1.0))
    photons = random.uniform(250, 900)
    return np.clip((random.poisson(picture * photons) / photons + 0.1) * 40000, 0, 65535).astype(np.uint16)


def _apart(random, count, radius):
    """Centres of cells [count, 2], also a little outside of the picture, further apart than cells are wide if there is room."""
    points, gap = [], 1.6 * radius
    while len(points) < count:
        point = random.uniform(-radius, SIDE + radius, 2)
        if all(np.hypot(*(point - p)) > gap for p in points):
            points.append(point)
        else:
            gap *= 0.997
    return np.array(points)


def _nucleus(random, y, x, centre, radius):
    """A turned ellipse with a soft edge and up to three nucleoli."""
    turn, long = random.uniform(0, np.pi), radius * random.uniform(0.42, 0.58)
    v, u = y - centre[0] - random.uniform(-2, 2), x - centre[1] - random.uniform(-2, 2)
    along, across = np.cos(turn) * u + np.sin(turn) * v, np.cos(turn) * v - np.sin(turn) * u
    inside = 1 / (1 + np.exp(6 * (np.hypot(along / long, across / (long * random.uniform(0.65, 0.95))) - 1)))
    signal = random.uniform(0.45, 0.85) * (1 + 0.18 * _bumps(random, 16, 1))
    for _ in range(int(random.integers(1, 4))):
        angle, far = random.uniform(0, 2 * np.pi), random.uniform(0, 0.5) * long
        hole = np.hypot(v - far * np.sin(angle), u - far * np.cos(angle)) / (long * random.uniform(0.12, 0.22))
        signal = signal * (1 - 0.7 * np.exp(-hole ** 2))
    return inside * signal


def _bumps(random, cells, size):
    """Smooth random values of this standard deviation, with about `cells` bumps across the picture."""
    field = gaussian_filter(random.standard_normal((SIDE, SIDE)), SIDE / cells / 2, mode="wrap")
    return (size * field / field.std()).astype(np.float32)


def write(folder: Path, seed: int) -> None:
    Image.fromarray(draw(seed)).save(folder / f"cells-{seed:05d}.tif")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True, help="folder that the files are written to")
    parser.add_argument("--count", type=int, default=2000, help="files")
    options = parser.parse_args()
    options.images.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(write, options.images), range(options.count), chunksize=32))


if __name__ == "__main__":
    main()
