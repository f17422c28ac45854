"""The engine's door: a socket for its owner, and who comes through it."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import stat
import struct
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from engine import engine_line, engine_socket, frames
from engine import messages as m
from engine.locations import Locations
from tests.engine.engine_at_work import Engine, name_photos, of, window_of
from tests.fakes import FakeLibrary


@pytest.fixture
def library(fake_library: FakeLibrary) -> FakeLibrary:
    return fake_library


@pytest.fixture
def photos(tmp_path: Path) -> bytes:
    return name_photos(tmp_path / "photos")


@pytest.fixture
def served(library: FakeLibrary) -> Iterator[Engine]:
    """An engine that turns in a thread, with its socket open."""
    engine = Engine(library, door=engine_socket.listen(library.locations.socket))
    engine.loop.load_model()

    def serve() -> None:
        while not engine.loop.leaving:
            engine.loop.turn()

    thread = threading.Thread(target=serve)
    thread.start()
    yield engine
    engine.loop.leave()
    thread.join()
    engine.loop.close()


def conversation(connection: Connection, request: m.Request) -> list[m.Event]:
    connection.send_bytes(frames.encode(request))
    events: list[Any] = []
    while not events or not isinstance(events[-1], m.Reply | m.Failed) or events[-1].request != request.request:
        assert connection.poll(60)
        events.append(frames.decode(connection.recv_bytes()))
    return events


def test_the_socket_is_for_its_owner_only_and_vanishes_with_the_engine(library: FakeLibrary) -> None:
    door = engine_socket.listen(library.locations.socket)
    mode = os.stat(library.locations.socket).st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600
    door.close()
    assert not os.path.exists(library.locations.socket)
    assert engine_line.connect(library.locations.socket) is None


def test_a_client_on_the_socket_is_greeted_and_answered(served: Engine) -> None:
    answer = engine_line.connect(served.library.locations.socket)
    assert answer is not None
    connection, greeting = answer
    assert greeting.model_name == "fake"
    with connection:
        assert of(conversation(connection, m.ListFolders(1)), m.FolderList, 1)


def test_a_data_folder_with_a_very_long_path_is_reached_all_the_same(tmp_path: Path) -> None:
    deep = os.fsencode(tmp_path.joinpath(*["a folder with a long name"] * 8))
    library = FakeLibrary(Locations.at(deep))
    library.locations.create()
    assert len(library.locations.socket) > 200
    engine = Engine(library, door=engine_socket.listen(library.locations.socket))
    thread = threading.Thread(target=lambda: engine.until(lambda: engine.loop.leaving))
    thread.start()
    answer = engine_line.connect(library.locations.socket)
    engine.loop.leave()
    thread.join()
    engine.loop.close()
    assert answer is not None
    answer[0].close()


def test_a_second_start_raises_the_window_and_hands_over_its_folders(served: Engine) -> None:
    path = served.library.locations.data
    assert not engine_line.raise_running_window(path)
    window = window_of(served)
    served.loop.wake()
    assert engine_line.raise_running_window(path, (b"/new",))
    raised = []
    while not raised:
        assert window.poll(60)
        event = frames.decode(window.recv_bytes())
        raised = [event] if isinstance(event, m.WindowRaised) else []
    assert raised[0].folders == (b"/new",)


def test_a_stale_socket_is_no_engine_and_does_not_keep_the_next_one_out(library: FakeLibrary) -> None:
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(library.locations.socket)
    stale.close()
    assert engine_line.connect(library.locations.socket) is None
    engine_socket.listen(library.locations.socket).close()


def raw_client(path: bytes) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(60)
    client.connect(path)
    return client


@pytest.mark.parametrize(
    "rubbish",
    [
        struct.pack("!i", 5) + b"hello",
        struct.pack("!i", -2),
        struct.pack("!i", 2**30) + b"too long",
        struct.pack("!i", 100) + b"the rest never comes",
        random.Random(0).randbytes(5_000),
    ],
    ids=["no frame", "negative", "huge", "cut short", "noise"],
)
def test_a_client_that_sends_rubbish_is_dropped_and_the_others_are_served(served: Engine, rubbish: bytes) -> None:
    path = served.library.locations.socket
    client = raw_client(path)
    client.sendall(rubbish)
    with contextlib.suppress(ConnectionResetError):
        while client.recv(4_096):
            pass
    client.close()
    answer = engine_line.connect(path)
    assert answer is not None
    with answer[0] as connection:
        assert isinstance(conversation(connection, m.ListFolders(1))[-1], m.Reply)
