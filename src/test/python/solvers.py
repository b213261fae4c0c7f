"""Goldens of the schedulers that diffusers does not have: schedulers/solvers.json.

python solvers.py writes it. Each method is written here once more, in numpy and float64, by the formula of its source: k-diffusion's and ComfyUI's samplers,
and ERSDE's paper. The network, data and noise are those of schedulers.py.
"""

import itertools
import json
import math

import numpy as np
import torch

from schedulers import DATA, NOISE, RESOURCES, SEED, STABLE_DIFFUSION

TRAIN = 1000


def table():
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, TRAIN, dtype=torch.float32) ** 2
    cumprod = torch.cumprod(1 - betas, 0)
    return (((1 - cumprod) / cumprod) ** 0.5).double().numpy()


class Run:
    """The sigmas of a run, Karras', and what its method asks for."""

    def __init__(self, steps, strength, is_whole):
        """is_whole: whether the network is told whole times."""
        self.table, self.is_whole = table(), is_whole
        ramp = np.linspace(0, 1, steps)
        least, most = self.table[0] ** (1 / 7), self.table[-1] ** (1 / 7)
        sigmas = ((most + ramp * (least - most)) ** 7).astype(np.float32).astype(float)
        begin = steps - min(int(steps * strength), steps)
        self.sigmas = np.append(sigmas[begin:], 0.0)
        start = self.sigmas[0] * NOISE.numpy()
        self.x = start if begin == 0 else DATA.numpy() + start
        self.generator = torch.Generator().manual_seed(SEED)
        self.times = []
        self.seen = []

    def denoised(self, x, sigma):
        """The data as the network predicts them of a VE sample; epsilon prediction."""
        t = float(np.interp(math.log(sigma), np.log(self.table), np.arange(TRAIN)))
        t = float(np.rint(t)) if self.is_whole else t
        self.times.append(t)
        self.seen.append(sigma)
        out = np.tanh(x / math.sqrt(sigma**2 + 1)) * (t + 1) / (t + 2)
        return x - sigma * out

    def slope(self, x, sigma):
        return (x - self.denoised(x, sigma)) / sigma

    def draw(self):
        return torch.randn((1, 1, 2, 2), generator=self.generator).double().numpy().reshape(-1)


def ipndm(run):
    x, history = run.x, []
    weights = ([1], [1.5, -0.5], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24])
    for now, then in zip(run.sigmas[:-1], run.sigmas[1:]):
        history = [run.slope(x, now)] + history[:3]
        chosen = weights[0] if then == 0 else weights[len(history) - 1]
        x = x + (then - now) * sum(w * d for w, d in zip(chosen, history))
    return x


def gradient_estimation(run):
    x, before = run.x, None
    for now, then in zip(run.sigmas[:-1], run.sigmas[1:]):
        d = run.slope(x, now)
        bar = d if before is None or then == 0 else d + (d - before)
        x, before = x + (then - now) * bar, d
    return x


def res_multistep(run):
    x, before, last = run.x, None, None
    for now, then in zip(run.sigmas[:-1], run.sigmas[1:]):
        data = run.denoised(x, now)
        if before is None or then == 0:
            x = x + (x - data) / now * (then - now)
        else:
            h = math.log(now / then)
            c = -math.log(last / now) / h
            phi1 = (1 - math.exp(-h)) / h
            phi2 = (1 - phi1) / h
            x = math.exp(-h) * x + h * ((phi1 - phi2 / c) * data + phi2 / c * before)
        before, last = data, now
    return x


def dpmpp_2s_a(run):
    x = run.x
    for now, then in zip(run.sigmas[:-1], run.sigmas[1:]):
        data = run.denoised(x, now)
        up = min(then, math.sqrt(then**2 * (now**2 - then**2) / now**2))
        down = math.sqrt(then**2 - up**2)
        if then == 0:
            return data
        middle = math.sqrt(now * down)
        second = run.denoised(middle / now * x + (1 - middle / now) * data, middle)
        x = down / now * x + (1 - down / now) * second + up * run.draw()
    return x


def dpmpp_3m_sde(run):
    x, data_before, h_before = run.x, [], []
    for now, then in zip(run.sigmas[:-1], run.sigmas[1:]):
        data = run.denoised(x, now)
        if then == 0:
            return data
        h = math.log(now / then)
        big = 2 * h
        x = math.exp(-big) * x + (1 - math.exp(-big)) * data
        phi2 = (math.exp(-big) - 1) / big + 1
        if len(data_before) >= 2:
            r0, r1 = h_before[0] / h, h_before[1] / h
            a, b = (data - data_before[0]) / r0, (data_before[0] - data_before[1]) / r1
            phi3 = phi2 / big - 0.5
            x = x + phi2 * (a + (a - b) * r0 / (r0 + r1)) - phi3 * (a - b) / (r0 + r1)
        elif data_before:
            x = x + phi2 * (data - data_before[0]) / (h_before[0] / h)
        x = x + then * math.sqrt(1 - math.exp(-2 * h)) * run.draw()
        data_before, h_before = [data] + data_before[:1], [h] + h_before[:1]
    return x


