"""Where the numbers are computed, and how exactly."""

from __future__ import annotations

import torch

from engine.errors import UsageError


def choose_device(name: str) -> str:
    """ "auto" takes a graphics card where there is one. Raises UsageError for a device that is not here."""
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError("There is no graphics card that PyTorch can use", remedy="use --device cpu")
    return name


def choose_precision(name: str, device: str) -> str:
    """ "auto" takes bfloat16 where the hardware has it. It has the range of float32, so that no loss needs scaling."""
    if name != "auto":
        return name
    able = torch.cuda.is_bf16_supported() if device == "cuda" else torch.cpu._is_avx512_bf16_supported()
    return "bfloat16" if able else "float32"
