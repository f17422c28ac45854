"""A model on the device where it runs: which one, and what happens when it has no room or stops working."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar

import torch

from engine.errors import DeviceLost, UsageError
from engine.forward_threads import ForwardThreads
from engine.joint_model import JointModel

Result = TypeVar("Result")

DEVICE_VARIABLE = "AFTERIMAGE_DEVICE"
AUTO = "auto"
KINDS = ("cpu", "cuda", "mps")
FULL = ("out of memory", "not enough memory", "can't allocate memory")
LOST = ("cuda error", "hip error", "device-side assert", "cudnn_status", "cublas_status", "device lost")


def choose_device(name: str | None = None, *, setting: str | None = None) -> torch.device:
    """A device by name, by AFTERIMAGE_DEVICE, or by the library's `setting`, in this order; "auto" takes a graphics
    card where there is one. A setting for a device that is gone (unplugged, say) is told of and counts as "auto".

    Raises UsageError for a name that is none, or a device that this computer or this torch does not have.
    """
    asked = name or os.environ.get(DEVICE_VARIABLE)
    try:
        return _device(asked or setting or AUTO)
    except UsageError as gone:
        if asked:
            raise
        print(f"{gone.problem}: another is used.", file=sys.stderr)
        return _device(AUTO)


def devices_here() -> list[str]:
    """What can be chosen, the fastest kind first; each graphics card where there are several."""
    cards = torch.cuda.device_count() if _present("cuda") else 0
    kinds = [kind for kind in ("cuda", "mps", "cpu") if _present(kind)]
    return kinds + [f"cuda:{number}" for number in range(cards) if cards > 1]


def _device(name: str) -> torch.device:
    here = [kind for kind in ("cuda", "mps", "cpu") if _present(kind)]
    if name == AUTO:
        return torch.device(here[0])
    kind, _, number = name.partition(":")
    if kind not in KINDS or (number and not number.isdigit()):
        raise UsageError(f"no device is called {name!r}", remedy=f"one of: auto, {', '.join(KINDS)}")
    if kind not in here or (kind == "cuda" and number and int(number) >= torch.cuda.device_count()):
        raise UsageError(f"this computer offers torch no device {name!r}", remedy=f"one of: auto, {', '.join(here)}")
    return torch.device(name)


def _present(kind: str) -> bool:
    if kind == "cuda":
        return torch.cuda.is_available()
    return kind == "cpu" or torch.backends.mps.is_available()


class PlacedModel:
    """Both encoders work through this one, so that both move together. `device` is where the weights are now."""

    def __init__(self, model: JointModel, device: torch.device) -> None:
        self.model = model
        self.device = device
        self._smaller = 1  # batches are divided by this, since the last time that there was no room
        self._threads = ForwardThreads()
        self._place(device)

    def in_slices(self, count: int, at_most: int, work: Callable[[int, int], Result]) -> list[Result]:
        """work(start, stop) for all of `count` rows, at most so many at once.

        Where memory runs out slices are halved, down to one; then a graphics card is left for the processor, for good.
        Raises DeviceLost, and whatever else `work` raises.
        """
        results: list[Result] = []
        done = 0
        while done < count:
            rows = max(1, at_most // self._smaller)
            try:
                results.append(work(done, min(done + rows, count)))
            except RuntimeError as error:
                self._recover(error, alone=min(rows, count - done) == 1)
                continue
            done += rows
        return results

    def in_parts(self, rows: int, work: Callable[[int, int], Result], *, least: int, most: int) -> list[Result]:
        """As ForwardThreads.run, on a processor; otherwise all at once."""
        if self.device.type != "cpu":
            return [work(0, rows)]
        return self._threads.run(rows, work, least=least, most=most)

    def alone(self, work: Callable[[], Result]) -> Result:
        """As ForwardThreads.alone, on a processor."""
        return work() if self.device.type != "cpu" else self._threads.alone(work)

    @property
    def abreast(self) -> int:
        """How many parts are computed side by side."""
        return self._threads.count if self.device.type == "cpu" else 1

    def _recover(self, error: RuntimeError, *, alone: bool) -> None:
        if not is_out_of_memory(error):
            if is_lost(error):
                raise DeviceLost(f"the device {self.device} stopped working: {error}") from error
            raise error
        if not alone:
            self._smaller *= 2
        elif self.device.type == "cpu":
            raise error
        else:
            print(f"No room for the model on {self.device}: it goes on with the processor.", file=sys.stderr)
            self._place(torch.device("cpu"))

    def _place(self, device: torch.device) -> None:
        """Moves the weights; a device without room for them leaves them with the processor."""
        try:
            self.model.to(device)
            self.device = device
        except RuntimeError as error:
            if device.type == "cpu" or not is_out_of_memory(error):
                raise
            self.model.to("cpu")
            self.device = torch.device("cpu")
        self._smaller = 1


def is_out_of_memory(error: RuntimeError) -> bool:
    """Only CUDA has a class of its own for this."""
    return isinstance(error, torch.OutOfMemoryError) or any(word in str(error).lower() for word in FULL)


def is_lost(error: RuntimeError) -> bool:
    """After such an error nothing works in this process any more: a card that slept, a driver that was restarted."""
    accelerator: type | None = getattr(torch, "AcceleratorError", None)
    known = accelerator is not None and isinstance(error, accelerator)
    return known or any(word in str(error).lower() for word in LOST)
