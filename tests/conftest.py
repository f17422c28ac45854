"""No test reaches a network: an internet socket fails the test that made it, unless it asks a server of its own. And
Ctrl+C ends what tests start, though the tests themselves may run in the background of a shell, which has it ignored."""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Models of tests are so small that threads wait for each other longer than they compute: above all on a busy machine,
# where each of a thousand steps waits until both have had their turn. Processes that tests start inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import psutil
import pytest
from hypothesis import HealthCheck, settings

from engine.allocator import give_back_freed_memory
from tests.tiers import computes, starts_a_process

GROWN_BYTES = 64 * 2**20
_made: list[str] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        _made.append(event)


# The same examples in every run, however long each takes on a machine that does other things; to look for new ones:
# --hypothesis-profile=default
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
sys.addaudithook(_hear)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _begin_chance_anew() -> None:
    """What a test draws does not depend on the tests before it."""
    random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="without networks, processes and what is marked slow")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    fast = config.getoption("--fast") and collection_path.name.startswith("test_")
    return True if fast and computes(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and starts_a_process(item):
            item.add_marker("process")
    if config.getoption("--fast"):
        left = [item for item in items if not (item.get_closest_marker("process") or item.get_closest_marker("slow"))]
        config.hook.pytest_deselected(items=[item for item in items if item not in left])
        items[:] = left


@pytest.fixture(autouse=True)
def _offline(request: pytest.FixtureRequest) -> Iterator[None]:
    before = len(_made)
    _begin_chance_anew()
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)  # a training leaves it on, and hypothesis wants tiny numbers
    if request.node.get_closest_marker("local_server") is None:
        assert len(_made) == before, "this test made an internet socket"


@pytest.fixture(autouse=True, scope="module")
def _memory_is_given_back() -> Iterator[None]:
    """What serves a model keeps the memory of the last one, and a test run would grow with the largest of each kind."""
    _begin_chance_anew()  # for what a module makes once
    before = psutil.Process().memory_info().rss
    yield
    if psutil.Process().memory_info().rss > before + GROWN_BYTES:
        give_back_freed_memory()
