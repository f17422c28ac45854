"""The training-time teacher: MobileNet v1 up to block 12, read from a plain array file.

Source of the network: Howard et al., "MobileNets" (2017). It is used to make targets and never ships.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRIDE_TWO_BLOCKS = frozenset({2, 4, 6, 12})
BLOCKS = 12
EPSILON = 1e-3


class FoldedConv(nn.Module):
    """One convolution with its batch norm folded in, followed by ReLU6; stride 2 pads right and bottom only."""

    def __init__(self, weight: Tensor, bias: Tensor, *, stride: int, groups: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.contiguous(memory_format=torch.channels_last), requires_grad=False)
        self.bias = nn.Parameter(bias, requires_grad=False)
        self.stride = stride
        self.groups = groups

    def forward(self, x: Tensor) -> Tensor:
        padding = self.weight.shape[-1] // 2
        if self.stride == 2:
            x, padding = F.pad(x, (0, 1, 0, 1)), 0
        x = F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=padding, groups=self.groups)
        return F.relu6(x)


class Teacher(nn.Module):
    """Frozen feature maps. Built by `read_teacher`."""

    def __init__(self, layers: list[tuple[str, FoldedConv]]) -> None:
        super().__init__()
        self.names = [name for name, _ in layers]
        self.convs = nn.ModuleList(conv for _, conv in layers)

    @torch.no_grad()
    def forward(self, photos: Tensor, blocks: tuple[int, ...] = (12,)) -> list[Tensor]:
        """`photos`: uint8 or float [n, 3, 224, 224], 0..255. Returns one map [n, c, h, w] per block asked for."""
        x = photos.to(next(self.parameters()).dtype).contiguous(memory_format=torch.channels_last)
        x = x / 127.5 - 1.0
        wanted: dict[str, Tensor] = {}
        for name, conv in zip(self.names, self.convs, strict=True):
            x = conv(x)
            wanted[name] = x
        return [wanted[f"conv_pw_{block}"] for block in blocks]


def read_teacher(npz: Path, *, dtype: torch.dtype = torch.float32) -> Teacher:
    """Read the array file (TensorFlow layout). Raises FileNotFoundError, KeyError where a layer is missing."""
    arrays = dict(np.load(npz, allow_pickle=False))
    layers = [("conv1", _fold(arrays, "conv1/kernel", "conv1_bn", stride=2, depthwise=False))]
    for block in range(1, BLOCKS + 1):
        stride = 2 if block in STRIDE_TWO_BLOCKS else 1
        depthwise = _fold(
            arrays, f"conv_dw_{block}/depthwise_kernel", f"conv_dw_{block}_bn", stride=stride, depthwise=True
        )
        pointwise = _fold(arrays, f"conv_pw_{block}/kernel", f"conv_pw_{block}_bn", stride=1, depthwise=False)
        layers += [(f"conv_dw_{block}", depthwise), (f"conv_pw_{block}", pointwise)]
    return Teacher(layers).to(dtype).eval()


def _fold(arrays: dict[str, np.ndarray], kernel: str, norm: str, *, stride: int, depthwise: bool) -> FoldedConv:
    axes = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
    weight = torch.from_numpy(arrays[kernel].transpose(axes))
    scale = torch.from_numpy(arrays[f"{norm}/gamma"] / np.sqrt(arrays[f"{norm}/moving_variance"] + EPSILON))
    bias = torch.from_numpy(arrays[f"{norm}/beta"]) - torch.from_numpy(arrays[f"{norm}/moving_mean"]) * scale
    groups = weight.shape[0] if depthwise else 1
    return FoldedConv(weight * scale[:, None, None, None], bias, stride=stride, groups=groups)
