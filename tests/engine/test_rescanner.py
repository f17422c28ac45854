"""Scans that cannot be finished mark nothing as missing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.catalog import Catalog
from engine.errors import DiskFull
from engine.photo import FileEntry
from engine.rescanner import Rescanner


class Stumbling(Catalog):
    """Fails to write while it has a `failure`."""

    failure: Exception | None = None

    def record_entries(self, scan: int, entries: Sequence[FileEntry], now_ns: int) -> None:
        if self.failure is not None:
            raise self.failure
        super().record_entries(scan, entries, now_ns)


@pytest.fixture
def stumbling(path: bytes, photos: Path) -> Iterator[Stumbling]:
    opened = Stumbling(path)
    opened.add_folder(os.fsencode(photos))
    yield opened
    opened.close()


def walked(rescanner: Rescanner) -> None:
    while rescanner.slice(float("inf")):
        pass


@pytest.mark.parametrize(
    ("failure", "goes_on"), [(DiskFull("full", remedy="free some space"), True), (ZeroDivisionError("a bug"), False)]
)
def test_photos_that_were_met_and_could_not_be_recorded_are_not_missing(
    stumbling: Stumbling, failure: Exception, goes_on: bool
) -> None:
    rescanner = Rescanner(stumbling, own_folders=[])
    rescanner.request()
    walked(rescanner)
    before = stumbling.counts()
    rescanner.request()
    stumbling.failure = failure
    with pytest.raises(type(failure)):
        walked(rescanner)
    assert rescanner.active is goes_on  # what a bug has cut short waits until somebody asks for it
    stumbling.failure = None
    walked(rescanner)
    assert stumbling.counts() == before
