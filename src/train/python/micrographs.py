"""Draws what micrographs are made of – textures, objects, shading, stains, camera noise –, without any of their subjects: a seed makes a picture.

Nothing here copies a real picture. A picture is a background, up to three layers of objects, optics, colours and a camera, all of them drawn
at random and wide; what a model learns of them is how a picture continues, not what a cell is.
"""
import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.spatial import cKDTree

SIZE = 128
_Y, _X = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)


def draw(seed: int) -> np.ndarray:
    """The picture of a seed: uint8 [SIZE, SIZE, 3]; two thirds of the seeds give greys."""
    random = np.random.default_rng([seed, 11])
    signal = _background(random)
    for painter in random.choice(len(_PAINTERS), size=int(random.choice(4, p=(0.15, 0.45, 0.3, 0.1))), p=_SHARES):
        signal = signal + random.choice((-1, 1), p=(0.35, 0.65)) * random.uniform(0.15, 1.5) * _unit(_PAINTERS[painter](random))
    blur = random.choice((0, random.uniform(0.4, 1.0), random.uniform(1, 3)), p=(0.3, 0.5, 0.2))
    signal = _warped(random, gaussian_filter(signal, blur))
    picture = _coloured(random, _contrast(random, signal))
    return np.round(np.clip(_camera(random, picture), 0, 1) * 255).astype(np.uint8)


def field(random, slope=None, shape=(SIZE, SIZE)) -> np.ndarray:
    """A Gaussian random field of mean 0 and variance 1 whose power falls with frequency^slope, stretched along one direction."""
    slope = random.uniform(0.5, 4.5) if slope is None else slope
    angle, stretch = random.uniform(0, np.pi), np.exp(random.choice((0, random.uniform(0, 1.8)), p=(0.6, 0.4)))
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None]
    along, across = fx * np.cos(angle) + fy * np.sin(angle), -fx * np.sin(angle) + fy * np.cos(angle)
    frequency = np.hypot(along * stretch, across)
    lowest = random.choice((0.5, random.uniform(1, 12)), p=(0.5, 0.5)) / SIZE  # above it: a texture with a largest scale
    amplitude = (frequency ** 2 + lowest ** 2) ** (-slope / 4)
    amplitude[0, 0] = 0
    values = np.fft.irfft2(np.fft.rfft2(random.standard_normal(shape)) * amplitude, s=shape)
    return (values / max(values.std(), 1e-9)).astype(np.float32)


def _unit(signal):
    """The signal with mean 0 and a standard deviation of 1; a constant one is all 0."""
    signal = signal - signal.mean()
    return signal / max(float(signal.std()), 1e-3)


def _background(random):
    """Shading: level, gradient, vignette and clouds; sometimes a texture."""
    y, x = _Y / SIZE - 0.5, _X / SIZE - 0.5
    tilt = random.normal(0, 0.5, 2)
    signal = tilt[0] * y + tilt[1] * x
    if random.random() < 0.3:
        cy, cx = random.uniform(-0.6, 0.6, 2)
        signal = signal - random.uniform(0, 2) * ((y - cy) ** 2 + (x - cx) ** 2)
    if random.random() < 0.3:
        signal = signal + random.uniform(0.1, 0.8) * field(random, 4.0)
    if random.random() < 0.55:
        signal = signal + random.uniform(0.1, 1.2) * _texture(random)
    return signal.astype(np.float32)


def _texture(random):
    """A random field as it is, or bent: ridges, pits, plateaus, two fields where a third chooses."""
    values = field(random)
    way = int(random.integers(6))
    if way == 1:
        values = -np.abs(values)
    elif way == 2:
        values = np.exp(random.uniform(0.4, 1.0) * values)
    elif way == 3:
        values = np.tanh(random.uniform(1, 4) * (values - random.uniform(-1, 1)))
    elif way == 4:
        share = 1 / (1 + np.exp(-random.uniform(2, 12) * field(random, 3.5)))
        values = share * values + (1 - share) * field(random)
    elif way == 5:
        values = values * (1 + np.clip(field(random, 3.5), -1, 1))
    return _unit(values)


