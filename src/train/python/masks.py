"""Draws what is masked: ovals, polygons, strokes, frames, and several of them."""
import numpy as np
from scipy.ndimage import binary_dilation, gaussian_filter

from micrographs import SIZE

_Y, _X = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)


def draw(random, least: float = 0.004, most: float = 0.6) -> np.ndarray:
    """True [SIZE, SIZE] where a picture is to be repaired: between `least` and `most` of its area."""
    while True:
        mask = _SHAPES[int(random.choice(len(_SHAPES), p=(0.45, 0.2, 0.12, 0.06, 0.17)))](random)
        if least <= mask.mean() <= most:
            return mask


def _oval(random):
    half = np.exp(random.uniform(np.log(4), np.log(54), 2))
    if random.random() < 0.6:
        half[1] = half[0] * random.uniform(0.7, 1.4)
    cy, cx = random.uniform(0.15 * SIZE, 0.85 * SIZE, 2)
    angle = random.uniform(0, np.pi)
    v, u = (_Y - cy) * np.cos(angle) + (_X - cx) * np.sin(angle), (_X - cx) * np.cos(angle) - (_Y - cy) * np.sin(angle)
    return (v / half[0]) ** 2 + (u / half[1]) ** 2 <= 1


def _polygon(random):
    """The points nearer to a centre than a closed line of random distances; rectangles in a third."""
    cy, cx = random.uniform(0.2 * SIZE, 0.8 * SIZE, 2)
    if random.random() < 0.33:
        height, width = np.exp(random.uniform(np.log(3), np.log(50), 2))
        return (np.abs(_Y - cy) <= height) & (np.abs(_X - cx) <= width)
    corners = random.uniform(0.4, 1, int(random.integers(4, 12))) * np.exp(random.uniform(np.log(8), np.log(56)))
    turn = (np.arctan2(_Y - cy, _X - cx) / (2 * np.pi) % 1) * len(corners)
    at = turn.astype(int) % len(corners)
    reach = corners[at] + (turn - np.floor(turn)) * (corners[(at + 1) % len(corners)] - corners[at])
    return np.hypot(_Y - cy, _X - cx) <= reach


def _stroke(random):
    """A line of the hand, some pixels wide."""
    steps = int(random.uniform(20, 220))
    heading = random.uniform(0, 2 * np.pi) + np.cumsum(gaussian_filter(random.normal(0, 0.3, steps), 4))
    y, x = random.uniform(0, SIZE, 2)
    ys, xs = np.round(y + np.cumsum(np.sin(heading))).astype(int), np.round(x + np.cumsum(np.cos(heading))).astype(int)
    inside = (ys >= 0) & (ys < SIZE) & (xs >= 0) & (xs < SIZE)
    mask = np.zeros((SIZE, SIZE), bool)
    mask[ys[inside], xs[inside]] = True
    return binary_dilation(mask, iterations=int(random.integers(1, 8)))


def _frame(random):
    """All beyond one or two sides: what lies outside of a picture's edge."""
    mask = np.zeros((SIZE, SIZE), bool)
    for _ in range(int(random.integers(1, 3))):
        mask[:int(random.uniform(4, 0.4 * SIZE))] = True
        mask = np.rot90(mask, int(random.integers(4)))
    return mask.copy()


def _several(random):
    mask = np.zeros((SIZE, SIZE), bool)
    for _ in range(int(random.integers(2, 7))):
        mask |= (_oval, _polygon, _stroke)[int(random.choice(3, p=(0.5, 0.3, 0.2)))](random)
    return mask


_SHAPES = (_oval, _polygon, _stroke, _frame, _several)
