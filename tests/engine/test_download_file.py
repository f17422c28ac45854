"""One file from a server that fails in every way that a network can."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.download_file import FileFetch, Patience
from engine.download_progress import Progress
from engine.errors import DownloadFailed, ModelAltered
from engine.messages import FetchProgress, FetchStage
from engine.presets import ModelFile
from tests.engine.hub_server import COMMIT, Hub, git_sha1_of, serve, sha256_of

pytestmark = pytest.mark.local_server

SIZE = 3_000_000
WEIGHTS = random.Random(0).randbytes(SIZE)
QUICK = Patience(connect_s=60, answer_s=60, tries=3, pause_s=0.01)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Of the kind that the hub's library makes, without its refusal to work in a process that is offline."""
    from huggingface_hub import get_session

    kind = sys.modules[type(get_session()).__module__.partition(".")[0]]
    with kind.Client(follow_redirects=True, trust_env=False) as client:
        yield client


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve(Hub({"us/model": {"weights": WEIGHTS, "words.txt": b"dog cat"}})) as hub:
        yield hub


class Line:
    """Fetches into a folder, and remembers what was told."""

    def __init__(self, client: Any, hub: Hub, folder: Path) -> None:
        self.told: list[FetchProgress] = []
        self.path = folder / "weights"
        self.part = folder / "weights.part"
        self._client = client
        self._hub = hub

    def run(self, file: ModelFile | None = None, patience: Patience = QUICK) -> str:
        file = file or ModelFile("weights", SIZE, sha256_of(WEIGHTS))
        progress = Progress(self.told.append, request=7, name="model")
        progress.begin(FetchStage.FETCHING, total=SIZE)
        url = f"{self._hub.url}/us/model/resolve/{COMMIT}/{file.name}"
        return FileFetch(self._client, url, self.path.with_name(file.name), patience).run(file, progress)


@pytest.fixture
def line(client: Any, hub: Hub, tmp_path: Path) -> Line:
    return Line(client, hub, tmp_path)


def first_bytes(hub: Hub) -> list[int]:
    return [asked.first_byte for asked in hub.bodies("weights") if asked.path.startswith("/cdn")]


def test_a_file_arrives_verified_and_under_its_own_name(line: Line, hub: Hub) -> None:
    assert line.run() == sha256_of(WEIGHTS)
    assert line.path.read_bytes() == WEIGHTS
    assert not line.part.exists()
    assert line.told[-1].done == SIZE
    assert {event.request for event in line.told} == {7}
    assert all(asked.agent.startswith("afterimage/") for asked in hub.asked)


def test_cuts_at_30_and_70_percent_cost_no_byte_twice(line: Line, hub: Hub) -> None:
    hub.cuts = [SIZE * 3 // 10, SIZE * 7 // 10]
    line.run()
    assert first_bytes(hub) == [0, SIZE * 3 // 10, SIZE * 7 // 10]
    assert hub.sent == SIZE
    assert line.path.read_bytes() == WEIGHTS
    waits = [event for event in line.told if event.stage == FetchStage.WAITING]
    assert len(waits) == 2
    assert "next try" in waits[0].note


def test_what_an_earlier_run_left_is_gone_on_with(line: Line, hub: Hub) -> None:
    line.part.write_bytes(WEIGHTS[: SIZE // 2])
    line.run()
    assert first_bytes(hub) == [SIZE // 2]
    assert line.told[1].done == SIZE // 2
    line.run()
    assert first_bytes(hub) == [SIZE // 2]  # what is whole is not fetched again


def test_a_server_that_heeds_no_ranges_sends_all_of_it_again(line: Line, hub: Hub) -> None:
    hub.heeds_ranges = False
    line.part.write_bytes(b"\0" * (SIZE // 2))
    line.run()
    assert line.path.read_bytes() == WEIGHTS
    assert max(event.done for event in line.told) == SIZE


@pytest.mark.parametrize("left", [WEIGHTS + b"more", b"\0" * SIZE], ids=["too long", "whole but wrong"])
def test_a_partial_file_that_is_not_of_this_file_is_not_trusted(line: Line, left: bytes) -> None:
    line.part.write_bytes(left)
    if len(left) == SIZE:
        with pytest.raises(ModelAltered):
            line.run()
    assert line.run() == sha256_of(WEIGHTS)


@pytest.mark.parametrize("known", ["sha256", "git"])
def test_another_file_than_announced_is_removed_and_refused(line: Line, hub: Hub, known: str) -> None:
    hub.repositories["us/model"]["weights"] = WEIGHTS[:-1] + b"?"
    file = ModelFile("weights", SIZE, sha256_of(WEIGHTS) if known == "sha256" else None, git_sha1_of(WEIGHTS))
    with pytest.raises(ModelAltered) as caught:
        line.run(file)
    assert "weights" in str(caught.value)
    assert "--mirror" in str(caught.value)
    assert os.listdir(line.path.parent) == []


def test_another_size_than_announced_is_refused_before_it_is_fetched(line: Line, hub: Hub) -> None:
    hub.repositories["us/model"]["weights"] = WEIGHTS + b"?"
    with pytest.raises(ModelAltered):
        line.run()
    assert not line.part.exists()


def test_a_file_that_is_not_there_is_named(line: Line, hub: Hub) -> None:
    with pytest.raises(DownloadFailed) as caught:
        line.run(ModelFile("gone.safetensors", 1))
    assert "gone.safetensors" in str(caught.value)
    assert "404" in str(caught.value)
    assert len(hub.asked) == 1  # asking again would not help


def test_a_busy_server_is_asked_again_when_it_says(line: Line, hub: Hub) -> None:
    hub.statuses, hub.retry_after = [503, 429], "0"
    assert line.run() == sha256_of(WEIGHTS)
    assert any("503" in event.note for event in line.told)


def test_a_server_that_stays_busy_is_given_up_and_what_was_fetched_is_kept(line: Line, hub: Hub) -> None:
    line.part.write_bytes(WEIGHTS[:1000])
    hub.statuses = [503] * 50
    with pytest.raises(DownloadFailed) as caught:
        line.run()
    assert "503" in str(caught.value)
    assert line.part.read_bytes() == WEIGHTS[:1000]


def test_a_slow_server_is_waited_for_and_its_pace_is_told(line: Line, hub: Hub) -> None:
    hub.rate = SIZE / 2
    began = time.monotonic()
    line.run(patience=Patience(answer_s=1.5, tries=1))
    rate = SIZE / (time.monotonic() - began)
    steps = [event for event in line.told if event.stage == FetchStage.FETCHING and event.rate]
    assert len(steps) >= 3
    assert [event.done for event in steps] == sorted(event.done for event in steps)
    assert 0.3 * rate < steps[-1].rate < 3 * rate
    assert steps[0].seconds_left is not None


def test_a_server_that_falls_silent_is_asked_to_go_on(line: Line, hub: Hub) -> None:
    hub.stalls = [SIZE // 2]
    assert line.run(patience=Patience(answer_s=0.5, tries=10, pause_s=0.01)) == sha256_of(WEIGHTS)
    assert len(first_bytes(hub)) >= 2


def test_where_nobody_answers_it_is_said_at_once(line: Line, hub: Hub) -> None:
    hub.url = "http://127.0.0.1:9"
    with pytest.raises(Exception, match="refused"):
        line.run()
    assert not any(event.stage == FetchStage.WAITING for event in line.told)
