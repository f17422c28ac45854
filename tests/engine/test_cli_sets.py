"""`afterimage saved` and `afterimage collection` on a real library, with a model that is not even there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app import __main__ as entry
from engine.library import Library
from engine.locations import Locations
from tests.engine.library_at_work import index
from tests.fake_model import FakeModels

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, photos: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    library = tmp_path / "library"
    with Library.open(Locations.at(os.fsencode(library)), models=FakeModels(), workers=1) as opened:
        opened.load_model()
        index(opened, photos)

    def run(command: str, *words: object) -> tuple[int, str, str]:
        status = entry.main([command, "--library", str(library), *map(str, words)])
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


@pytest.mark.slow
def test_an_evening_of_collecting(run: Run, photos: Path) -> None:
    red, blue = photos / "red.png", photos / "blue.png"
    assert run("collection", "list")[0] == 1
    assert run("collection", "add", "Best of", red, blue)[:2] == (0, "add to Best of: 2 photos\n")
    assert run("collection", "add", "best of", red)[0] == 1
    status, _, said = run("collection", "add", "Best of", photos / "none.png")
    assert (status, "none.png" in said) == (3, True)
    assert json.loads(run("collection", "list", "--json")[1]) == {"collection": "Best of", "photos": 2}
    assert set(run("collection", "show", "Best of", "-0")[1].split("\0")) == {str(red), str(blue), ""}
    assert run("collection", "remove", "Best of", red)[0] == 0
    assert run("collection", "show", "Best of")[1] == f"{blue}\n"
    assert run("tag", "undo")[1].startswith("undone: take out of Best of: 1 photo")
    assert run("collection", "rename", "Best of", "Kept")[0] == 0
    assert run("collection", "show", "Best of")[0] == 1
    assert run("collection", "delete", "kept")[0] == 0
    assert run("collection", "delete", "kept")[0] == 2


def test_a_search_is_kept_under_a_name(run: Run, photos: Path) -> None:
    assert run("saved", "list")[0] == 1
    assert run("saved", "add", "Blue ones", '"blue"', "type:png")[0] == 0
    assert run("saved", "add", "blue ones", "x")[0] == 2
    assert run("saved", "add", "Nothing")[0] == 2
    assert run("search", "--saved", "BLUE ones", "--paths")[:2] == (0, f"{photos / 'blue.png'}\n")
    assert run("search", "--saved", "Blue ones", "type:jpg", "--paths")[0] == 1
    assert run("saved", "list")[1] == 'Blue ones: "blue" type:png\n'
    assert run("saved", "rename", "blue ones", "Sea")[0] == 0
    assert json.loads(run("saved", "list", "--json")[1])["name"] == "Sea"
    assert run("search", "--saved", "Blue ones", "--paths")[0] == 2
    assert run("saved", "remove", "sea")[0] == 0
    assert run("saved", "list")[0] == 1
