"""Draws fluorescence-microscopy scenes: a seed makes a Scene (what is to be seen) and the Scene makes a picture."""
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

SIZE = 128
STRUCTURES = ("nuclei", "actin filaments", "mitochondria", "cell membranes", "vesicles", "microtubules")
COLOURS = {
    "green": (0.10, 1.00, 0.22), "red": (1.00, 0.10, 0.08), "blue": (0.14, 0.26, 1.00), "cyan": (0.05, 0.92, 1.00),
    "magenta": (1.00, 0.10, 0.90), "yellow": (1.00, 0.93, 0.10), "orange": (1.00, 0.48, 0.04), "white": (0.96, 0.96, 0.96),
}
NUMBERS = ("few", "several", "many")
SIZES = ("small", "medium", "large")
BRIGHTNESSES = ("dim", "normal", "bright")
BACKGROUNDS = ("dark", "gray", "bright")

# How many objects "few", "several" and "many" are: inclusive ranges.
COUNTS = {
    "nuclei": ((2, 4), (7, 10), (16, 22)),
    "actin filaments": ((4, 6), (10, 13), (20, 26)),
    "mitochondria": ((4, 6), (11, 15), (26, 34)),
    "cell membranes": ((4, 5), (10, 13), (24, 32)),
    "vesicles": ((5, 8), (16, 22), (40, 56)),
    "microtubules": ((6, 8), (13, 17), (28, 36)),
}
# Radius or half width in pixels of "small", "medium" and "large" objects.
RADII = {
    "nuclei": ((6.0, 7.5), (9.5, 11.5), (14.0, 17.0)),
    "actin filaments": ((1.0, 1.2), (1.5, 1.8), (2.3, 2.8)),
    "mitochondria": ((1.5, 1.8), (2.2, 2.5), (3.1, 3.6)),
    "cell membranes": ((1.2, 1.4), (1.9, 2.2), (2.9, 3.4)),
    "vesicles": ((1.6, 1.9), (2.6, 3.1), (4.2, 5.0)),
    "microtubules": ((0.9, 1.0), (1.25, 1.4), (1.8, 2.1)),
}
_Y, _X = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)


@dataclass(frozen=True)
class Scene:
    """What a picture shows; `seed` decides all that the words leave open."""
    seed: int
    structure: str
    colour: str
    number: str
    size: str
    brightness: str
    background: str


def scene_of(seed: int) -> Scene:
    """Chooses a scene. White has nothing to absorb, so it never stands on a bright background."""
    random = np.random.default_rng([seed, 1])
    background = str(random.choice(BACKGROUNDS, p=(0.6, 0.2, 0.2)))
    colours = [c for c in COLOURS if not (c == "white" and background == "bright")]
    return Scene(seed, str(random.choice(STRUCTURES)), str(random.choice(colours)), str(random.choice(NUMBERS)),
                 str(random.choice(SIZES)), str(random.choice(BRIGHTNESSES)), background)


def draw(scene: Scene) -> np.ndarray:
    """The picture: float32 [SIZE, SIZE, 3] in 0…1."""
    random = np.random.default_rng([scene.seed, 2])
    kind = STRUCTURES.index(scene.structure)
    low, high = COUNTS[scene.structure][NUMBERS.index(scene.number)]
    count = int(random.integers(low, high + 1))
    radius = random.uniform(*RADII[scene.structure][SIZES.index(scene.size)])
    signal = _PAINTERS[kind](random, count, radius)
    return _colourise(random, _optics(signal), scene)


def _optics(signal):
    """The microscope: a point spread function and a faint haze from out of focus; the peak becomes 1."""
    sharp = gaussian_filter(signal, 0.8)
    seen = sharp + 0.10 * gaussian_filter(signal, 7)
    return seen / max(float(np.quantile(seen, 0.998)), 1e-6)


