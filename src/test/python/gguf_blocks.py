"""Golden numbers of GGUF's quantised blocks, and tiny GGUF files.

    pip install gguf==0.19.0; python gguf_blocks.py

    blocks.gguf         a tensor [2, 512] of each type, of random bytes with scales as models have them
    blocks.safetensors  what the package gguf makes of them, float32
"""

from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Q
from safetensors.numpy import save_file

GOLDEN = Path(__file__).parents[1] / "resources/golden"
OUT = GOLDEN / "gguf"
TYPES = [Q.F32, Q.F16, Q.BF16, Q.Q4_0, Q.Q4_1, Q.Q5_0, Q.Q5_1, Q.Q8_0, Q.Q2_K, Q.Q3_K, Q.Q4_K, Q.Q5_K, Q.Q6_K]
HALVES = {  # where the blocks hold float16
    Q.Q4_0: [0], Q.Q4_1: [0, 2], Q.Q5_0: [0], Q.Q5_1: [0, 2], Q.Q8_0: [0],
    Q.Q2_K: [80, 82], Q.Q3_K: [108], Q.Q4_K: [0, 2], Q.Q5_K: [0, 2], Q.Q6_K: [208],
}


def blocks(kind, shape, rng):
    """Random bytes of a type, [rows, bytes of a row]."""
    size, count = gguf.GGML_QUANT_SIZES[kind][1], gguf.GGML_QUANT_SIZES[kind][0]
    if kind not in HALVES:
        numbers = rng.standard_normal(shape).astype(np.float32)
        return gguf.quants.quantize(numbers, kind) if kind != Q.F32 else numbers
    data = rng.integers(0, 256, (shape[0] * shape[1] // count, size), np.uint8)
    for at in HALVES[kind]:
        scales = (rng.standard_normal(len(data)) * 0.01).astype(np.float16)
        data[:, at : at + 2] = scales[:, None].view(np.uint8)
    return data.reshape(shape[0], -1)


def write_blocks():
    rng = np.random.default_rng(24)
    writer = gguf.GGUFWriter(OUT / "blocks.gguf", "flux")
    golden = {}
    for kind in TYPES:
        data = blocks(kind, (2, 512), rng)
        writer.add_tensor(kind.name, data, raw_dtype=kind)
        golden[kind.name] = np.ascontiguousarray(gguf.quants.dequantize(data, kind).reshape(2, 512))
    finish(writer)
    save_file(golden, OUT / "blocks.safetensors")


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    write_blocks()