def _spots(random, count, keep_apart):
    """`count` points [count, 2] within the picture and a little around it."""
    points = random.uniform(-0.1 * SIZE, 1.1 * SIZE, (count, 2))
    if keep_apart and count > 2:
        for _ in range(6):  # push every point away from its nearest neighbour
            tree = cKDTree(points)
            near = points[tree.query(points, 2)[1][:, 1]]
            points = points + 0.25 * (points - near)
    return points


def _bodies(random):
    """Round things of one kind: filled, hollow, textured, with a nucleolus or a bright rim; many small or few large."""
    radius = np.exp(random.uniform(np.log(1.2), np.log(30)))
    count = int(np.clip(random.uniform(0.1, 0.9) * SIZE ** 2 / (4 * radius ** 2), 1, 160))
    softness, hollow, rim = random.uniform(0.3, 1.5), random.uniform(0, 1), random.uniform(0, 0.8)
    signal = np.zeros((SIZE, SIZE), np.float32)
    grain = 1 + random.uniform(0, 0.5) * field(random, random.uniform(1, 3))
    for cy, cx in _spots(random, count, random.random() < 0.6):
        r = radius * random.uniform(0.7, 1.3)
        reach = int(1.6 * r + 4 * softness + 3)
        top, left = max(0, int(cy) - reach), max(0, int(cx) - reach)
        bottom, right = min(SIZE, int(cy) + reach), min(SIZE, int(cx) + reach)
        if top >= bottom or left >= right:
            continue
        dy, dx = _Y[top:bottom, left:right] - cy, _X[top:bottom, left:right] - cx
        angle = np.arctan2(dy, dx)
        edge = r * (1 + random.uniform(0, 0.25) * np.cos(2 * (angle - random.uniform(0, np.pi)))
                    + random.uniform(0, 0.08) * np.cos(3 * (angle - random.uniform(0, np.pi))))
        inside = edge - np.hypot(dy, dx)
        body = 1 / (1 + np.exp(np.clip(-inside / softness, -30, 30)))
        if hollow > 0.6:
            body = body * (1 - hollow * np.clip(inside / (0.6 * r), 0, 1))
        body = body * (1 - rim + rim * np.exp(-(inside / max(0.15 * r, 0.8)) ** 2))
        part = signal[top:bottom, left:right]
        np.maximum(part, body * random.uniform(0.6, 1), out=part)
    return signal * grain


def _halos(random):
    """Bodies as phase contrast shows them: less what is around them, so that a bright halo surrounds each."""
    bodies = _bodies(random)
    return bodies - random.uniform(0.5, 1) * gaussian_filter(bodies, random.uniform(3, 10)) + 0.3 * bodies * field(random, 2)


def _relief(random):
    """A slope of bodies or a texture, as differential interference contrast and oblique light show it."""
    height = gaussian_filter(_bodies(random) if random.random() < 0.6 else _texture(random), random.uniform(0.5, 2))
    dy, dx = np.gradient(height)
    angle = random.uniform(0, 2 * np.pi)
    return dy * np.sin(angle) + dx * np.cos(angle)


def _fibres(random):
    """Lines that bend, of one width: parallel, from a centre, or any way."""
    count, width = int(random.integers(1, 40)), np.exp(random.uniform(np.log(0.6), np.log(5)))
    main, spread, bend = random.uniform(0, np.pi), random.choice((0.1, 0.4, 3)), random.uniform(0, 0.25)
    ys, xs, weights = [], [], []
    for y, x in _spots(random, count, False):
        steps = int(random.uniform(20, 200))
        heading = main + spread * random.normal() + np.cumsum(gaussian_filter(random.normal(0, bend, steps), 3))
        ys.append(y + np.cumsum(np.sin(heading)) * 0.7)
        xs.append(x + np.cumsum(np.cos(heading)) * 0.7)
        weights.append(np.full(steps, random.uniform(0.5, 1)))
    counts, _, _ = np.histogram2d(np.concatenate(ys), np.concatenate(xs), bins=SIZE, range=((0, SIZE), (0, SIZE)),
                                  weights=np.concatenate(weights))
    line = gaussian_filter(counts, width) * width
    return (1 - np.exp(-random.uniform(0.6, 3) * line)).astype(np.float32)


