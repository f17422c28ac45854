"""Ctrl+C or SIGTERM while a model learns: the round at hand is finished and saved first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

Item = TypeVar("Item")


class PutDown(Exception):
    """Somebody wants to stop; what was begun changes nothing before its end, and can be begun again."""


def nothing() -> None:
    """Nobody can stop this."""


def heeding(items: Iterable[Item], heed: Callable[[], None]) -> Iterator[Item]:
    """The same items; before each, `heed` may raise."""
    for item in items:
        heed()
        yield item


def heed_of(stop: Callable[[], bool]) -> Callable[[], None]:
    """Raises PutDown as soon as `stop` says so."""

    def heed() -> None:
        if stop():
            raise PutDown

    return heed


@contextmanager
def putting_down() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether somebody wants to stop; then raises KeyboardInterrupt at the end of the block.

    A second Ctrl+C or SIGTERM stops at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield bool
        return
    asked: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt(number)
        asked.append(number)

    for number in before:
        signal.signal(number, ask)
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked:
        raise KeyboardInterrupt(asked[0])
