from __future__ import annotations

import os

import pytest

from desktop_app import wording
from engine.messages import Failed, IndexProgress


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (92_400, "92 KB"),
        (2_345_678, "2.3 MB"),
        (999_700, "1.0 MB"),
        (5e12, "5.0 TB"),
    ],
)
def test_sizes_of_files(size: float, said: str) -> None:
    assert wording.file_size(int(size)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(4, "a few seconds left"), (42, "40 s left"), (1239, "about 21 min left"), (7300, "about 2 h left")],
)
def test_time_left(seconds: float, said: str) -> None:
    assert wording.time_left(seconds) == said


def test_dates_and_places() -> None:
    assert wording.date("2023-01-28T07:56:10") == "Sat, 28 Jan 2023, 07:56"
    assert wording.date("2023-01-28") == "Sat, 28 Jan 2023"
    assert wording.date("long ago") == "long ago"
    assert wording.place(-33.8568, 151.2153) == "33.8568° S, 151.2153° E"


def test_a_path_below_home_is_shortened_and_a_path_that_is_no_text_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert wording.home_relative(b"/home/ada/photos") == "~/photos"
    assert wording.home_relative(b"/home/adam") == "/home/adam"
    assert wording.folder_name(b"/photos/caf\xe9/") == "caf\ufffd"
    assert os.sep not in wording.folder_name(b"/photos/summer")


def test_indexing_tells_rate_and_time_or_that_it_rests() -> None:
    busy = IndexProgress(0, 1203, 47108, 1, 0, 38.4, 1239.0, True)
    assert wording.indexing(busy) == "Indexing 1,204 of 48,312 photos · 38 photos/s · about 21 min left"
    paused = IndexProgress(0, 1204, 47108, 0, 0, 0.0, None, False, paused=True)
    assert wording.indexing(paused) == "Indexing is paused · 1,204 of 48,312 photos"
    assert wording.indexing(IndexProgress(0, 10, 0, 0, 0, 0.0, None, True, scanning=True)) == "Looking for new photos"
    assert wording.indexing(IndexProgress(0, 10, 0, 0, 0, 0.0, None, False)) == ""


def test_a_failure_names_path_and_remedy() -> None:
    failed = Failed(1, "FolderUnreachable", "This folder cannot be read", b"/srv/x", "check its permissions")
    assert wording.failure(failed) == "This folder cannot be read: /srv/x. Check its permissions."


@pytest.mark.parametrize(
    ("share", "said"), [(0.874, "87\u00a0%"), (0.004, "below 1\u00a0%"), (0.999, "99\u00a0%"), (0.01, "1\u00a0%")]
)
def test_a_probability_is_never_said_to_be_certain(share: float, said: str) -> None:
    assert wording.percent(share) == said


def test_a_failure_names_no_command_line() -> None:
    failed = Failed(1, "ModelMissing", "The model could not be loaded", remedy="run: afterimage doctor")
    assert wording.failure(failed) == "The model could not be loaded. Start Afterimage again."
