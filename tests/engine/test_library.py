"""The library as a whole, with real files, decoders, catalog and index, and a fake model."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image

from engine.errors import FolderUnreachable, LibraryBusy
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search, Stage
from engine.photo import PhotoState
from tests.engine.library_at_work import COLOURS, OLD, hits, index, names, paint, results, work
from tests.fake_model import FakeModels


def test_a_sentence_finds_the_photo_it_describes(library: Library, photos: Path) -> None:
    index(library, photos)
    assert names(hits(library, Search(1, "blue", rerank=False)))[0] == "blue.png"


def test_retrieved_hits_come_first_and_the_reranked_order_after(library: Library, photos: Path) -> None:
    index(library, photos)
    first, last = results(library, Search(1, "green"))
    assert (first.stage, last.stage) == (Stage.RETRIEVED, Stage.RERANKED)
    assert names(library.hits(first.result, 0, 1)) == ["green.png"]
    assert names(library.hits(last.result, 0, 1)) == ["dark.png"]
    assert first.looked_closely == 0
    assert last.looked_closely == last.count == 4


def test_an_empty_sentence_shows_every_photo_unscored(library: Library, photos: Path) -> None:
    index(library, photos)
    found = hits(library, Search(1, "  "))
    assert sorted(names(found)) == ["blue.png", "dark.png", "green.png", "red.png"]
    assert not any(hit.reranked for hit in found)


def test_browsing_needs_no_model(locations: Locations, photos: Path, models: FakeModels) -> None:
    with Library.open(locations, models=models, workers=1) as library:
        index_with = library.load_model
        index_with()
        index(library, photos)
    fresh = FakeModels()
    with Library.open(locations, models=fresh, workers=1) as library:
        assert len(hits(library, Search(1, ""))) == 4
    assert fresh.loads == 0


def test_a_second_start_encodes_nothing(locations: Locations, photos: Path) -> None:
    for expected in (4, 0):
        models = FakeModels()
        with Library.open(locations, models=models, workers=1) as library:
            library.load_model()
            index(library, photos)
            assert library.progress().ready == 4
        assert models.model.bi_encoder.encoded == expected


def test_a_moved_folder_is_found_again_without_encoding(library: Library, photos: Path, models: FakeModels) -> None:
    index(library, photos)
    encoded = models.model.bi_encoder.encoded
    (photos / "2020").mkdir()
    for photo in photos.glob("*.png"):
        shutil.move(photo, photos / "2020" / photo.name)
    library.request_scan()
    work(library)
    assert models.model.bi_encoder.encoded == encoded
    found = hits(library, Search(1, "red", rerank=False))
    assert found[0].path == os.fsencode(photos / "2020" / "red.png")
    assert library.progress().missing == 0


def test_a_copy_stands_behind_its_original_and_is_not_encoded(
    library: Library, photos: Path, models: FakeModels
) -> None:
    index(library, photos)
    encoded = models.model.bi_encoder.encoded
    shutil.copy2(photos / "red.png", photos / "red again.png")
    library.request_scan()
    work(library)
    assert models.model.bi_encoder.encoded == encoded
    found = hits(library, Search(1, "red", rerank=False, every_copy=True))
    assert sorted(names(found[:2])) == ["red again.png", "red.png"]


def test_a_deleted_photo_is_missing_and_not_shown(library: Library, photos: Path) -> None:
    index(library, photos)
    (photos / "red.png").unlink()
    library.request_scan()
    work(library)
    assert library.progress().missing == 1
    assert "red.png" not in names(hits(library, Search(1, "red")))


def test_a_changed_photo_is_encoded_again(library: Library, photos: Path) -> None:
    index(library, photos)
    paint(photos / "red.png", COLOURS["blue"], size=(80, 80))
    os.utime(photos / "red.png", (OLD + 9, OLD + 9))
    library.request_scan()
    work(library)
    assert set(names(hits(library, Search(1, "blue", rerank=False))[:2])) == {"blue.png", "red.png"}


def test_an_unplugged_folder_keeps_its_photos_searchable(library: Library, photos: Path) -> None:
    index(library, photos)
    away = photos.with_name("unplugged")
    photos.rename(away)
    library.request_scan()
    work(library)
    found = hits(library, Search(1, "red", rerank=False))
    assert names(found)[0] == "red.png"
    assert found[0].offline
    away.rename(photos)
    library.request_scan()
    work(library)
    assert not hits(library, Search(1, "red", rerank=False))[0].offline


def test_a_broken_photo_is_quarantined_with_a_reason_and_the_others_go_on(library: Library, photos: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no photo")
    os.utime(photos / "broken.jpg", (OLD, OLD))
    index(library, photos)
    progress = library.progress()
    assert (progress.ready, progress.unreadable, progress.pending) == (4, 1, 0)
    (problem,) = library.problems()
    assert problem.path == os.fsencode(photos / "broken.jpg")
    assert problem.reason


def test_photos_are_never_modified(library: Library, photos: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.iterdir()}
    index(library, photos)
    hits(library, Search(1, "red"))
    library.forget_everything()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.iterdir()} == before


def test_a_search_can_be_narrowed_to_a_folder(library: Library, photos: Path) -> None:
    paint(photos / "trip" / "pale.png", (220, 180, 180))
    index(library, photos)
    found = hits(library, Search(1, "red", folder=os.fsencode(photos / "trip"), rerank=False))
    assert names(found) == ["pale.png"]


def test_a_photo_can_be_the_query(library: Library, photos: Path, tmp_path: Path) -> None:
    index(library, photos)
    inside = hits(library, Search(1, "", like=(os.fsencode(photos / "green.png"),)))
    assert names(inside)[0] == "green.png"
    stranger = paint(tmp_path / "elsewhere" / "sea.png", (10, 30, 180))
    assert names(hits(library, Search(2, "", like=(os.fsencode(stranger),))))[0] == "blue.png"


def test_forgetting_removes_photos_and_everything_derived_from_them(
    library: Library, photos: Path, locations: Locations
) -> None:
    index(library, photos)
    assert library.forget([os.fsencode(photos)]) == 4
    assert hits(library, Search(1, "red")) == []
    assert library.folders() == []
    assert [name for _, _, files in os.walk(locations.thumbnails) for name in files] == []
    assert library.doctor()["index"]["labels"] == 0


def test_a_missing_folder_is_named(library: Library, tmp_path: Path) -> None:
    with pytest.raises(FolderUnreachable, match="nowhere"):
        library.add_folder(os.fsencode(tmp_path / "nowhere"))


def test_two_owners_are_refused(library: Library, locations: Locations, models: FakeModels) -> None:
    with pytest.raises(LibraryBusy):
        Library.open(locations, models=models)


def test_the_doctor_counts_what_is_there(library: Library, photos: Path) -> None:
    index(library, photos)
    report = library.doctor()
    assert report["photos"] == {"pending": 0, "ready": 4, "unreadable": 0, "missing": 0}
    assert report["contents"] == report["embeddings"] == report["index"]["labels"] == 4
    assert report["index"]["verified"] is True
    assert report["database"]["integrity"] == "ok"
    assert report["decoders"]["walls"] is not None
    assert report["scrub"]["mended"] == 0


def test_a_rendition_is_made_once_and_then_kept(library: Library, photos: Path) -> None:
    paint(photos / "large.png", (90, 90, 200), size=(1200, 800))
    index(library, photos)
    large = next(hit for hit in hits(library, Search(1, "")) if hit.path.endswith(b"large.png"))

    def rendition() -> list[object]:
        seen = []
        deadline = time.monotonic() + 60
        for event in library.rendition(7, large.photo_id, 800):
            seen.append(event)
            library.step()
            assert time.monotonic() < deadline
        return seen

    made = rendition()[-1]
    assert (made.width, made.height) == (800, 533)
    with Image.open(os.fsdecode(made.path)) as picture:
        assert picture.size == (800, 533)
    assert len(rendition()) == 1


def test_ten_thousand_characters_and_emoji_are_valid_sentences(library: Library, photos: Path) -> None:
    index(library, photos)
    for sentence in ("red " * 2500, "🐕‍🦺 red 🎉", "\x00red\ud800"):
        assert names(hits(library, Search(1, sentence, rerank=False)))[0] == "red.png"


def test_decoders_run_at_the_priority_that_was_asked_for(locations: Locations, photos: Path) -> None:
    with Library.open(locations, models=FakeModels(), workers=1, niceness=3) as library:
        library.load_model()
        index(library, photos)
        decoders = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
        assert [child.nice() for child in decoders] == [psutil.Process().nice() + 3]


def test_states_are_counted_for_the_window(library: Library, photos: Path) -> None:
    index(library, photos)
    progress = library.progress(5)
    assert (progress.request, progress.ready, progress.active) == (5, 4, False)
    assert PhotoState.READY.value == "ready"