def _colourise(random, signal, scene):
    """Light of one colour on dark, a stain on gray, absorption on bright."""
    dim = 0.12 if scene.background == "bright" else 0.0
    level = {"dim": random.uniform(0.40, 0.48) + dim, "normal": random.uniform(0.68, 0.78), "bright": 1.0}[scene.brightness]
    alpha = np.clip(signal, 0, 1)[..., None] * level
    colour = np.clip(np.array(COLOURS[scene.colour]) + random.uniform(-0.04, 0.04, 3), 0, 1)
    shade = (1 + 0.10 * _clouds(random, 2))[..., None]
    if scene.background == "dark":
        picture = shade * random.uniform(0.015, 0.05) + alpha * colour
    elif scene.background == "gray":
        ground = shade * random.uniform(0.36, 0.46)
        alpha = alpha ** 0.8
        picture = ground * (1 - alpha) + alpha * colour
    else:
        ground = 0.92 + 0.05 * (shade - 1) / 0.10
        picture = ground * (1 - alpha * (1 - 0.92 * colour))
    return np.clip(picture, 0, 1).astype(np.float32)


def _clouds(random, cells):
    """Smooth random values, about -1…1, with about `cells` bumps across the picture."""
    coarse = random.standard_normal((cells + 3, cells + 3))
    fine = zoom(coarse, SIZE / cells, order=3)
    start = fine.shape[0] // 2 - SIZE // 2
    return np.clip(fine[start:start + SIZE, start:start + SIZE] / 1.5, -1, 1).astype(np.float32)


def _spread(random, count, margin):
    """`count` points [count, 2], random but apart: darts, refused when near another; the gap asked for shrinks slowly."""
    points, gap = [], 0.95 * SIZE / np.sqrt(count)
    while len(points) < count:
        dart = random.uniform(margin, SIZE - margin, 2)
        if all((dart[0] - y) ** 2 + (dart[1] - x) ** 2 > gap * gap for y, x in points):
            points.append(dart)
        else:
            gap *= 0.995
    return np.array(points)


def _nuclei(random, count, radius):
    """Soft ellipses with chromatin texture and darker nucleoli; they keep clear of each other."""
    radius = min(radius, 0.40 * SIZE / np.sqrt(count))
    signal = np.zeros((SIZE, SIZE), np.float32)
    texture = 1 + 0.16 * _clouds(random, 14)
    for cy, cx in _spread(random, count, 0.8 * radius):
        r = radius * random.uniform(0.88, 1.10)
        body = _blob(random, cy, cx, r)
        for _ in range(int(random.integers(1, 4)) if r > 5 else 1):
            a, d = random.uniform(0, 2 * np.pi), random.uniform(0, 0.5) * r
            body = body * (1 - 0.45 * _gauss(cy + d * np.sin(a), cx + d * np.cos(a), max(1.3, 0.17 * r)))
        signal = np.maximum(signal, body * random.uniform(0.8, 1.0))
    return signal * texture


def _blob(random, cy, cx, r):
    """A filled, slightly uneven ellipse with a soft rim."""
    dy, dx = _Y - cy, _X - cx
    angle, distance = np.arctan2(dy, dx), np.hypot(dy, dx)
    rim = r * (1 + random.uniform(0.04, 0.20) * np.cos(2 * (angle - random.uniform(0, np.pi)))
               + random.uniform(0, 0.04) * np.cos(3 * (angle - random.uniform(0, 2 * np.pi))))
    return 1 / (1 + np.exp(np.clip((distance - rim) / 0.8, -30, 30)))


def _gauss(cy, cx, sigma):
    """A Gaussian spot of height 1."""
    return np.outer(np.exp(-0.5 * ((np.arange(SIZE) - cy) / sigma) ** 2),
                    np.exp(-0.5 * ((np.arange(SIZE) - cx) / sigma) ** 2)).astype(np.float32)


def _splat(y, x, weight):
    """Adds points to the nearest four pixels each, so that lines have no stairs; outside points are dropped."""
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    fy, fx = y - y0, x - x0
    wide = SIZE + 2
    signal = np.zeros(wide * wide)
    for j, i, share in ((0, 0, (1 - fy) * (1 - fx)), (0, 1, (1 - fy) * fx), (1, 0, fy * (1 - fx)), (1, 1, fy * fx)):
        yy, xx = y0 + j + 1, x0 + i + 1
        inside = (yy >= 0) & (yy < wide) & (xx >= 0) & (xx < wide)
        signal += np.bincount(yy[inside] * wide + xx[inside], (share * weight)[inside], wide * wide)
    return signal.reshape(wide, wide)[1:-1, 1:-1].astype(np.float32)


