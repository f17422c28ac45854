from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import cli_tag, sidecar
from engine.catalog import Catalog
from engine.cli_parser_tag import add_actions
from engine.cli_tag import chosen
from engine.errors import UsageError
from engine.messages import MarkPhotos
from engine.photo import FileEntry
from engine.photo_tags import PhotoTags
from engine.search_hit import SearchHit
from tests.engine.catalog_at_work import NOW, finish, scan


@pytest.fixture
def photos(tmp_path: Path) -> list[bytes]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg", "c.CR2"):
        (folder / name).write_bytes(b"x")
    return [os.fsencode(folder / name) for name in ("a.jpg", "b.jpg", "c.CR2")]


@pytest.fixture
def catalog(tmp_path: Path, photos: list[bytes]) -> Iterator[Catalog]:
    catalog = Catalog(os.fsencode(tmp_path / "catalog.db"))
    folder = catalog.add_folder(os.path.dirname(photos[0]))
    scan(catalog, folder, [FileEntry(path, 1, 1) for path in photos])
    catalog.model_id = "model"
    for number, task in enumerate(catalog.lease(3, now_ns=NOW)):
        finish(catalog, task, number)
    yield catalog
    catalog.close()


@pytest.fixture
def tags(catalog: Catalog, tmp_path: Path) -> PhotoTags:
    return PhotoTags(catalog, os.fsencode(tmp_path / "before"))


def words(photo: bytes) -> set[str]:
    found = sidecar.read(photo)
    return {"/".join(tag) for tag in found.written.tags} if found is not None else set()


def test_tags_go_to_the_catalog_and_to_no_file(tags: PhotoTags, photos: list[bytes]) -> None:
    done = tags.change((), photos, add=["snow", "people/Ada"], remove=[])
    assert done.edit is not None
    assert (done.edit.photos, done.sidecars, done.unknown) == (3, 0, ())
    assert tags.all() == [("people/Ada", 3), ("snow", 3)]
    assert [sidecar.read(photo) for photo in photos] == [None, None, None]


def test_with_sidecars_an_edit_and_its_undoing_reach_the_files(tags: PhotoTags, photos: list[bytes]) -> None:
    sidecar.write(photos[0], sidecar.Change(add=frozenset({("theirs",)})), since=None)
    done = tags.change((), photos, add=["snow"], remove=[], sidecars=True)
    assert done.sidecars == 3
    assert words(photos[0]) == {"theirs", "snow"}
    assert words(photos[2]) == {"snow"}
    assert sidecar.names(photos[2])[0].endswith(b"c.CR2.xmp")
    undone = tags.undo(sidecars=True)
    assert undone.sidecars == 3
    assert words(photos[0]) == {"theirs"}
    assert words(photos[1]) == set()
    assert tags.redo(sidecars=True).sidecars == 3
    assert words(photos[1]) == {"snow"}


def test_marks_are_written_as_other_programs_read_them(tags: PhotoTags, photos: list[bytes]) -> None:
    tags.mark((), photos[:1], "rating", "4", sidecars=True)
    tags.mark((), photos[:1], "label", "Red", sidecars=True)
    found = sidecar.read(photos[0])
    assert found is not None
    assert (found.written.rating, found.written.label) == (4, "Red")
    tags.mark((), photos[:1], "pick", "-1", sidecars=True)
    found = sidecar.read(photos[0])
    assert found is not None
    assert found.written.rating == -1


def test_a_sidecar_that_cannot_be_written_costs_no_other(tags: PhotoTags, photos: list[bytes]) -> None:
    broken = Path(os.fsdecode(sidecar.names(photos[1])[0]))
    broken.write_bytes(b"no xml at all")
    done = tags.change((), photos, add=["snow"], remove=[], sidecars=True)
    assert done.sidecars == 2
    (problem,) = done.problems
    assert problem.path == os.fsencode(broken)
    assert broken.read_bytes() == b"no xml at all"
    assert tags.all() == [("snow", 3)]


def test_what_is_no_photo_of_the_library_is_named(tags: PhotoTags, photos: list[bytes]) -> None:
    done = tags.change((), [photos[0], b"/elsewhere.jpg"], add=["snow"], remove=[])
    assert done.unknown == (b"/elsewhere.jpg",)
    assert tags.all() == [("snow", 1)]
    with pytest.raises(UsageError):
        tags.change((), photos, add=["/"], remove=[])


def test_renaming_reaches_the_files_too(tags: PhotoTags, photos: list[bytes]) -> None:
    tags.change((), photos[:2], add=["a/b"], remove=[], sidecars=True)
    tags.rename("a", "z", sidecars=True)
    assert words(photos[0]) == {"z/b"}
    tags.rename("z", "", sidecars=True)
    assert words(photos[0]) == set()


def hit(number: int, probability: float, *, matched: bool = True) -> SearchHit:
    return SearchHit(number, b"/%d.jpg" % number, b"", 1, 1, probability=probability, matched=matched)


def test_a_precision_takes_as_many_as_keep_it() -> None:
    hits = [hit(1, 0.99), hit(2, 0.6), hit(3, 0.97), hit(4, 0.9), hit(5, 0.1, matched=False)]
    sure, doubtful = chosen(hits, 0.95)
    assert [each.photo_id for each in sure] == [1, 3, 4]
    assert [each.photo_id for each in doubtful] == [2]
    assert [each.photo_id for each in chosen(hits, 0.8)[0]] == [1, 3, 4, 2]
    assert chosen(hits, 1.0)[0] == []
    assert chosen([], 0.5) == ([], [])
    described = replace(hit(6, 0.0), probability=None)
    assert [each.photo_id for each in chosen([*hits, described], 0.99)[0]] == [6, 1], "a person wrote these words of it"


def test_a_rejection_that_is_taken_back_leaves_the_rating_in_the_sidecar(tags: PhotoTags, photos: list[bytes]) -> None:
    def rating() -> int | None:
        found = sidecar.read(photos[0])
        return found.written.rating if found is not None else None

    tags.mark((), photos[:1], "rating", "4", sidecars=True)
    tags.mark((), photos[:1], "pick", "-1", sidecars=True)
    assert rating() == -1
    tags.mark((), photos[:1], "rating", "5", sidecars=True)
    assert rating() == -1, "it is still rejected"
    tags.undo(sidecars=True)
    tags.undo(sidecars=True)
    assert rating() == 4
    tags.mark((), photos[:1], "pick", "1", sidecars=True)
    assert rating() == 4


@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        (["rate", "4", "a.jpg"], ("rating", "4")),
        (["rate", "0", "a.jpg"], ("rating", None)),
        (["label", "Red", "a.jpg"], ("label", "Red")),
        (["label", "", "a.jpg"], ("label", None)),
        (["pick", "a.jpg"], ("pick", "1")),
        (["reject", "a.jpg", "b.jpg"], ("pick", "-1")),
        (["unflag", "a.jpg"], ("pick", None)),
    ],
)
def test_marks_can_be_typed(typed: list[str], request_: tuple[str, str | None]) -> None:
    parser = argparse.ArgumentParser()
    add_actions(parser)
    asked = cli_tag._request(parser.parse_args(typed))
    assert isinstance(asked, MarkPhotos)
    assert (asked.field, asked.value) == request_
    assert len(asked.paths) == sum(word.endswith(".jpg") for word in typed)
