"""Teach a small image tower to see what a frozen teacher sees, cell by cell.

Dense distillation: the student's feature map is matched with the teacher's at every cell (49 a photo), with hints
at two earlier strides (Romero et al., "FitNets", 2015), on cropped and flipped views whose targets are computed once
and kept. Once it sees roughly the same, it is aimed: at the mean over the cells, which is what retrieval looks at, and
at what guides make of it, which is what sentences speak of (Yang et al., "CLIP-KD", 2024: mimicry of features helps
most).
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.loop import Course, Standing, follow
from engine.training.optim import Muon, split_matrices
from engine.training.progress import Budget, Log, cosine_rate
from engine.training.teacher import Teacher

TARGET_BLOCKS = (5, 11, 12)
TARGET_CHANNELS = (256, 512, 1024)
TARGET_GRIDS = (14, 14, 7)
# ReLU6 never leaves 0..6, so eight bits lose 0.6 % of the range.
TARGET_SCALE = 255 / 6.0
LOOK_EVERY_S = 150.0


@dataclass(frozen=True, slots=True)
class Views:
    """How each photo is cut. boxes: float32[v, n, 4] as top, left, height, width in 0..1; flips: bool[v, n]."""

    boxes: np.ndarray
    flips: np.ndarray


def make_views(views: int, photos: int, *, seed: int, smallest: float = 0.35) -> Views:
    """Random crops with aspect 3:4 to 4:3 and flips; view 0 is the whole photo, as it is."""
    rng = np.random.default_rng(seed)
    area = rng.uniform(smallest, 1.0, (views, photos))
    aspect = np.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3), (views, photos)))
    height = np.minimum(np.sqrt(area / aspect), 1.0)
    width = np.minimum(np.sqrt(area * aspect), 1.0)
    top, left = (1 - height) * rng.random((views, photos)), (1 - width) * rng.random((views, photos))
    boxes = np.stack([top, left, height, width], -1).astype(np.float32)
    flips = rng.random((views, photos)) < 0.5
    boxes[0], flips[0] = (0, 0, 1, 1), False
    return Views(boxes, flips)


def cut_view(photo: np.ndarray, box: np.ndarray, flip: bool) -> Tensor:
    """uint8[R, R, 3] -> uint8[3, R, R]: the box of the photo, stretched back to the full square."""
    side = photo.shape[0]
    top, left, height, width = (box * side).round().astype(int)
    part = torch.from_numpy(np.ascontiguousarray(photo[top : top + max(height, 1), left : left + max(width, 1)]))
    x = part.permute(2, 0, 1)[None]
    if x.shape[-2:] != (side, side):
        x = F.interpolate(x, (side, side), mode="bilinear", antialias=True)
    return x[0].flip(-1) if flip else x[0]


def jitter_colour(photos: Tensor, generator: torch.Generator) -> Tensor:
    """uint8[n, 3, R, R] -> float32, 0..255: brightness, contrast and saturation of each photo by up to 30 %."""
    n = photos.shape[0]
    bright, contrast, saturation = (0.7 + 0.6 * torch.rand(3, n, 1, 1, 1, generator=generator)).unbind(0)
    x = photos.float() * bright
    x = torch.lerp(x.mean((1, 2, 3), keepdim=True), x, contrast)
    return torch.lerp(x.mean(1, keepdim=True), x, saturation).clamp_(0, 255)


def cache_targets(photos: np.ndarray, views: Views, teacher: Teacher, folder: Path) -> list[np.ndarray]:
    """Run the teacher over every view once. Returns uint8[v, n, g, g, c] maps, one per target block, kept on disk."""
    shapes = [(*views.flips.shape, grid, grid, c) for grid, c in zip(TARGET_GRIDS, TARGET_CHANNELS, strict=True)]
    paths = [folder / f"target_{block}.npy" for block in TARGET_BLOCKS]
    if (folder / "targets.done").exists():
        return [np.load(path, mmap_mode="r") for path in paths]
    maps: list[np.ndarray] = [
        np.lib.format.open_memmap(path, "w+", np.uint8, shape) for path, shape in zip(paths, shapes, strict=True)
    ]
    for v in range(views.flips.shape[0]):
        for start in range(0, len(photos), 64):
            rows = range(start, min(start + 64, len(photos)))
            x = torch.stack([cut_view(photos[i], views.boxes[v, i], views.flips[v, i]) for i in rows])
            for kept, features, grid in zip(maps, teacher(x, TARGET_BLOCKS), TARGET_GRIDS, strict=True):
                features = F.adaptive_avg_pool2d(features.float(), grid).permute(0, 2, 3, 1)
                kept[v, start : start + len(rows)] = (features * TARGET_SCALE).round().clamp(0, 255).byte().numpy()
    (folder / "targets.done").touch()
    return maps


class Student(nn.Module):
    """A timm trunk with one 1x1 convolution per target block, used only while it learns."""

    def __init__(self, trunk: Any) -> None:
        super().__init__()
        self.trunk: Any = trunk
        # The last stage is what the tower shows; the two before it at strides 8 and 16 take the hints.
        self.stages = [i for i, info in enumerate(trunk.feature_info) if info["reduction"] in (8, 16)]
        widths = [trunk.feature_info[i]["num_chs"] for i in self.stages] + [trunk.num_features]
        self.adapters = nn.ModuleList(nn.Conv2d(width, c, 1) for width, c in zip(widths, TARGET_CHANNELS, strict=True))

    def forward(self, photos: Tensor, *, hints: bool = True) -> list[Tensor]:
        """float[n, 3, R, R], normalised -> one map [n, c, g, g] per target block, or of the last alone."""
        if not hints:
            return [self.adapters[-1](self.trunk.forward_features(photos))]
        last, middle = self.trunk.forward_intermediates(photos, indices=self.stages)
        maps = [F.adaptive_avg_pool2d(m, grid) for m, grid in zip(middle, TARGET_GRIDS[:2], strict=True)] + [last]
        return [adapt(m) for adapt, m in zip(self.adapters, maps, strict=True)]


def dense_loss(student: Tensor, target: Tensor) -> Tensor:
    """Squared error plus one minus the cosine of each cell; maps [n, c, g, g], in units of each channel's spread."""
    student = student.float()
    return F.mse_loss(student, target) + (1 - F.cosine_similarity(student, target, dim=1)).mean()