def _curve(random, y, x, heading, length, bend):
    """Points half a pixel apart along a line whose heading drifts smoothly."""
    steps = max(int(length * 2), 4)
    knots = np.cumsum(random.normal(0, bend, steps // 12 + 3))
    turn = np.interp(np.arange(steps) / 12, np.arange(len(knots)), knots) - knots[0]
    return y + np.cumsum(0.5 * np.sin(heading + turn)), x + np.cumsum(0.5 * np.cos(heading + turn))


def _tubes(curves, sigma, saturation):
    """Lines of that Gaussian width; `saturation` above 0 flattens crossings."""
    y = np.concatenate([c[0] for c in curves])
    x = np.concatenate([c[1] for c in curves])
    weight = np.concatenate([np.full(len(c[0]), c[2]) for c in curves])
    line = gaussian_filter(_splat(y, x, weight), sigma) * sigma * 1.25
    return (1 - np.exp(-saturation * line)).astype(np.float32)


def _actin(random, count, radius):
    """Long, nearly straight stress fibres that share an orientation."""
    main = random.uniform(0, np.pi)
    across = (np.arange(count) + random.uniform(0.25, 0.75, count)) / count * SIZE * 1.15 - SIZE * 0.575
    curves = []
    for offset in across:
        heading = main + random.normal(0, 0.12)
        y = SIZE / 2 + offset * np.cos(main) - 95 * np.sin(heading)
        x = SIZE / 2 - offset * np.sin(main) - 95 * np.cos(heading)
        curves.append((*_curve(random, y, x, heading, 190, 0.015), random.uniform(0.55, 1.0)))
    return _tubes(curves, radius * 0.8, 1.2)


def _microtubules(random, count, radius):
    """Thin curved lines that grow from one organising centre."""
    cy, cx = random.uniform(0.36 * SIZE, 0.64 * SIZE, 2)
    start = random.uniform(0, 2 * np.pi)
    curves = []
    for i in range(count):
        heading = start + 2 * np.pi * (i + random.uniform(-0.28, 0.28)) / count
        length = random.uniform(0.42, 0.62) * SIZE
        curves.append((*_curve(random, cy, cx, heading, length, 0.07), random.uniform(0.6, 1.0)))
    return _tubes(curves, radius * 0.8, 1.3) + 0.5 * _gauss(cy, cx, 2.5 + radius)


def _mitochondria(random, count, radius):
    """Short worms that bend, spread over the picture."""
    curves = []
    for y, x in _spread(random, count, 10):
        heading, length = random.uniform(0, 2 * np.pi), random.uniform(16, 30)
        along, up = _curve(random, y, x, heading, length, 0.34)
        curves.append((along - along.mean() + y, up - up.mean() + x, random.uniform(0.7, 1.0)))
    return _tubes(curves, radius * 0.72, 2.2)


def _membranes(random, count, radius):
    """The outlines of cells that fill the picture, with a little cytoplasm."""
    around = int(count * 1.9) + 3
    points = _spread(random, around, 0) * 1.4 - 0.2 * SIZE
    y, x = _Y + 2.5 * _clouds(random, 3), _X + 2.5 * _clouds(random, 3)
    distance = np.hypot(y[..., None] - points[:, 0], x[..., None] - points[:, 1])
    nearest = np.partition(distance, 1, axis=2)
    edge = np.exp(-((nearest[..., 1] - nearest[..., 0]) / (1.7 * radius)) ** 2)
    return edge * (1 + 0.2 * _clouds(random, 4)) + 0.10


def _vesicles(random, count, radius):
    """Round spots, each with its own brightness."""
    radius = min(radius, 0.30 * SIZE / np.sqrt(count))
    signal = np.zeros((SIZE, SIZE), np.float32)
    for cy, cx in _spread(random, count, 1.2 * radius):
        signal = signal + random.uniform(0.7, 1.0) * _gauss(cy, cx, 0.62 * radius * random.uniform(0.9, 1.1))
    return 1 - np.exp(-2.2 * signal)


_PAINTERS = (_nuclei, _actin, _mitochondria, _membranes, _vesicles, _microtubules)
