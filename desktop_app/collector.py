"""Python's search for objects that only hold on to each other, kept out of the frames of the window."""

from __future__ import annotations

import gc

NEW_OBJECTS = 10_000  # until the youngest are looked through; Python's own number is for programs that nobody watches


def settle_collector() -> None:
    """Call once, when everything is built: that is not looked through any more, which held up a frame by 20 ms."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)
