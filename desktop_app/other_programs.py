"""Other programs are started as the system would start them.

A folder that runs without Python tells the loader and Qt, by variables of its environment, to look among its own
libraries first. A viewer or a file manager that inherits them loads the wrong ones, and does not start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LOADER = "LD_LIBRARY_PATH"
BEFORE = f"{LOADER}_ORIG"  # what it was, as PyInstaller keeps it
OURS = (LOADER, BEFORE, "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def environment_of_others() -> dict[str, str]:
    """This process's environment, without what was set for its own libraries."""
    environment = dict(os.environ)
    if getattr(sys, "frozen", False) and sys.platform == "linux":
        kept = environment.get(BEFORE)
        for name in OURS:
            environment.pop(name, None)
        if kept:
            environment[LOADER] = kept
    return environment


@contextmanager
def as_others() -> Iterator[None]:
    """For what starts a program with the environment of this process, which has its own again afterwards."""
    own = dict(os.environ)
    _change(environment_of_others())
    try:
        yield
    finally:
        _change(own)


def _change(environment: dict[str, str]) -> None:
    for name in OURS:
        if name in environment:
            os.environ[name] = environment[name]
        else:
            os.environ.pop(name, None)