def _tiling(random):
    """Cells that fill the picture: their borders, their insides, or both; on a lattice or anyhow."""
    pitch = np.exp(random.uniform(np.log(5), np.log(50)))
    if random.random() < 0.5:
        points = _lattice(random, pitch)
    else:
        points = _spots(random, max(3, int((1.2 * SIZE / pitch) ** 2)), True)
    y, x = _Y + random.uniform(0, 4) * field(random, 4), _X + random.uniform(0, 4) * field(random, 4)
    distance, index = cKDTree(points).query(np.stack((y, x), -1).reshape(-1, 2), 2)
    gap = (distance[:, 1] - distance[:, 0]).reshape(SIZE, SIZE)
    border = np.exp(-(gap / np.exp(random.uniform(np.log(0.7), np.log(0.25 * pitch + 0.8)))) ** 2)
    insides = random.uniform(0, 1, len(points))[index[:, 0]].reshape(SIZE, SIZE)
    dome = np.clip(1 - (distance[:, 0].reshape(SIZE, SIZE) / (0.7 * pitch)) ** 2, 0, 1)
    shares = random.dirichlet((0.8, 0.5, 0.5))
    return (shares[0] * border + shares[1] * insides + shares[2] * dome).astype(np.float32)


def _lattice(random, pitch):
    """Points of a bent lattice with some disorder, rows shifted or not, wider than the picture."""
    rows = np.arange(-1, 2 * SIZE / pitch + 2)
    angle, shift, flat = random.uniform(0, np.pi), random.choice((0, 0.5)), random.uniform(0.4, 1)
    v, u = np.meshgrid(rows * flat, rows, indexing="ij")
    u = u + shift * (np.arange(len(rows))[:, None] % 2)
    v, u = (v - rows.mean() * flat) * pitch, (u - rows.mean()) * pitch
    points = np.stack((v * np.cos(angle) - u * np.sin(angle), v * np.sin(angle) + u * np.cos(angle)), -1).reshape(-1, 2) + SIZE / 2
    return points + random.uniform(0, 0.15) * pitch * random.standard_normal(points.shape)


def _waves(random):
    """Stripes: one or two waves with a wandering phase, sine or sharp."""
    signal = np.zeros((SIZE, SIZE), np.float32)
    for _ in range(int(random.integers(1, 3))):
        angle, period = random.uniform(0, np.pi), np.exp(random.uniform(np.log(4), np.log(40)))
        phase = (_X * np.cos(angle) + _Y * np.sin(angle)) * 2 * np.pi / period + random.uniform(0, 2) * field(random, 4)
        wave = np.sin(phase)
        signal = signal + (np.tanh(random.uniform(1, 5) * wave) if random.random() < 0.5 else wave)
    return signal


def _strokes(random):
    """Short straight strokes in rows, as writing, scale marks and scratches have them."""
    height, signal = random.uniform(3, 12), np.zeros((SIZE, SIZE), np.float32)
    for row in np.arange(random.uniform(0, height), SIZE, random.uniform(1.5, 3) * height):
        x = random.uniform(0, 10)
        while x < SIZE:
            length, angle = height * random.uniform(0.3, 1), random.choice((0, np.pi / 2, random.uniform(0, np.pi)))
            t = np.linspace(-0.5, 0.5, int(2 * length) + 2) * length
            y0, x0 = np.round(row + t * np.sin(angle)).astype(int), np.round(x + t * np.cos(angle)).astype(int)
            inside = (y0 >= 0) & (y0 < SIZE) & (x0 >= 0) & (x0 < SIZE)
            signal[y0[inside], x0[inside]] = 1
            x += height * random.uniform(0.3, 1.0) * random.choice((1, 3), p=(0.85, 0.15))
    return np.minimum(1, gaussian_filter(signal, random.uniform(0.4, 1)) * 2)


