"""No test reaches a network: an internet socket fails the test that made it, unless it asks a server of its own."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

_made: list[str] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        _made.append(event)


sys.addaudithook(_hear)


@pytest.fixture(autouse=True)
def _offline(request: pytest.FixtureRequest) -> Iterator[None]:
    before = len(_made)
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)  # a training leaves it on, and hypothesis wants tiny numbers
    if request.node.get_closest_marker("local_server") is None:
        assert len(_made) == before, "this test made an internet socket"
