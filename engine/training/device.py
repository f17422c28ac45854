"""Where the numbers are computed, and how exactly."""

from __future__ import annotations

import torch

from engine import placed_model


def choose_device(name: str | None) -> str:
    """By the same rules as for a model that is served. Raises UsageError for a device that is not here."""
    return str(placed_model.choose_device(name))


def choose_precision(name: str, device: str) -> str:
    """ "auto" takes bfloat16 where the hardware has it. It has the range of float32, so that no loss needs scaling."""
    if name != "auto":
        return name
    kind = device.partition(":")[0]
    if kind == "mps":
        return "float32"
    able = torch.cuda.is_bf16_supported() if kind == "cuda" else torch.cpu._is_avx512_bf16_supported()
    return "bfloat16" if able else "float32"
