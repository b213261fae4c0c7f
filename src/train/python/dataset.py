"""Draws the training pictures once, on all cores, and keeps them as bytes."""
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from scenes import SIZE, draw, scene_of


def picture_of(seed: int) -> np.ndarray:
    """The drawn picture of a seed: uint8 [SIZE, SIZE, 3]."""
    return np.round(draw(scene_of(seed)) * 255).astype(np.uint8)


def pictures(folder: Path, count: int, first: int = 0) -> np.ndarray:
    """The pictures of the seeds first … first + count - 1, drawn at the first call: uint8 [count, SIZE, SIZE, 3]."""
    path = folder / f"pictures_{first}_{count}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        drawn = np.empty((count, SIZE, SIZE, 3), np.uint8)
        with ProcessPoolExecutor() as pool:
            for i, picture in enumerate(pool.map(picture_of, range(first, first + count), chunksize=32)):
                drawn[i] = picture
        np.save(path, drawn)
    return np.load(path, mmap_mode="r")


def turned(pictures: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """Each picture mirrored (ways 4…7) and turned by `way % 4` quarters; 0 leaves it as it is."""
    return np.stack([np.rot90(p[:, ::-1] if way >= 4 else p, way % 4) for p, way in zip(pictures, ways)])


def ways_of(count: int) -> np.ndarray:
    """For 2·count examples of count pictures: first as they are, then each in one other of the eight ways."""
    return np.concatenate([np.zeros(count, int), np.random.default_rng(5).integers(1, 8, count)])
