"""Ticks and crosses: kept on the disk, one for each sentence and content, whatever becomes of model and path."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from engine import messages as m
from engine.catalog import Catalog
from engine.engine_loop import EngineLoop
from engine.engine_peer import MemoryPeer
from engine.errors import PhotoUnreadable, UsageError
from engine.locations import Locations
from engine.photo import Folder
from tests.engine.catalog_at_work import DAY, NOW, entry, finish, scan
from tests.fakes import FakeLibrary


@pytest.fixture
def catalog(catalog: Catalog) -> Catalog:
    catalog.model_id = "first"
    return catalog


def add_photo(catalog: Catalog, folder: Folder, name: str, *, shows: int, now_ns: int = NOW) -> tuple[int, int]:
    """Returns (photo id, content id)."""
    scan(catalog, folder, [entry(name)], now_ns=now_ns)
    (task,) = catalog.lease(1, now_ns=now_ns)
    return task.photo_id, finish(catalog, task, shows)


def said(catalog: Catalog) -> list[tuple[str, int, int]]:
    return [(each.sentence, each.content_id, each.verdict) for each in catalog.judgments.all()]


def test_a_judgment_is_kept_replaced_and_taken_back(catalog: Catalog, path: bytes) -> None:
    photo, content = add_photo(catalog, catalog.add_folder(b"/photos"), "dog.jpg", shows=1)
    catalog.judgments.judge("a dog", photo, 1)
    assert said(catalog) == [("a dog", content, 1)]
    other = sqlite3.connect(os.fsdecode(path))
    assert other.execute("SELECT sentence, verdict FROM judgments").fetchall() == [("a dog", 1)]
    catalog.judgments.judge("a dog", photo, -1)
    assert said(catalog) == [("a dog", content, -1)]
    assert catalog.judgments.photos("a dog", -1) == [photo]
    catalog.judgments.judge("a dog", photo, 0)
    assert said(catalog) == []


def test_the_same_sentence_typed_otherwise_is_one(catalog: Catalog) -> None:
    photo, content = add_photo(catalog, catalog.add_folder(b"/photos"), "dog.jpg", shows=1)
    catalog.judgments.judge("  a\tdog in a cafe\u0301\udcff ", photo, 1)
    assert said(catalog) == [("a dog in a caf\u00e9", content, 1)]
    assert catalog.judgments.photos("a dog  in a caf\u00e9", 1) == [photo]


@pytest.mark.parametrize(("sentence", "verdict"), [("", 1), (" \n", 1), ("a dog", 2), ("a dog", -7)])
def test_what_is_no_judgment_is_refused(catalog: Catalog, sentence: str, verdict: int) -> None:
    photo, _ = add_photo(catalog, catalog.add_folder(b"/photos"), "dog.jpg", shows=1)
    with pytest.raises(UsageError):
        catalog.judgments.judge(sentence, photo, verdict)
    assert said(catalog) == []


def test_a_photo_that_is_gone_cannot_be_judged(catalog: Catalog) -> None:
    with pytest.raises(PhotoUnreadable):
        catalog.judgments.judge("a dog", 77, 1)


def test_copies_share_a_judgment_and_another_model_keeps_it(catalog: Catalog) -> None:
    folder = catalog.add_folder(b"/photos")
    photo, content = add_photo(catalog, folder, "dog.jpg", shows=1)
    scan(catalog, folder, [entry("dog.jpg"), entry("copy.jpg")])
    (task,) = catalog.lease(1, now_ns=NOW)
    assert finish(catalog, task, 1) == content
    catalog.judgments.judge("a dog", photo, 1)
    catalog.model_id = "second"
    list(catalog.models.remove("first"))
    assert catalog.judgments.photos("a dog", 1) == sorted([photo, task.photo_id])


def test_a_photo_that_moves_takes_its_judgments_along(catalog: Catalog) -> None:
    folder = catalog.add_folder(b"/photos")
    photo, content = add_photo(catalog, folder, "dog.jpg", shows=1)
    catalog.judgments.judge("a dog", photo, 1)
    moved, _ = add_photo(catalog, folder, "moved.jpg", shows=1, now_ns=NOW + DAY)
    assert moved != photo
    assert catalog.judgments.photos("a dog", 1) == [moved]
    assert said(catalog) == [("a dog", content, 1)]


def test_forgetting_the_last_photo_of_a_content_forgets_what_was_said_of_it(catalog: Catalog, path: bytes) -> None:
    photo, _ = add_photo(catalog, catalog.add_folder(b"/photos"), "dog.jpg", shows=1)
    catalog.judgments.judge("a secret of mine", photo, 1)
    catalog.forget([b"/photos/dog.jpg"])
    catalog.remove_contents(list(catalog.orphan_contents()))
    assert said(catalog) == []
    files = [name for name in os.listdir(os.path.dirname(path)) if name.startswith(b"catalog.db")]
    assert files
    for name in files:
        with open(os.path.join(os.path.dirname(path), name), "rb") as file:
            assert b"a secret of mine" not in file.read()


def test_the_engine_takes_judgments_and_lists_them(catalog: Catalog, tmp_path: Path) -> None:
    photo, _ = add_photo(catalog, catalog.add_folder(b"/photos"), "dog.jpg", shows=1)
    library = FakeLibrary(Locations.at(os.fsencode(tmp_path)))
    library.judgments = catalog.judgments
    loop, peer = EngineLoop(library), MemoryPeer()  # type: ignore[arg-type]
    loop.join(peer)
    requests = (
        m.Judge(1, "a dog", photo, 1),
        m.Judge(2, "a dog", 99, 1),
        m.Judge(3, "", photo),
        m.ListJudgments(4, "a dog"),
    )
    peer.requests += requests
    while not any(event.request == 4 and isinstance(event, m.Reply) for event in peer.events):
        loop.turn(0.02)
    told = [event for event in peer.events if 1 <= event.request <= 4]
    assert told[0] == m.Reply(1)
    assert [(type(event), event.error) for event in told[1:3] if isinstance(event, m.Failed)] == [
        (m.Failed, "PhotoUnreadable"),
        (m.Failed, "UsageError"),
    ]
    assert told[3] == m.Judgments(4, "a dog", photo.to_bytes(8, "little"), b"")
    loop.close()


def test_tags_that_a_person_gave_are_examples_too(catalog: Catalog) -> None:
    photo, content = add_photo(catalog, catalog.add_folder(b"/photos"), "dog.jpg", shows=1)
    file = sqlite3.connect(os.fsdecode(catalog._file.path))
    tags = [("pets/Bello", "person"), ("animal", "model"), ("Berlin", "file")]
    file.executemany("INSERT INTO photo_tags VALUES (?, ?, ?)", [(photo, path, source) for path, source in tags])
    file.commit()
    file.close()
    assert catalog.judgments.tagged() == [("Bello", content)]
