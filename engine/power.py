"""Whether this computer runs on its battery, as the system says it."""

from __future__ import annotations

import time
from typing import Any

import psutil

LOOK_EVERY_S = 5.0


class Power:
    """Asks the system now and then only."""

    def __init__(self) -> None:
        self._look_again = 0.0
        self._on_battery = False

    @staticmethod
    def has_battery() -> bool:
        return _battery() is not None

    def on_battery(self) -> bool:
        """False where there is no battery, or nobody knows."""
        now = time.monotonic()
        if now >= self._look_again:
            self._look_again = now + LOOK_EVERY_S
            battery = _battery()
            self._on_battery = battery is not None and battery.power_plugged is False
        return self._on_battery


def _battery() -> Any:
    """A system without this file tree, or one that forbids it, has no battery that we could ask."""
    if not hasattr(psutil, "sensors_battery"):
        return None
    try:
        return psutil.sensors_battery()
    except (OSError, ValueError, NotImplementedError):
        return None
