"""Measures repairs of pictures that nobody here drew, beside what people use now.

    python measure.py places --pictures FOLDER --work WORK
    (the plugin's headless command) ../macros/repair_places.ijm WORK
    python measure.py peers --work WORK
    python measure.py table --work WORK

`places` chooses twenty ovals of 24…96 pixels on each picture. The macro repairs each by *Image to Image*, `peers` by OpenCV's two inpainters,
scikit-image's biharmonic one and a smooth fill (Laplace's equation from the border inwards). `table` compares the pixels inside each oval with the
true ones and with what is around them, and prints medians over the places of each picture. Needs opencv-python-headless and scikit-image.
"""
import argparse
import csv
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt, gaussian_gradient_magnitude
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve
from scipy.stats import wasserstein_distance
from skimage.restoration import inpaint_biharmonic

PLACES, LEAST, MOST, SEED = 20, 24, 96, 23
MARGIN = 32
"""Pixels around an oval's bounds that are compared with it."""
RIM = 4
"""Width in pixels of the rims on both sides of an oval's border."""
MEASURES = ("level", "edge", "spectrum", "histogram")


def read(path: Path) -> np.ndarray:
    """float64 [height, width] or [height, width, 3]."""
    return np.asarray(Image.open(path)).astype(np.float64)