def heunpp2(run):
    x, s = run.x, run.sigmas
    for i in range(len(s) - 1):
        d, dt = run.slope(x, s[i]), s[i + 1] - s[i]
        if s[i + 1] == 0:
            return x + d * dt
        x2 = x + d * dt
        d2 = run.slope(x2, s[i + 1])
        if s[i + 2] == 0:
            w2 = s[i + 1] / (2 * s[0])
            x = x + dt * ((1 - w2) * d + w2 * d2)
        else:
            d3 = run.slope(x2 + d2 * (s[i + 2] - s[i + 1]), s[i + 2])
            w2, w3 = s[i + 1] / (3 * s[0]), s[i + 2] / (3 * s[0])
            x = x + dt * ((1 - w2 - w3) * d + w2 * d2 + w3 * d3)
    return x


def er_sde(run):
    """In VP terms, as the paper's algorithm for VP: the sample is divided by √(σ² + 1)."""
    scale = lambda sigma: 1 / math.sqrt(sigma**2 + 1)
    f = lambda s: s * (math.exp(s**0.3) + 10)
    x = run.x * (1 if np.array_equal(run.x, run.sigmas[0] * NOISE.numpy()) else scale(run.sigmas[0]))
    x = NOISE.numpy() if np.array_equal(run.x, run.sigmas[0] * NOISE.numpy()) else x
    data_before, s_before, d1_before = None, [], None
    for s, then in zip(run.sigmas[:-1], run.sigmas[1:]):
        data = run.denoised(x / scale(s), s)
        if then == 0:
            return data
        alpha, next_alpha, r = scale(s), scale(then), f(then) / f(s)
        y = next_alpha / alpha * r * x + next_alpha * (1 - r) * data
        d1 = None
        if data_before is not None:
            delta = (s - then) / 100
            points = then + delta * np.arange(100)
            f_points = np.array([f(p) for p in points])
            d1 = (data - data_before) / (s - s_before[0])
            y = y + next_alpha * (then - s + f(then) * np.sum(delta / f_points)) * d1
            if d1_before is not None:
                d2 = (d1 - d1_before) / ((s - s_before[1]) / 2)
                y = y + next_alpha * ((then - s) ** 2 / 2 + f(then) * np.sum(delta * (points - s) / f_points)) * d2
        x = y + next_alpha * math.sqrt(max(0, then**2 - s**2 * r**2)) * run.draw()
        data_before, s_before, d1_before = data, [s] + s_before[:1], d1
    return x


def restart(run):
    n = len(run.sigmas) - 1
    times = 0 if n < 20 else 1 if n < 36 else 2
    again = 9 if times < 2 else n // 4

    def karras(count, low, high):
        ramp, low, high = np.linspace(0, 1, count), low ** (1 / 7), high ** (1 / 7)
        return list(((high + ramp * (low - high)) ** 7).astype(np.float32).astype(float))

    ladder = list(run.sigmas)
    if times:
        ladder = karras(n - again * times, ladder[-2], ladder[0]) + [0.0]
    low, high = (int(np.argmin(np.abs(np.array(ladder) - s))) for s in (0.1, 2))
    pairs = []
    for i in range(len(ladder) - 1):
        pairs.append((ladder[i], ladder[i + 1]))
        if i + 1 == low and high < low:
            back = karras(again + 1, ladder[low], ladder[high])
            pairs += list(zip(back[:-1], back[1:])) * times
    x, last = run.x, None
    for now, then in pairs:
        if last is not None and now > last:
            x = x + math.sqrt(now**2 - last**2) * run.draw()
        d = run.slope(x, now)
        y = x + (then - now) * d
        x = y if then == 0 else x + (then - now) * (d + run.slope(y, then)) / 2
        last = then
    return x


METHODS = (er_sde, res_multistep, dpmpp_2s_a, dpmpp_3m_sde, ipndm, heunpp2, gradient_estimation)


def case(method, steps, strength):
    run = Run(steps, strength, method is er_sde)
    result = method(run)
    every = max(1, len(run.times) // 8)
    return dict(
        name=method.__name__, config=dict(STABLE_DIFFUSION, beta_schedule="scaled_linear"), steps=steps, strength=strength, every=every,
        timesteps=[round(t, 4) for t in run.times[::every]], sigmas=[float(f"{s:.6g}") for s in run.seen[::every]],
        result=[float(f"{x:.7g}") for x in result],
    )


def main():
    cases = [case(*c) for c in itertools.product(METHODS, (2, 3, 8, 20), (0.5, 1.0)) if int(c[1] * c[2]) > 0]
    cases += [case(restart, *c) for c in itertools.product((2, 8, 19, 20, 35, 36, 50), (0.5, 1.0))]
    path = RESOURCES / "solvers.json"
    path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
    print(path, len(cases), "cases", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
