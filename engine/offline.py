"""No process of ours reaches a network, save the one that a person told to fetch a model.

Libraries are told to stay offline before they are imported, and Python itself refuses to make an internet socket or to
look a name up. Source of the events: the table of audit events in Python's documentation.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from dataclasses import dataclass
from typing import Any

SWITCHES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")
_INTERNET = {socket.AF_INET, socket.AF_INET6}
_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


class NetworkRefused(OSError):
    """Something in this process wanted a network. No photo, no sentence and no name leaves the machine."""

    def __init__(self, wish: str) -> None:
        super().__init__(errno.ENETUNREACH, f"Afterimage stays offline: {wish} is refused")


@dataclass(slots=True)
class _Guard:
    standing: bool = False
    refused: int = 0

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _LOOKUPS or (event == "socket.__new__" and arguments[1] in _INTERNET):
            self.refused += 1
            raise NetworkRefused(event)


_guard = _Guard()  # a process has one, as it has one table of hooks, and it cannot be taken away again


def stay_offline() -> None:
    """For the rest of this process's life. Call it first of all."""
    os.environ.update(dict.fromkeys(SWITCHES, "1"), HF_HUB_DISABLE_TELEMETRY="1")
    if not _guard.standing:
        _guard.standing = True
        sys.addaudithook(_guard.hear)


def refused() -> int | None:
    """How often this process had to refuse; None where nobody told it to."""
    return _guard.refused if _guard.standing else None
