"""What a person sets for a library does what it says."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from engine import messages as m
from engine.engine_settings import answer
from engine.errors import UsageError
from engine.index_pause import IndexPause
from engine.library import Library
from engine.library_settings import DECODERS, ON_BATTERY
from engine.locations import Locations
from tests.engine.library_at_work import COLOURS, index, paint, work
from tests.fake_model import FakeModels


def test_a_setting_is_kept_with_the_library_and_nonsense_is_refused(tmp_path: Path) -> None:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        assert library.settings.all() == {DECODERS: "half", ON_BATTERY: "pause"}
        told = json.loads(answer(library, m.SetSetting(1, DECODERS, "one")))
        assert told["values"][DECODERS] == "one"
        assert told["data"] == str(tmp_path / "library")
        for name, value in ((DECODERS, "seven"), ("colour", "red")):
            with pytest.raises(UsageError):
                answer(library, m.SetSetting(2, name, value))
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        assert library.settings.get(DECODERS) == "one"


def test_the_decoders_at_work_follow_the_setting_at_once(library: Library, photos: Path) -> None:
    library.settings.in_background = True
    index(library, photos)
    (served,) = library._at_work()
    library.settings.set(DECODERS, "all")
    assert served.pool.limit == (os.cpu_count() or 2)
    library.settings.set(DECODERS, "one")
    assert served.pool.limit == 1
    paint(photos / "new.png", (9, 9, 9))
    library.request_scan()
    work(library)
    assert library.progress().ready == len(COLOURS) + 1
    served.pool.poll()
    assert len(served.pool.connections()) <= 1


def test_indexing_rests_on_battery_until_the_mains_are_back_or_a_person_says_go_on(
    library: Library, photos: Path
) -> None:
    battery = [True]
    parts = (library._catalog, library.settings, library._rescanner)
    library.pause = IndexPause(*parts, on_battery=lambda: battery[0])
    library.add_folder(os.fsencode(photos))
    deadline = time.monotonic() + 60
    while library.progress().scanning:
        assert time.monotonic() < deadline
        library.step()
    library.step()
    waiting = library.progress()
    assert (waiting.ready, waiting.pending, waiting.paused, waiting.note) == (0, 4, True, "on battery")
    library.set_paused(False)
    assert not library.progress().paused
    battery[0] = False
    assert not library.progress().paused
    battery[0] = True
    assert library.progress().paused, "the leave to go on ended with the mains"
    library.settings.set(ON_BATTERY, "go on")
    work(library)
    assert library.progress().ready == 4
    library.settings.set(ON_BATTERY, "pause")
    assert library.progress().note == "", "without work there is nothing to say"


def test_a_paused_folder_rests_while_the_others_go_on(library: Library, photos: Path, tmp_path: Path) -> None:
    index(library, photos)
    (folder,) = library.folders()
    answer(library, m.PauseFolder(1, folder.id, paused=True))
    paint(photos / "later.png", (1, 2, 3))
    paint(tmp_path / "others" / "one.png", (90, 80, 10))
    library.request_scan()
    index(library, tmp_path / "others")
    first, second = library.folders()
    assert (first.paused, first.ready, second.ready) == (True, 4, 1)
    assert library.progress().pending == 0, "nobody waits for photos of a paused folder"
    answer(library, m.PauseFolder(2, folder.id, paused=False))
    work(library)
    assert [each.ready for each in library.folders()] == [5, 1]


def test_forgetting_everything_leaves_no_word_of_a_tag(library: Library, photos: Path, tmp_path: Path) -> None:
    index(library, photos)
    paths = [os.fsencode(photos / "red.png")]
    for word in ("secret wedding", "secret honeymoon"):
        library.tags.change((), paths, add=(word,), remove=(), sidecars=True)
    assert os.listdir(library.locations.sidecars), "the sidecar from before is kept"
    library.forget_everything()
    assert not os.path.exists(library.locations.sidecars)
    assert library.tags.undo().edit is None
    library.close()
    left = [path for path in (tmp_path / "library").rglob("*") if path.is_file()]
    assert not [path for path in left if b"secret" in path.read_bytes()]
    assert (photos / "red.png.xmp").exists(), "files beside the photos are the person's"
