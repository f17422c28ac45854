"""Room that deleted rows took goes back to the disk, a few pages at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.catalog_file import INCREMENTAL, PAGES_AT_ONCE, CatalogFile

ROWS = 2 * PAGES_AT_ONCE


@pytest.fixture
def path(tmp_path: Path) -> bytes:
    return os.fsencode(tmp_path / "catalog.db")


@pytest.fixture
def file(path: bytes) -> Iterator[CatalogFile]:
    opened = CatalogFile(path)
    yield opened
    opened.close()


def fill_and_empty(file: CatalogFile, path: bytes) -> int:
    """Rows of some pages each come and go; returns how large the file is then."""
    with file.transaction():
        file.write_many("INSERT INTO settings VALUES (?, ?)", [(f"key {n}", "x" * 8_000) for n in range(ROWS)])
    with file.transaction():
        file.write("DELETE FROM settings")
    file.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return os.path.getsize(path)


def test_a_file_shrinks_in_slices(file: CatalogFile, path: bytes) -> None:
    full = fill_and_empty(file, path)
    slices = sum(1 for _ in file.shrink())
    assert slices >= 2
    assert os.path.getsize(path) < full / 10
    assert file.integrity() == "ok"
    assert list(file.shrink()) == []


def test_slices_that_nobody_asked_for_leave_a_whole_file(file: CatalogFile, path: bytes) -> None:
    full = fill_and_empty(file, path)
    next(file.shrink())
    assert file.integrity() == "ok"
    list(file.shrink())
    assert os.path.getsize(path) < full / 10


def test_a_file_from_before_learns_it(path: bytes) -> None:
    CatalogFile(path).close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA auto_vacuum = 0")
        old.execute("VACUUM")
    with closing(CatalogFile(path)) as file:
        assert file.value("PRAGMA auto_vacuum") == 0
        full = fill_and_empty(file, path)
        list(file.shrink())
        assert file.value("PRAGMA auto_vacuum") == INCREMENTAL
        assert os.path.getsize(path) < full / 10
        assert file.integrity() == "ok"