def _region(random):
    """Two grounds with a bent border between: an edge of tissue, a drop, a well's wall; each with its texture."""
    inside = 1 / (1 + np.exp(-np.clip(random.uniform(2, 30) * (field(random, 4.5) + random.uniform(-1, 1)), -30, 30)))
    return inside * (1 + random.uniform(0, 0.5) * _texture(random)) + (1 - inside) * random.uniform(0, 0.4) * _texture(random)


_PAINTERS = (_bodies, _halos, _relief, _fibres, _tiling, _waves, _strokes, _region, _texture)
_SHARES = (0.26, 0.09, 0.09, 0.12, 0.14, 0.05, 0.05, 0.1, 0.1)


def _warped(random, signal):
    """A third of the pictures bent a little, so that nothing is quite straight."""
    if random.random() < 0.67:
        return signal
    bend = random.uniform(1, 5)
    return map_coordinates(signal, (_Y + bend * field(random, 4.5), _X + bend * field(random, 4.5)), order=1, mode="reflect")


def _contrast(random, signal):
    """The signal in 0…1: any part of the range, low contrasts often, sometimes with cut ends or a gamma."""
    low, high = np.quantile(signal, (0.002, 0.998))
    signal = (signal - low) / max(high - low, 1e-3)
    if random.random() < 0.4:
        signal = np.clip(signal, 0, 1) ** np.exp(random.normal(0, 0.4))
    width = random.choice((random.uniform(0.02, 0.4), random.uniform(0.4, 1.05)), p=(0.35, 0.65))
    start = random.uniform(min(0, 1 - width), max(0, 1 - width))
    return (start + width * signal).astype(np.float32)


def _coloured(random, signal):
    """Greys [SIZE, SIZE, 3] alike; one colour; or two stains that absorb light."""
    kind = random.choice(3, p=(0.68, 0.10, 0.22))
    if kind == 0:
        return np.repeat(signal[..., None], 3, 2)
    if kind == 1:
        colour, ground = random.uniform(0, 1, 3), random.uniform(0, 0.15, 3)
        return ground + signal[..., None] * (colour / colour.max() - ground)
    second = np.clip(0.4 + 0.35 * _unit(_PAINTERS[int(random.choice(len(_PAINTERS), p=_SHARES))](random)), 0, 2)
    stains = random.uniform(0.05, 1, (2, 3))
    light = random.uniform(0.8, 1, 3)
    density = signal[..., None] * random.uniform(0.3, 1.6) * stains[0] + second[..., None] * random.uniform(0, 1) * stains[1]
    return light * np.exp(-np.clip(density, 0, 6)).astype(np.float32)


def _camera(random, picture):
    """Shot noise, read noise, sometimes alike in neighbours; a third of the pictures are without."""
    if random.random() < 0.33:
        return picture
    grain = random.standard_normal(picture.shape) if np.ptp(picture, axis=2).max() > 1e-6 else \
        np.repeat(random.standard_normal((SIZE, SIZE, 1)), 3, 2)
    if random.random() < 0.4:
        near = random.uniform(0.4, 1.2)
        grain = gaussian_filter(grain, (near, near, 0))
        grain /= grain.std()
    read, shot = np.exp(random.uniform(np.log(0.002), np.log(0.06))), random.uniform(0, 0.06)
    return picture + grain * np.sqrt(read ** 2 + shot ** 2 * np.clip(picture, 0, None))