def make_strided_fast(trunk: nn.Module) -> None:
    """Compute strided depthwise convolutions as a sum over the four phases of the grid: the same numbers.

    oneDNN's backward pass of a strided depthwise convolution takes a third of the whole step otherwise.
    """
    for module in trunk.modules():
        if isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1 and module.stride == (2, 2):
            module.forward = _PhasedConv(module)  # type: ignore[method-assign,assignment]


class _PhasedConv:
    def __init__(self, conv: nn.Conv2d) -> None:
        self.weight, self.pad = conv.weight, int(conv.padding[0])
        if conv.bias is not None:
            raise ValueError("a strided depthwise convolution with a bias is not expected here")

    def __call__(self, x: Tensor) -> Tensor:
        x = F.pad(x, (self.pad,) * 4).permute(0, 2, 3, 1)  # [n, H, W, c]
        n, height, width, c = x.shape
        x = x.view(n, height // 2, 2, width // 2, 2, c).permute(0, 1, 3, 2, 4, 5)
        x = x.reshape(n, height // 2, width // 2, 4 * c).permute(0, 3, 1, 2)  # [n, 4c, H/2, W/2]
        kernel = F.pad(self.weight, (0, 1, 0, 1))  # [c, 1, k+1, k+1]
        half = kernel.shape[-1] // 2
        kernel = kernel.view(c, half, 2, half, 2).permute(2, 4, 0, 1, 3).reshape(4 * c, 1, half, half)
        return F.conv2d(x, kernel, groups=4 * c).unflatten(1, (4, c)).sum(1)


@dataclass(frozen=True, slots=True)
class DistilRecipe:
    """Settings of one distillation. Rates are the highest of the schedule.

    dense, pooled, sense: weights of what single cells show, of their mean, and of what guides make of that mean.
    """

    batch: int = 64
    matrix_rate: float = 0.02
    other_rate: float = 3e-3
    weight_decay: float = 0.02
    average: float = 0.998
    hints: tuple[float, ...] = (0.25, 0.5)
    dense: float = 1.0
    pooled: float = 0.0
    sense: float = 0.0
    seed: int = 0


class Eye(Protocol):
    """What retrieval makes of a photo: float[n, C], means over the cells of a map -> unit vectors [n, d]."""

    def see(self, features: Tensor) -> Tensor: ...


@dataclass(frozen=True, slots=True)
class Aim:
    """Features in the maps' own bytes are taken in units of `spread`, that of their means, float32[C]."""

    eye: Eye
    unit: Tensor  # of the maps, float32[C]
    mean: Tensor
    spread: Tensor

    def losses(self, student: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Maps [n, C, g, g] in units of spread."""
        own, told = (maps.float().mean((2, 3)) * self.unit for maps in (student, target))
        with torch.no_grad():
            seen = self.eye.see(told)
        pooled = F.mse_loss((own - self.mean) / self.spread, (told - self.mean) / self.spread)
        return {"pooled": pooled, "sense": 1 - (self.eye.see(own) * seen).sum(1).mean()}


class Distillation:
    """The state of one run, which can be put down and taken up again at any step."""

    def __init__(self, trunk: nn.Module, recipe: DistilRecipe, aim: Aim | None = None) -> None:
        self.recipe = recipe
        self.aim = aim
        self.student = Student(trunk).to(memory_format=torch.channels_last)
        make_strided_fast(self.student.trunk)
        matrices, others = split_matrices([self.student.trunk])
        others += list(self.student.adapters.parameters())
        self.optimizers = (
            Muon(matrices, lr=recipe.matrix_rate, weight_decay=recipe.weight_decay),
            torch.optim.AdamW(others, lr=recipe.other_rate, weight_decay=0.0, foreach=True),
        )
        self.top_rates = (recipe.matrix_rate, recipe.other_rate)
        self.average = {name: value.detach().clone() for name, value in self.student.state_dict().items()}
        self.step = 0
        self.spent_s = 0.0
        self.standing = Standing()

    @property
    def model(self) -> nn.Module:
        return self.student

    def ready(self) -> None:
        self.student.train()

    def round(self, batch: tuple[Tensor, list[Tensor]], progress: float) -> dict[str, float]:
        """One optimizer step on (float[n, 3, R, R], targets in units of spread). Returns the parts of the loss."""
        photos, targets = batch
        with torch.autocast("cpu", torch.bfloat16):
            maps = self.student(photos, hints=bool(self.recipe.hints))
        parts = self._losses(maps, targets)
        loss = torch.stack([weight * part for weight, part in parts.values()]).sum()
        loss.backward()
        for optimizer, top in zip(self.optimizers, self.top_rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = top * cosine_rate(progress)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self._follow()
        return {name: part.item() for name, (_, part) in parts.items()}

    def _losses(self, maps: list[Tensor], targets: list[Tensor]) -> dict[str, tuple[float, Tensor]]:
        recipe, target = self.recipe, targets[-1].float()
        parts = {"dense": (recipe.dense, dense_loss(maps[-1], target))}
        if self.aim is not None:
            aimed = self.aim.losses(maps[-1], target)
            parts |= {"pooled": (recipe.pooled, aimed["pooled"]), "sense": (recipe.sense, aimed["sense"])}
        for weight, stride, seen, told in zip(recipe.hints, (8, 16), maps, targets, strict=False):
            parts[f"hint{stride}"] = (weight, F.mse_loss(seen, told.to(seen.dtype)).float())
        return parts

    def go_on_from(self, other: Distillation) -> None:
        """Starts where the averaged weights of an earlier run ended."""
        self.student.load_state_dict(other.average)
        self.average = {name: value.clone() for name, value in other.average.items()}

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self.recipe.average, (1 + self.step) / (10 + self.step))
        for name, value in self.student.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - keep)
            else:
                self.average[name].copy_(value)

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """While this lasts, the student has its averaged weights."""
        live = {name: value.clone() for name, value in self.student.state_dict().items()}
        self.student.load_state_dict(self.average)
        try:
            yield
        finally:
            self.student.load_state_dict(live)

    def save(self, path: Path) -> None:
        state = {
            "student": self.student.state_dict(),
            "average": self.average,
            "step": self.step,
            "spent_s": self.spent_s,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
        }
        temporary = path.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(path)

    def resume(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.student.load_state_dict(state["student"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.average, self.step, self.spent_s = state["average"], state["step"], state["spent_s"]

    def averaged_trunk(self) -> dict[str, Tensor]:
        return {k.removeprefix("trunk."): v for k, v in self.average.items() if k.startswith("trunk.")}


def normalise(photos: Tensor) -> Tensor:
    """0..255 -> -1..1, channels last: what the starter's tower takes."""
    return (photos.float() / 127.5 - 1.0).contiguous(memory_format=torch.channels_last)


def spreads(maps: list[np.ndarray], sample: int = 256) -> list[Tensor]:
    """Standard deviation of each channel of each target, in the maps' own bytes."""
    return [torch.from_numpy(m[0, :sample].reshape(-1, m.shape[-1]).std(0).astype(np.float32) + 1e-3) for m in maps]


@dataclass(frozen=True, slots=True)
class TrainingViews:
    """Photos, how they are cut, and what the teacher saw in each cut."""

    photos: np.ndarray
    views: Views
    maps: list[np.ndarray]
    units: list[Tensor]

    def batch(self, step: int, recipe: DistilRecipe) -> tuple[Tensor, list[Tensor]]:
        """The batch of this step, the same in every run with this seed."""
        n = len(self.photos)
        per_pass = n // recipe.batch
        turn, place = divmod(step, per_pass)
        order = np.random.default_rng((recipe.seed, turn)).permutation(n)
        rows = order[place * recipe.batch : (place + 1) * recipe.batch]
        view = (np.random.default_rng(recipe.seed).integers(1 << 30, size=n)[rows] + turn) % len(self.views.flips)
        cuts = zip(rows, view, strict=True)
        boxes, flips = self.views.boxes, self.views.flips
        photos = torch.stack([cut_view(self.photos[i], boxes[v, i], flips[v, i]) for i, v in cuts])
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        wanted = slice(None) if recipe.hints else slice(-1, None)
        targets = [
            (torch.from_numpy(kept[view, rows]) / unit).permute(0, 3, 1, 2)
            for kept, unit in zip(self.maps[wanted], self.units[wanted], strict=True)
        ]
        return normalise(jitter_colour(photos, generator)), targets


@torch.no_grad()
def measure(student: Student, photos: Tensor, target: Tensor) -> dict[str, float]:
    """On photos that were not learned from. target: float[n, c, g, g], in units of spread."""
    with torch.autocast("cpu", torch.bfloat16):
        maps = torch.cat([student(part, hints=False)[-1].float() for part in photos.split(64)])
    cosine = F.cosine_similarity(maps, target, dim=1).mean().item()
    return {"dev_error": F.mse_loss(maps, target).item(), "dev_cosine": cosine}


def distil(
    run: Distillation, data: TrainingViews, *, budget: Budget, dev: tuple[Tensor, Tensor], log: Log, checkpoint: Path
) -> None:
    """Learn until the budget is spent, with a checkpoint and a look at dev every few minutes."""
    look = functools.partial(measure, photos=dev[0], target=dev[1])
    follow(run, data, Course(budget, log, checkpoint, look, look_every_s=LOOK_EVERY_S))
