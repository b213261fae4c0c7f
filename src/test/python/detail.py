"""The golden of Image to Image's detail, by its formulas in numpy, scipy and torch.

python detail.py writes golden/detail.safetensors. For each of CASES: NAME.image, the values v; the
pictures of −1…1 NAME.made (y) and NAME.reconstructed (y₀); NAME.weight, the selection's weights;
NAME.result, y with detail (and level, if the case says so), in the image's values, a channel each;
NAME.noise, the noise n of each channel.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from scipy.ndimage import distance_transform_edt, gaussian_filter

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"

# name: (channels, height, width, black, white, margin, detail, level)
CASES = {
    "8-bit": (1, 31, 37, 10, 240, 7, 1.0, False),
    "16-bit": (1, 45, 24, 300, 4000, 6, 0.6, True),
    "32-bit": (1, 23, 41, -1.5, 2.5, 5, 1.0, True),
    "RGB": (3, 29, 35, 0, 255, 8, 1.0, True),
    "16-bit whole": (1, 26, 33, 4000, 300, 0, 1.0, False),  # an inverting LUT, no ring
}
SEED = 42


def detail(v, y, y0, weight, k, seed, level):
    """y with detail k, and the noise; all [h, w] of float64."""
    h, w = v.shape
    ring = weight == 0
    if level:
        gain, offset = fitted(v, y, ring)
        y, y0 = gain * y + offset, gain * y0 + offset
    r = v - y0
    sample = ring if 4 * ring.sum() >= h * w else np.ones_like(ring)
    m = np.median(r[sample])
    n = 1.4826 * np.median(np.abs(r[sample] - m))
    e = np.where(sample, np.clip(r - m, -3 * n, 3 * n), 0)
    z = torch.randn(h, w, generator=torch.Generator("cpu").manual_seed(seed)).double().numpy()
    phases = np.fft.fft2(z) / np.abs(np.fft.fft2(z))
    rho = m + np.sqrt(h * w / sample.sum()) * np.fft.ifft2(np.fft.fft2(e) * phases).real
    smooth = gaussian_filter(y - y0, 4, mode="reflect", truncate=4)
    q = np.minimum(1, np.abs(smooth) / (3 * n))
    result = y + k * (np.sqrt(1 - q**2) * r + q * rho)
    if level:
        outer, inner = rims(ring)
        result = result + (v[outer].mean() - result[inner].mean())
    return result, n


def rims(ring):
    """Pixels at most 2 px outside and inside of the selection's edge."""
    outer = ring & (distance_transform_edt(ring) <= 2)
    return outer, ~ring & (distance_transform_edt(~ring) <= 2)


def fitted(v, y, ring):
    gain = np.cov(y[ring], v[ring])[0, 1] / np.var(y[ring], ddof=1)
    gain = np.clip(gain, 0.5, 2)
    outer, inner = rims(ring)
    return gain, v[outer].mean() - gain * y[inner].mean()


def oval(h, w, margin):
    """1 in an oval that leaves a margin, a feathered edge of 0.5; everywhere without a margin."""
    if margin == 0:
        return np.ones((h, w))
    y, x = np.mgrid[0:h, 0:w]
    dy = (y - (h - 1) / 2) / (h / 2 - margin)
    dx = (x - (w - 1) / 2) / (w / 2 - margin)
    radius = np.hypot(dx, dy)
    return np.where(radius < 0.8, 1, np.where(radius < 1, 0.5, 0))


def case(name, random):
    channels, h, w, black, white, margin, k, level = CASES[name]
    y, x = np.mgrid[0:h, 0:w]
    smooth = 0.6 * np.sin(x / 7 + y / 11) * np.cos(y / 9)
    noise = gaussian_filter(random.normal(0, 0.3, (channels, h, w)), (0, 0.6, 0.6))
    v = black + ((smooth + noise) / 2 + 0.5) * (white - black)
    v = v if name == "32-bit" else np.round(np.clip(v, 0, 255 if "16" not in name else 65535))
    v = v.astype(np.float32)
    change = 0.3 * np.exp(-((x - w / 2) ** 2 + (y - h / 2) ** 2) / 30)
    # The three colours of a grey differ: their mean counts.
    tint = np.array([0.02, -0.03, 0.04]).reshape(3, 1, 1)
    reconstructed = (0.95 * smooth - 0.01 + tint).astype(np.float32)
    made = (0.9 * smooth + 0.05 + change - tint).astype(np.float32)
    weight = oval(h, w, margin)
    groups = [[0, 1, 2]] if channels == 1 else [[0], [1], [2]]
    results, noises = [], []
    for c, group in enumerate(groups):
        values = [black + (p[group].astype(np.float64).mean(0) / 2 + 0.5) * (white - black)
                  for p in (made, reconstructed)]
        result, n = detail(v[c].astype(np.float64), *values, weight, k, SEED, level)
        results.append(result)
        noises.append(n)
    return {
        "image": v,
        "made": made[None],
        "reconstructed": reconstructed[None],
        "weight": weight.astype(np.float32),
        "result": np.stack(results).astype(np.float32),
        "noise": np.array(noises, np.float32),
    }


def main():
    random = np.random.default_rng(5)
    tensors = {}
    for name in CASES:
        for key, values in case(name, random).items():
            tensors[f"{name}.{key}"] = torch.from_numpy(np.ascontiguousarray(values))
    save_file(tensors, GOLDEN / "detail.safetensors")


if __name__ == "__main__":
    main()
