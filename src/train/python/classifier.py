"""A small judge of pictures, trained on drawn scenes alone: which structure, which colour, how many."""
import numpy as np
import torch
from torch import nn

import dataset
import scenes
from scenes import COLOURS, NUMBERS, STRUCTURES

STEPS, BATCH = 1500, 48
HEADS = (len(STRUCTURES), len(COLOURS), len(NUMBERS))


class Classifier(nn.Module):
    """Pictures [batch, 3, 128, 128] in -1…1 to the scores of structures, colours and numbers."""

    def __init__(self):
        super().__init__()
        layers, channels = [nn.AvgPool2d(2)], (3, 24, 48, 96, 128)
        for i, (before, after) in enumerate(zip(channels, channels[1:])):
            layers += [nn.Conv2d(before, after, 3, padding=1, stride=2 if i else 1), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleList(nn.Linear(2 * channels[-1] + 6, n) for n in HEADS)

    def forward(self, x):
        features = self.body(x).flatten(2)
        colours = x.flatten(2)
        pooled = torch.cat([features.mean(2), features.amax(2), colours.mean(2), colours.std(2)], 1)
        return [head(pooled) for head in self.heads]


def labels_of(seed: int) -> tuple[int, int, int]:
    """What the scene of a seed shows."""
    scene = scenes.scene_of(seed)
    return STRUCTURES.index(scene.structure), list(COLOURS).index(scene.colour), NUMBERS.index(scene.number)


def train(drawn: np.ndarray, steps: int = STEPS) -> Classifier:
    """Learns from drawn pictures, blurred and made noisy at random so that no trifle decides."""
    torch.manual_seed(6)
    model = Classifier()
    labels = torch.tensor([labels_of(seed) for seed in range(len(drawn))])
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    random = np.random.default_rng(7)
    for _ in range(steps):
        chosen = np.sort(random.integers(len(drawn), size=BATCH))
        ways = random.integers(8, size=BATCH)
        x = _to_tensor(dataset.turned(drawn[chosen], ways))
        x = _worsened(x, random)
        loss = sum(nn.functional.cross_entropy(scores, labels[chosen, i]) for i, scores in enumerate(model(x)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model.eval()


@torch.no_grad()
def judge(model: Classifier, pictures: np.ndarray) -> np.ndarray:
    """For bytes [pictures, 128, 128, 3]: structure, colour and number as indices, and the number as a value 0…2."""
    rows = []
    for i in range(0, len(pictures), 64):
        scores = model(_to_tensor(pictures[i:i + 64]))
        value = (scores[2].softmax(1) * torch.arange(3)).sum(1)
        rows.append(torch.stack([*(s.argmax(1).float() for s in scores), value], 1))
    return torch.cat(rows).numpy()


def _to_tensor(pictures):
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def _worsened(x, random):
    if random.random() < 0.5:
        x = 0.5 * x + 0.5 * nn.functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
    return x + random.uniform(0, 0.06) * torch.from_numpy(random.standard_normal(x.shape, np.float32))
