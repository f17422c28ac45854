"""The photo tower of the model that ships: MobileNetV4-Conv-Small (Qin et al., 2024) from the weights of timm's.

Only for looking, not for learning: each batch normalisation is folded into its convolution. Channels, kernels and
blocks are read off the weights, which do not tell that the first block of a stage, save the last, halves the grid.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NAMES = ("mobilenetv4_conv_small", "mobilenetv4_conv_small_035", "mobilenetv4_conv_small_050")
EPSILON = 1e-5
PARTS = {"dw_start": False, "pw_exp": True, "dw_mid": True, "pw_proj": False}  # whether a ReLU follows


class Block(nn.Module):
    """Convolutions in a row; the input is added again where it fits (`skips`)."""

    def __init__(self, steps: list[tuple[nn.Conv2d, bool]], *, skips: bool) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(step for step, _ in steps)
        self._rectified = [rectified for _, rectified in steps]
        self._skips = skips

    def forward(self, grid: Tensor) -> Tensor:
        entry = grid
        for convolution, rectified in zip(self.convolutions, self._rectified, strict=True):
            grid = convolution(grid)
            if rectified:
                grid = F.relu_(grid)
        return grid + entry if self._skips else grid


class MobileNetV4(nn.Module):
    """Photos float[n, 3, R, R] -> (features [n, d], the last grid [n, D, R / 32, R / 32])."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        """`weights` by the names of timm's trunk. Raises KeyError where one is missing or is not known."""
        super().__init__()
        self._unread = set(weights)
        self._weights = weights
        self.stem = Block([(self._folded("conv_stem", "bn1", stride=2), True)], skips=False)
        self.blocks = nn.Sequential(*(self._block(stage, row) for stage, row in self._rows()))
        self.top = Block([(self._folded("conv_head", "norm_head"), True)], skips=False)
        self.projection = self._linear("classifier")
        if self._unread:
            raise KeyError(min(self._unread))
        del self._weights

    def forward(self, photos: Tensor) -> tuple[Tensor, Tensor]:
        grid = self.blocks(self.stem(photos))
        return self.projection(self.top(grid.mean((2, 3), keepdim=True)).flatten(1)), grid

    def _rows(self) -> list[tuple[int, int]]:
        rows = {tuple(map(int, name.split(".")[1:3])) for name in self._weights if name.startswith("blocks.")}
        return sorted((stage, row) for stage, row in rows)

    def _block(self, stage: int, row: int) -> Block:
        name = f"blocks.{stage}.{row}"
        stride = 2 if row == 0 and stage < 4 else 1
        if f"{name}.conv.weight" in self._weights:
            return Block([(self._folded(f"{name}.conv", f"{name}.bn1", stride=stride), True)], skips=False)
        parts = [part for part in PARTS if f"{name}.{part}.conv.weight" in self._weights]
        strided = "dw_mid" if "dw_mid" in parts else "dw_start"
        steps = []
        for part in parts:
            at = f"{name}.{part}"
            step = self._folded(f"{at}.conv", f"{at}.bn", stride=stride if part == strided else 1)
            steps.append((step, PARTS[part]))
        return Block(steps, skips=stride == 1 and steps[0][0].in_channels == steps[-1][0].out_channels)

    def _folded(self, convolution: str, norm: str, *, stride: int = 1) -> nn.Conv2d:
        """A convolution that does what its batch normalisation would do after it."""
        weight = self._take(f"{convolution}.weight")
        mean, spread = self._take(f"{norm}.running_mean"), self._take(f"{norm}.running_var")
        scale = self._take(f"{norm}.weight") / (spread + EPSILON).sqrt()
        self._unread.discard(f"{norm}.num_batches_tracked")
        out, inner, edge, _ = weight.shape
        groups = out if inner == 1 else 1
        with torch.device("meta"):
            folded = nn.Conv2d(inner * groups, out, edge, stride=stride, padding=edge // 2, groups=groups)
        folded.weight = nn.Parameter(weight * scale[:, None, None, None])
        folded.bias = nn.Parameter(self._take(f"{norm}.bias") - mean * scale)
        return folded

    def _linear(self, name: str) -> nn.Linear:
        weight = self._take(f"{name}.weight")
        with torch.device("meta"):
            linear = nn.Linear(weight.shape[1], weight.shape[0])
        linear.weight, linear.bias = nn.Parameter(weight), nn.Parameter(self._take(f"{name}.bias"))
        return linear

    def _take(self, name: str) -> Tensor:
        self._unread.discard(name)
        return self._weights[name]
