"""Which number format a model computes photos in: the fastest of those that agree with float32, measured once."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

TRIALS = 4  # in turns, and the best of each: another program's work must not decide
AGREEMENT = 0.999
FILE = "precision.json"
FORMAT = 2  # 1: found with an attention that was slow in bfloat16


@dataclass(frozen=True, slots=True)
class Measured:
    """What a trial found. `tokens` of a photo, `dimension` of the embedding."""

    precision: str
    tokens: int
    dimension: int


def candidates(device: torch.device) -> tuple[str, ...]:
    """Formats that the device computes in hardware, float32 first: without hardware a trial alone takes minutes."""
    if device.type == "cuda":
        return ("float32", "bfloat16", "float16") if torch.cuda.is_bf16_supported() else ("float32", "float16")
    if device.type == "mps":
        return ("float32", "float16")
    able = [name for name, has in (("bfloat16", _knows_bfloat16()), ("float16", _knows_float16())) if has]
    return ("float32", *able)


def machine(device: torch.device) -> str:
    """Whatever may change which format is fastest."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()
    return f"{device.type} {name}, {os.cpu_count()} cores, {','.join(candidates(device))}, torch {torch.__version__}"


See = Callable[[str], tuple[Tensor, Tensor]]


def measure(see: See, names: tuple[str, ...], settle: Callable[[], None]) -> Measured:
    """`see` computes one small batch in a format -> embeddings [n, d] and tokens [n, t, w]; `settle` waits for the
    device. The first of `names` is the reference, which the others have to agree with to a cosine of 0.999."""
    reference, tokens = see(names[0])
    agreeing = [names[0]]
    for name in names[1:]:
        cosines = torch.cosine_similarity(see(name)[0].float(), reference.float(), dim=-1)
        if bool((cosines >= AGREEMENT).all()):  # also false where a number became infinite
            agreeing.append(name)
    seconds = dict.fromkeys(agreeing, float("inf"))
    for _ in range(TRIALS if len(agreeing) > 1 else 0):
        for name in agreeing:
            settle()
            started = time.perf_counter()
            see(name)
            settle()
            seconds[name] = min(seconds[name], time.perf_counter() - started)
    return Measured(min(seconds, key=seconds.__getitem__), tokens.shape[1], reference.shape[1])


class PrecisionMemory:
    """Findings of one model on this machine, in the model's folder of a library; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / FILE if folder is not None else None

    def recall(self, where: str) -> Measured | None:
        """What was found on the same machine with the same torch."""
        found = self._read().get(where)
        with contextlib.suppress(TypeError):  # written by another version
            return Measured(**found) if found is not None else None
        return None

    def keep(self, where: str, measured: Measured) -> None:
        """One finding for each kind of device; where it cannot be written it is measured again next time."""
        if self._path is None:
            return
        kind = where.split(" ", 1)[0]
        kept = {name: found for name, found in self._read().items() if not name.startswith(f"{kind} ")}
        kept[where] = asdict(measured)
        part = self._path.with_suffix(".part")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(json.dumps({"format": FORMAT, "measured": kept}, indent=1))
            part.replace(self._path)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            facts = json.loads(self._path.read_bytes()) if self._path is not None else {}
        except (OSError, ValueError):
            return {}
        if not isinstance(facts, dict) or facts.get("format") != FORMAT:
            return {}
        measured: dict[str, dict[str, Any]] = facts.get("measured", {})
        return measured


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _knows_bfloat16() -> bool:
    asks = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(ask() for ask in asks if ask is not None)


def _knows_float16() -> bool:
    ask = getattr(torch.cpu, "_is_amx_fp16_supported", None)
    return ask is not None and bool(ask())
