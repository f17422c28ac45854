from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from PySide6.QtCore import QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.engine_client import EngineClient, Patience, Target
from engine.messages import AddFolder, EngineReady, Event, Failed, ListFolders, ListProblems, Reply, Search, TagPhotos
from tests.desktop_app import engines


class Ear:
    """Keeps what a client says."""

    def __init__(self, client: EngineClient) -> None:
        self.events: list[Event] = []
        self.threads: set[object] = set()
        self.deaths: list[int] = []
        self.given_up: list[str] = []
        self.starts = 0
        client.message.connect(self._hear)
        client.died.connect(self.deaths.append)
        client.gave_up.connect(self.given_up.append)
        client.started.connect(self._count)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self.threads.add(QThread.currentThread())

    def _count(self) -> None:
        self.starts += 1

    def endings(self) -> dict[int, Event]:
        return {event.request: event for event in self.events if isinstance(event, Reply | Failed)}


def until(app: QApplication, condition: Callable[[], bool], *, within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        app.processEvents()
        QTest.qWait(1)  # the engine wants the processor


@pytest.fixture
def clients(app: QApplication) -> Iterator[Callable[..., tuple[EngineClient, Ear]]]:
    made: list[EngineClient] = []

    def make(target: Target, *, stop_s: float = 5.0) -> tuple[EngineClient, Ear]:
        client = EngineClient(b"/lib", target=target, patience=Patience(backoff_s=(0.01,), stop_s=stop_s))
        made.append(client)
        return client, Ear(client)

    yield make
    for client in made:
        client.stop()
    assert not [thread for thread in threading.enumerate() if thread.name in ("engine-reader", "engine-writer")]


def test_events_arrive_decoded_on_the_gui_thread(app, clients) -> None:
    client, ear = clients(engines.obedient)
    client.start()
    ids = [client.next_id() for _ in range(200)]
    for request in ids:
        client.send(ListProblems(request))
    until(app, lambda: len(ear.endings()) == 200)
    assert [event.request for event in ear.events if isinstance(event, Reply)] == ids
    assert isinstance(ear.events[0], EngineReady)
    assert ear.threads == {app.thread()}
    assert ear.starts == 1


def test_a_failure_of_a_request_arrives_as_such(app, clients) -> None:
    client, ear = clients(engines.obedient)
    client.start()
    client.send(AddFolder(client.next_id(), b"/gone\xff"))
    until(app, lambda: len(ear.endings()) == 1)
    (failed,) = ear.endings().values()
    assert isinstance(failed, Failed)
    assert failed.path == b"/gone\xff"


def test_a_dead_engine_is_started_again_and_its_requests_are_answered(app, clients) -> None:
    client, ear = clients(engines.obedient)
    client.start()
    until(app, lambda: ear.starts == 1)
    first = client.pid
    deadly = client.next_id()
    client.send(ListFolders(deadly))
    until(app, lambda: ear.starts == 2)
    lost = ear.endings()[deadly]
    assert isinstance(lost, Failed)
    assert lost.error == "EngineGone"
    assert ear.deaths == [1]
    assert client.pid not in (None, first)
    after = client.next_id()
    client.send(Search(after, "a dog"))
    until(app, lambda: after in ear.endings())
    assert isinstance(ear.endings()[after], Reply)


def test_after_three_deaths_within_a_minute_it_gives_up_and_says_what_to_do(app, clients) -> None:
    client, ear = clients(engines.dying)
    client.start()
    until(app, lambda: bool(ear.given_up))
    assert ear.deaths == [1, 2]
    assert "close Afterimage and open it anew" in ear.given_up[0]
    assert not client.running
    request = client.next_id()
    client.send(Search(request, "a dog"))
    until(app, lambda: request in ear.endings())
    assert isinstance(ear.endings()[request], Failed)


def test_an_engine_that_refuses_to_start_is_not_started_again(app, clients) -> None:
    client, ear = clients(engines.refusing)
    client.start()
    until(app, lambda: bool(ear.given_up))
    assert ear.deaths == []
    assert ear.given_up == ["Another process holds this library: /lib (close it)"]


def test_an_engine_that_sends_nonsense_is_ended(app, clients) -> None:
    client, ear = clients(engines.babbling)
    client.start()
    first = client.pid
    until(app, lambda: bool(ear.deaths))
    assert first is not None
    assert not psutil.pid_exists(first)


def test_stop_leaves_no_process_and_no_thread_behind(app, clients) -> None:
    client, ear = clients(engines.obedient)
    client.start()
    until(app, lambda: ear.starts == 1)
    pid = client.pid
    client.stop()
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert not client.running
    app.processEvents()
    assert ear.deaths == []


def test_an_engine_that_ignores_everything_is_killed_by_stop(app, clients) -> None:
    client, ear = clients(engines.deaf, stop_s=0.1)
    client.start()
    until(app, lambda: ear.starts == 1)
    pid = client.pid
    client.stop()
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_an_engine_that_does_not_read_holds_up_nobody(app, clients) -> None:
    client, ear = clients(engines.deaf, stop_s=0.1)
    client.start()
    until(app, lambda: ear.starts == 1)
    for _ in range(3):  # each is more than a pipe holds
        client.send(TagPhotos(client.next_id(), tuple(range(200_000)), add=("snow",)))
    client.stop()
    assert not client.running


def test_importing_the_client_brings_no_heavy_library() -> None:
    code = (
        "import sys, desktop_app.engine_client\n"
        "print(sorted({'torch', 'numpy', 'hnswlib', 'sqlite_utils', 'PIL'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=dict(os.environ))
    assert out.stdout == b"[]\n"
