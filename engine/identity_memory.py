"""Who a model folder was found to be, remembered by its manifest."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "identities.json"
FORMAT = 1
REMEMBERED = 100
_KNOWN = re.compile(r"[0-9a-f]{32} (?:[0-9a-f]{16})?")


@dataclass(frozen=True, slots=True)
class Identity:
    """`head` is empty where a model has none."""

    model_id: str
    head: str


class IdentityMemory:
    """What a manifest was found to be, so that large weights are read once and not twice at each start. Without a
    folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / FILE if folder is not None else None

    def recall(self, manifest_sha256: str) -> Identity | None:
        found = self._read().get(manifest_sha256)
        return Identity(*found) if isinstance(found, list) and _KNOWN.fullmatch(" ".join(map(str, found))) else None

    def keep(self, manifest_sha256: str, identity: Identity) -> None:
        """Where it cannot be written it is computed again."""
        if self._path is None:
            return
        known = dict(list(self._read().items())[-REMEMBERED:])
        known[manifest_sha256] = [identity.model_id, identity.head]
        part = self._path.with_suffix(".part")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(json.dumps({"format": FORMAT, "known": known}, indent=1))
            part.replace(self._path)

    def _read(self) -> dict[str, Any]:
        try:
            facts = json.loads(self._path.read_bytes()) if self._path is not None else {}
        except (OSError, ValueError):
            return {}
        known = facts.get("known") if isinstance(facts, dict) and facts.get("format") == FORMAT else None
        return known if isinstance(known, dict) else {}
