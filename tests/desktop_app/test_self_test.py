from __future__ import annotations

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop_app import self_test
from desktop_app.app import AppWindow, Options, application
from desktop_app.engine_client import EngineClient, Patience
from engine import messages as m
from tests.desktop_app import engines
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, until


class IndexingEngine(MemoryEngine):
    """Indexes the drawn photos at once: each is its own thumbnail."""

    reranks = True

    def __init__(self) -> None:
        super().__init__()
        self.matching = 1  # of the three

    def _answer(self, request) -> None:
        super()._answer(request)
        if isinstance(request, m.AddFolder):
            paths = [os.path.join(request.path, name) for name in sorted(os.listdir(request.path))]
            self.hits = tuple(hit(number, path, path=path) for number, path in enumerate(paths, 1))
            self.tell(m.IndexProgress(0, len(self.hits), 0, 0, 0, 0.0, None, False))

    def _search(self, search: m.Search) -> None:
        found = list(self.hits)
        self._tell_results(search, found, m.Stage.RETRIEVED)
        if search.sentence and self.reranks:
            self._tell_results(search, found[::-1], m.Stage.RERANKED)
        self.tell(m.Reply(search.request))


class HastyEngine(IndexingEngine):
    reranks = False


def attempt(app, make_client, *, limit_s: float = 20.0) -> int:
    return self_test.run(
        lambda library, folders: AppWindow(app, Options(folders, library), make_client), limit_s=limit_s
    )


def test_it_draws_three_photos_that_differ(tmp_path: Path, app) -> None:
    self_test.draw_scenes(str(tmp_path))
    corners = {QImage(str(path)).pixelColor(5, 5).name() for path in tmp_path.iterdir()}
    assert len(corners) == 3


def test_it_passes_when_everything_was_seen(app, capfd) -> None:
    application()
    assert attempt(app, lambda library: IndexingEngine()) == 0
    assert "passed" in capfd.readouterr().out
    until(lambda: True)


def test_it_fails_and_says_so_when_no_reranked_result_comes(app, capfd) -> None:
    application()
    assert attempt(app, lambda library: HastyEngine(), limit_s=3.0) == 3
    assert "no reranked result came" in capfd.readouterr().err


def test_it_fails_when_nothing_is_indexed(app, capfd) -> None:
    application()
    assert attempt(app, lambda library: MemoryEngine(), limit_s=1.0) == 3
    assert "0 of 3 photos were indexed" in capfd.readouterr().err


def test_it_fails_at_once_when_the_engine_will_not_start(app, capfd) -> None:
    application()

    def client(library: bytes | None) -> EngineClient:
        return EngineClient(library, target=engines.refusing, patience=Patience(backoff_s=(0.01,)))

    assert attempt(app, client, limit_s=60.0) == 3
    assert "Another process holds this library" in capfd.readouterr().err


def test_the_real_engine_passes_with_the_starter_model() -> None:
    if not resources.files("resources").joinpath("models", "starter", "model.safetensors").is_file():
        pytest.skip("the starter model is not here")
    run = subprocess.run(
        [sys.executable, "-m", "desktop_app", "--self-test"],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
