"""Opening a catalog of an older or newer version, or something that is no catalog at all."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine import catalog_file
from engine.catalog import Catalog
from engine.errors import LibraryDamaged
from engine.migrations import SET_NAME, catalog_migrations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


def test_a_new_catalog_has_every_step_and_opens_again(path: Path) -> None:
    Catalog(os.fsencode(path)).close()
    Catalog(os.fsencode(path)).close()
    database = Database(path)
    assert catalog_migrations.pending(database) == []
    assert database.journal_mode == "wal"
    database.close()
    assert [name for name in os.listdir(path.parent) if "before" in name] == []


def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    Catalog(os.fsencode(path)).close()
    database = Database(path)
    database["_sqlite_migrations"].insert({"migration_set": SET_NAME, "name": "9999_future", "applied_at": "later"})
    database.close()
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged, match="newer version") as refused:
        Catalog(os.fsencode(path))
    assert refused.value.path == os.fsencode(path)
    assert "update" in refused.value.remedy
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged, match="not a catalog"):
        Catalog(os.fsencode(path))
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["catalog.db"]


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LibraryDamaged) as refused:
        Catalog(os.fsencode(path))
    assert refused.value.path == os.fsencode(path)
    assert refused.value.remedy
    assert path.read_bytes() == content


def test_a_folder_in_the_catalogs_place_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(LibraryDamaged):
        Catalog(os.fsencode(path))


def test_an_empty_file_becomes_a_catalog(path: Path) -> None:
    path.write_bytes(b"")
    Catalog(os.fsencode(path)).close()
    assert catalog_migrations.pending(Database(path)) == []


@pytest.mark.parametrize("name", [b"catalog.db", b"cat\xff\n'alog.db"])
def test_a_step_on_an_existing_catalog_copies_it_first(tmp_path: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    catalog = Catalog(path)
    catalog.set_setting("colour", "blue")
    catalog.close()
    catalog_file.back_up(Database(sqlite3.connect(path, isolation_level=None)), path, b".before-0002_more")
    copy = sqlite3.connect(path + b".before-0002_more")
    assert copy.execute("SELECT value FROM settings").fetchall() == [("blue",)]
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not os.path.exists(path + b".before-0002_more.tmp")


def test_a_step_that_fails_leaves_the_schema_as_it_was(path: Path) -> None:
    Catalog(os.fsencode(path)).close()
    database = Database(sqlite3.connect(path, isolation_level=None))
    tables = database.table_names()
    catalog_migrations(name="0002_broken")(_broken_step)
    try:
        with pytest.raises(ZeroDivisionError):
            Catalog(os.fsencode(path))
        assert database.table_names() == tables
        assert [step.name for step in catalog_migrations.pending(database)] == ["0002_broken"]
        assert os.path.exists(os.fsencode(path) + b".before-0002_broken")
    finally:
        catalog_migrations._migrations.pop()


def _broken_step(database: Database) -> None:
    database.execute("CREATE TABLE half (done INTEGER)")
    raise ZeroDivisionError