def choose_places(pictures: Path, work: Path) -> None:
    """Writes every picture as TIFF and its ovals as a table of x, y, width, height."""
    work.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(sorted(p for p in pictures.iterdir() if p.suffix in (".png", ".jpg", ".tif"))):
        values = read(path)
        Image.fromarray(values.astype(np.uint8)).save(work / f"{path.stem}.tif")
        random = np.random.default_rng([SEED, number])
        with open(work / f"{path.stem}.csv", "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(("x", "y", "width", "height"))
            for _ in range(PLACES):
                width, height = (int(s) for s in random.integers(LEAST, MOST + 1, 2))
                table.writerow((int(random.integers(values.shape[1] - width + 1)), int(random.integers(values.shape[0] - height + 1)),
                                width, height))


def places(work: Path, name: str) -> list[tuple[int, int, int, int]]:
    """The ovals of a picture: x, y, width, height."""
    with open(work / f"{name}.csv") as file:
        return [tuple(int(row[k]) for k in ("x", "y", "width", "height")) for row in csv.DictReader(file)]


def names(work: Path) -> list[str]:
    return sorted(p.stem for p in work.glob("*.csv"))


def around(place, shape) -> tuple[slice, slice]:
    """The rows and columns of an oval's bounds and their margin within the picture."""
    x, y, width, height = place
    return slice(max(0, y - MARGIN), min(shape[0], y + height + MARGIN)), slice(max(0, x - MARGIN), min(shape[1], x + width + MARGIN))


def oval(place, rows: slice, columns: slice) -> np.ndarray:
    """True where a pixel's centre is within the oval."""
    x, y, width, height = place
    v, u = np.mgrid[rows, columns] + 0.5
    return ((u - x - width / 2) / (width / 2)) ** 2 + ((v - y - height / 2) / (height / 2)) ** 2 <= 1


def smooth_fill(values: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Inside, each pixel is the mean of its four neighbours."""
    index = np.full(hole.shape, -1)
    index[hole] = np.arange(hole.sum())
    filled, rows, columns, weights = values.copy(), [], [], []
    known = np.zeros((hole.sum(),) + values.shape[2:])
    ys, xs = np.nonzero(hole)
    degree = np.zeros(len(ys))
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        y, x = ys + dy, xs + dx
        within = (y >= 0) & (y < hole.shape[0]) & (x >= 0) & (x < hole.shape[1])
        own, other = np.nonzero(within)[0], index[y[within], x[within]]
        degree[own] += 1
        rows.append(own[other >= 0])
        columns.append(other[other >= 0])
        border = own[other < 0]
        known[border] += values[y[border], x[border]]
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    n = np.arange(len(ys))
    system = coo_matrix((np.concatenate((degree, -np.ones(len(rows)))), (np.concatenate((n, rows)), np.concatenate((n, columns)))))
    filled[hole] = spsolve(system.tocsc(), known).reshape(known.shape)
    return filled


PEERS = {
    "OpenCV Telea": lambda v, hole: cv2.inpaint(v.astype(np.uint8), hole.astype(np.uint8), 5, cv2.INPAINT_TELEA).astype(float),
    "OpenCV Navier-Stokes": lambda v, hole: cv2.inpaint(v.astype(np.uint8), hole.astype(np.uint8), 5, cv2.INPAINT_NS).astype(float),
    "biharmonic": lambda v, hole: 255 * inpaint_biharmonic(v / 255, hole, channel_axis=2 if v.ndim == 3 else None, split_into_regions=False),
    "smooth fill": smooth_fill,
}


def run_peers(work: Path) -> None:
    """Writes what each peer makes of each oval and its margin as WORK/PEER/NAME-K.tif."""
    for name in names(work):
        values = read(work / f"{name}.tif")
        for k, place in enumerate(places(work, name)):
            rows, columns = around(place, values.shape)
            hole = oval(place, rows, columns)
            for peer, repair in PEERS.items():
                path = work / peer / f"{name}-{k}.tif"
                if not path.exists():
                    path.parent.mkdir(exist_ok=True)
                    damaged = values[rows, columns].copy()
                    damaged[hole] = 0
                    Image.fromarray(np.round(repair(damaged, hole)).clip(0, 255).astype(np.uint8)).save(path)


def measure(repaired: np.ndarray, true: np.ndarray, hole: np.ndarray, span: float) -> dict[str, float]:
    """The four measures of one oval; `repaired` and `true` are greys [height, width], `span` the picture's range."""
    inside, outside = distance_transform_edt(hole), distance_transform_edt(~hole)
    inner, outer = (inside > 0) & (inside <= RIM), (outside > 0) & (outside <= RIM)
    gradient = gaussian_gradient_magnitude(repaired, 0.7)
    edge = (inside + outside) <= 1.5
    elsewhere = (outside > RIM) & (outside <= MARGIN - 2)
    return {
        "level": abs(repaired[inner].mean() - true[outer].mean()) / span,
        "edge": gradient[edge].mean() / max(gradient[elsewhere].mean(), 1e-9),
        "spectrum": spectrum_distance(repaired, true, hole),
        "histogram": wasserstein_distance(repaired[hole], true[hole]) / span,
    }


def spectrum_distance(repaired, true, hole) -> float:
    """RMS of log10 of the ratio of the radial power spectra within the oval, wavelengths of 4 pixels and more."""
    ys, xs = np.nonzero(hole)
    side = int(min(np.ptp(ys), np.ptp(xs)) / np.sqrt(2))
    top, left = (int(round(c.mean() - side / 2)) for c in (ys, xs))
    cut = np.s_[top:top + side, left:left + side]
    return float(np.sqrt(np.mean(np.log10(radial(repaired[cut]) / radial(true[cut])) ** 2)))


def radial(values: np.ndarray) -> np.ndarray:
    """Mean power at 1…side/4 waves across a square, under a Hann window; a thousandth of a grey level squared is its least."""
    side = len(values)
    window = np.hanning(side + 2)[1:-1]
    power = np.abs(np.fft.fft2((values - values.mean()) * np.outer(window, window))) ** 2 / side ** 2
    waves = np.round(np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side))) * side).astype(int)
    return np.array([power[waves == k].mean() for k in range(1, side // 4 + 1)]) + 1e-3


def grey(values: np.ndarray) -> np.ndarray:
    return values.mean(2) if values.ndim == 3 else values


def print_table(work: Path) -> None:
    """A row a picture and method: the medians over its places; then the medians over pictures."""
    methods = ["true pixels"] + sorted(p.name for p in work.iterdir() if p.is_dir() and any(p.glob("*.tif")))
    print("| picture | method | " + " | ".join(MEASURES) + " |\n|---|---|" + "---:|" * len(MEASURES))
    found = {}
    for name in names(work):
        whole = read(work / f"{name}.tif")
        span = np.ptp(grey(whole))
        for method in methods:
            rows = [_of_place(work, name, k, place, method, whole, span) for k, place in enumerate(places(work, name))]
            found[name, method] = [float(np.median([r[m] for r in rows])) for m in MEASURES]
            print(f"| {name} | {method} | " + " | ".join(f"{v:.3f}" for v in found[name, method]) + " |")
    for method in methods:
        medians = np.median([found[name, method] for name in names(work)], axis=0)
        print(f"| **all** | {method} | " + " | ".join(f"**{v:.3f}**" for v in medians) + " |")


def _of_place(work, name, k, place, method, whole, span):
    rows, columns = around(place, whole.shape)
    true = grey(whole[rows, columns])
    repaired = true if method == "true pixels" else grey(read(work / method / f"{name}-{k}.tif"))
    return measure(repaired, true, oval(place, rows, columns), span)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("places", "peers", "table"))
    parser.add_argument("--pictures", type=Path, help="folder of the pictures, for `places`")
    parser.add_argument("--work", type=Path, required=True, help="folder of ovals and repaired pictures")
    options = parser.parse_args()
    if options.what == "places":
        choose_places(options.pictures, options.work)
    elif options.what == "peers":
        run_peers(options.work)
    else:
        print_table(options.work)


if __name__ == "__main__":
    main()
