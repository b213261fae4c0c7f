"""What every training shares: device, learning rate, weight average, checkpoints that a second call resumes from."""
import copy
import math
import time
from pathlib import Path

import torch
import torch.distributed as workers


def device_of(name: str) -> torch.device:
    """`auto` is the GPU where there is one."""
    return torch.device(("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name)


def learning_rate(step: int, steps: int, peak: float, warmup: int = 100) -> float:
    """Linear warm-up, then a cosine down to a hundredth."""
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup))))


def train(modules: torch.nn.ModuleDict, loss_of, steps: int, peak: float, checkpoint: Path, device: torch.device,
          decay: float = 0.999, seed: int = 0) -> torch.nn.ModuleDict:
    """Minimises `loss_of(modules, generator, step)` and returns the average of the weights.

    The generator of a step is seeded by the step, so a resumed training goes on as if it had never stopped.
    Under torchrun every worker draws its own examples and the gradients are averaged."""
    rank, size = (workers.get_rank(), workers.get_world_size()) if workers.is_initialized() else (0, 1)
    optimizer = torch.optim.AdamW(modules.parameters(), lr=peak, betas=(0.9, 0.99), weight_decay=1e-2)
    average = copy.deepcopy(modules).requires_grad_(False)
    step = _resume(checkpoint, modules, average, optimizer, device)
    started, first, shown = time.time(), step, 0.0
    while step < steps:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, steps, peak)
        with precision(device):
            loss = loss_of(modules, torch.Generator().manual_seed(seed + step * size + rank), step)
        optimizer.zero_grad()
        loss.backward()
        _share_gradients(modules, size)
        torch.nn.utils.clip_grad_norm_(modules.parameters(), 1.0)
        optimizer.step()
        step += 1
        _follow(average, modules, min(decay, (1 + step) / (10 + step)))
        shown = loss.item() if step == first + 1 else 0.98 * shown + 0.02 * loss.item()
        if rank == 0 and (step % 50 == 0 or step == steps):
            print(f"{checkpoint.stem} {step}/{steps} loss {shown:.5f} {(time.time() - started) / (step - first):.3f} s/step",
                  flush=True)
        if rank == 0 and (step % 250 == 0 or step == steps):
            _save(checkpoint, step, modules, average, optimizer)
    return average


def precision(device: torch.device) -> torch.autocast:
    """Products in bfloat16 where that is faster."""
    return torch.autocast(device.type, torch.bfloat16, enabled=_multiplies_bfloat16(device))


def _multiplies_bfloat16(device: torch.device) -> bool:
    """Whether products of bfloat16 are faster than those of float32 there."""
    return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()


def _share_gradients(modules, size):
    """Makes each worker's gradients the mean over all of them."""
    if size > 1:
        gradients = [p.grad for p in modules.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        workers.all_reduce(flat)
        for gradient, mean in zip(gradients, flat.div_(size).split([g.numel() for g in gradients])):
            gradient.copy_(mean.view_as(gradient))


def _follow(average, modules, decay):
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(modules.parameters()), 1 - decay)


def _save(path, step, modules, average, optimizer):
    new = path.with_suffix(".new")
    torch.save({"step": step, "modules": modules.state_dict(), "average": average.state_dict(),
                "optimizer": optimizer.state_dict()}, new)
    new.replace(path)


def _resume(path, modules, average, optimizer, device):
    if not path.exists():
        return 0
    state = torch.load(path, map_location=device, weights_only=True)
    modules.load_state_dict(state["modules"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    return state["step"]
