"""What a person sets for a library as a whole. Kept in the catalog, so that it goes where the library goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from engine.catalog import Catalog
from engine.decode_pool import DecodePool
from engine.errors import UsageError

DECODERS, ON_BATTERY = "decoders", "on battery"
CHOICES = {DECODERS: ("half", "all", "one"), ON_BATTERY: ("pause", "go on")}  # the first is where nobody chose


class LibrarySettings:
    """Belongs to the thread that owns the catalog. `pools`: the decoders at work now. `in_background`: decoders are as
    many as the setting says, because a person works beside them; otherwise as many as they were asked for."""

    def __init__(self, catalog: Catalog, pools: Callable[[], Iterable[DecodePool]]) -> None:
        self._catalog, self._pools = catalog, pools
        self.in_background = False

    def get(self, name: str) -> str:
        """One of its choices."""
        kept = self._catalog.setting(name) or ""
        return kept if kept in CHOICES[name] else CHOICES[name][0]

    def all(self) -> dict[str, str]:
        return {name: self.get(name) for name in CHOICES}

    def set(self, name: str, value: str) -> None:
        """From now on. Raises UsageError for what is no setting or no choice of it."""
        if value not in CHOICES.get(name, ()):
            raise UsageError(f"{name!r:.40} cannot be {value!r:.40}", remedy="choose one of those that are offered")
        self._catalog.set_setting(name, value)
        for pool in self._pools():
            self.shaped(pool)

    def shaped(self, pool: DecodePool) -> DecodePool:
        """With as many decoders as a person allows."""
        if self.in_background:
            pool.limit = self.decoders()
        return pool

    def decoders(self) -> int:
        cores = os.cpu_count() or 2
        return {"one": 1, "half": max(1, cores // 2), "all": cores}[self.get(DECODERS)]
