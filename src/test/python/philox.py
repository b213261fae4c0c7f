"""Makes golden/philox.safetensors: draws of Philox-4x32-10 as rng=cuda makes them.

SEED.J = draw J (from 0) of 1024 numbers, computed with numpy:
words in 64-bit integers, the transform in float32.
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

OUT = Path(__file__).parent.parent / "resources/golden/philox.safetensors"
SEEDS = (0, 42, 2**32 - 1, 2**32 + 7, 2**63 - 1)
M0, M1, W0, W1, WORD = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85, 0xFFFFFFFF


def words(seed, draw, n):
    i = np.arange(n, dtype=np.uint64)
    c = [np.full(n, draw, np.uint64), np.zeros(n, np.uint64), i, np.zeros(n, np.uint64)]
    key = [seed % 2**32, seed // 2**32]
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(M0), c[2] * np.uint64(M1)
        high0, high1 = p0 >> np.uint64(32), p1 >> np.uint64(32)
        low0, low1 = p0 & np.uint64(WORD), p1 & np.uint64(WORD)
        k0, k1 = np.uint64(key[0]), np.uint64(key[1])
        c = [high1 ^ c[1] ^ k0, low1, high0 ^ c[3] ^ k1, low0]
        key = [(key[0] + W0) & WORD, (key[1] + W1) & WORD]
    return c[0], c[1]


def draw(seed, j, n):
    x, y = (word.astype(np.float32) for word in words(seed, j, n))
    u = x * np.float32(2**-32) + np.float32(2**-33)
    v = y * np.float32(2**-32) + np.float32(2**-33)
    return np.sqrt(np.float32(-2) * np.log(u)) * np.sin(v * np.float32(2 * np.pi))


if __name__ == "__main__":
    print(draw(0, 0, 4), draw(42, 0, 4), draw(42, 1, 2))
    save_file({f"{s}.{j}": draw(s, j, 1024) for s in SEEDS for j in (0, 1)}, OUT)
