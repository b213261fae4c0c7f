"""The same two tensors in the ways in which people's scripts save them: original/saved/*.pt, by torch 2.7.1.

w is [2, 3, 2, 2], v is [3, 2]; their elements are 0, 1, 2, …, modulo 16.
"""

from pathlib import Path

import torch

ROOT = Path(__file__).parents[1] / "resources/original/saved"

if __name__ == "__main__":
    ROOT.mkdir(parents=True, exist_ok=True)
    w = (torch.arange(24.0) % 16).reshape(2, 3, 2, 2)
    v = torch.arange(6.0).reshape(3, 2)
    whole = {"w": w, "v": v}
    turned = {"w": w.contiguous(memory_format=torch.channels_last), "v": v.t().contiguous().t()}
    sliced = {"w": torch.cat([w, w + 100], 1)[:, :3], "v": torch.cat([v, v], 1)[:, 2:]}
    files = {
        "channels-last": {"state_dict": turned},
        "slices": {"state_dict": sliced},
        "model": {"model": whole, "epoch": 3},
        "module": {"module": whole},
        "nested": {"model": {"state_dict": whole}},
        "parameters": {"w": torch.nn.Parameter(w), "v": torch.nn.Parameter(v, requires_grad=False)},
        "float8": {"w": w.to(torch.float8_e4m3fn), "v": v.to(torch.float8_e5m2)},
    }
    for name, content in files.items():
        torch.save(content, ROOT / f"{name}.pt")
    for protocol in (3, 4, 5):
        torch.save(whole, ROOT / f"protocol-{protocol}.pt", pickle_protocol=protocol)
        old = {"_use_new_zipfile_serialization": False, "pickle_protocol": protocol}
        torch.save(turned, ROOT / f"old-{protocol}.pt", **old)
        torch.save(files["float8"], ROOT / f"old-float8-{protocol}.pt", **old)
