"""Larger pictures of photos, several at once and while the model changes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.catalog import PhotoRow
from engine.library import Library
from engine.locations import Locations
from engine.messages import Rendition, Search
from engine.photo import DecodeOutcome, DecodeTask, RenderedPhoto
from engine.photo_renditions import PhotoRenditions
from engine.renditions import RenditionStore
from tests.engine.decoded import opened
from tests.engine.library_at_work import hits, index, paint, work
from tests.engine.two_models import TwoModels, install_second


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    locations.create()
    install_second(locations)
    paint(tmp_path / "photos" / "large.png", (90, 90, 200), size=(1200, 800))
    with Library.open(locations, models=TwoModels(), workers=2) as library:
        library.load_model()
        index(library, tmp_path / "photos")
        yield library


def large(library: Library) -> int:
    return hits(library, Search(1, ""))[0].photo_id


def finished(library: Library, *asked: Iterator[Rendition | None]) -> list[Rendition]:
    """What each of them ends with, turned by turn as the engine's loop does."""
    found: dict[int, Rendition] = {}
    deadline = time.monotonic() + 60
    while len(found) < len(asked):
        assert time.monotonic() < deadline
        library.step()
        for place, each in enumerate(asked):
            if place not in found and (event := next(each)) is not None:
                found[place] = event
    return [found[place] for place in range(len(asked))]


def width_of(rendition: Rendition) -> int:
    with Image.open(os.fsdecode(rendition.path)) as picture:
        return picture.width


def test_two_sizes_of_one_photo_are_not_taken_for_each_other(library: Library) -> None:
    photo = large(library)
    both = [library.rendition(number, photo, edge) for number, edge in ((1, 900), (2, 300))]
    for each in both:
        assert next(each) is None
    decoders = library.wait_connections()
    while not all(decoder.poll(60) for decoder in decoders):  # both are made before either is looked at
        library.step()
    wide, small = finished(library, *both)
    assert (width_of(wide), width_of(small)) == (900, 300)


class OnePhoto:
    """A catalog with one photo in it."""

    def hits(self, photo_ids: Sequence[int]) -> list[PhotoRow]:
        return [PhotoRow(photo, 1, b"/p.jpg", b"pixels", 300, 200) for photo in photo_ids]


class Decoders:
    """A model at work, as far as pictures are concerned: it has made this one, or is closed before it has."""

    def __init__(self, jpeg: bytes | None) -> None:
        self.tickets: set[int] = set()
        self._made = None if jpeg is None else RenderedPhoto(-1, jpeg, 30, 20)

    def request_rendition(self, path: bytes, edge: int) -> int:
        self.tickets.add(-1)
        return -1

    def rendition(self, ticket: int) -> RenderedPhoto | None:
        return self._made if ticket in self.tickets else None

    def hand_back(self, ticket: int) -> None:
        self.tickets.remove(ticket)


def test_a_picture_is_asked_for_again_where_another_model_took_over(tmp_path: Path) -> None:
    before, after = Decoders(None), Decoders(b"a picture")
    at_work = [before]
    pictures = PhotoRenditions(OnePhoto(), RenditionStore(os.fsencode(tmp_path)), lambda: at_work[0])  # type: ignore
    asked = pictures.make(1, 5, 30)
    assert next(asked) is None
    at_work[0] = after
    made = next(asked)
    assert made is not None
    assert Path(os.fsdecode(made.path)).read_bytes() == b"a picture"
    assert not before.tickets | after.tickets


def test_what_nobody_waits_for_any_more_is_given_back(tmp_path: Path) -> None:
    decoders = Decoders(None)
    asked = PhotoRenditions(OnePhoto(), RenditionStore(os.fsencode(tmp_path)), lambda: decoders).make(1, 5, 30)  # type: ignore
    assert next(asked) is None
    asked.close()
    assert not decoders.tickets


def test_pictures_come_while_nothing_is_indexed(library: Library) -> None:
    asked = library.rendition(1, large(library), 700)
    deadline = time.monotonic() + 60
    while (made := next(asked)) is None:
        library.collect_pictures()
        assert time.monotonic() < deadline
    assert width_of(made) == 700


class Answers:
    """Decoders that say what they are told to say."""

    limit = 1

    def __init__(self) -> None:
        self.tasks: list[DecodeTask] = []
        self.outcomes: list[DecodeOutcome] = []

    @property
    def free(self) -> int:
        return 8 - len(self.tasks)

    @property
    def pending(self) -> int:
        return len(self.tasks)

    def submit(self, task: DecodeTask) -> None:
        self.tasks.append(task)

    def poll(self, timeout_s: float = 0) -> list[DecodeOutcome]:
        done, self.outcomes = self.outcomes, []
        self.tasks = [task for task in self.tasks if task.photo_id not in {each.photo_id for each in done}]
        return done

    def close(self) -> None:
        pass


def test_nothing_is_encoded_while_somebody_waits_for_a_picture_and_the_next_waits_behind_few_photos(
    library: Library, tmp_path: Path
) -> None:
    served, shown, pool = library._served_model(), large(library), Answers()
    served.pool.close()
    served.pool = pool  # type: ignore[assignment]

    def arrive(*reds: int) -> None:
        for red in reds:
            paint(tmp_path / "photos" / f"{red}.png", (red, 200, 2))
        library.request_scan()
        deadline = time.monotonic() + 60
        while library._rescanner.active:
            library.step()
            assert time.monotonic() < deadline

    def decoded(task: DecodeTask) -> DecodeOutcome:
        return replace(
            opened(Path(os.fsdecode(task.path)), served.loaded.bi_encoder.model_input), photo_id=task.photo_id
        )

    arrive(10, 20, 30, 40)
    assert len(pool.tasks) == 4
    asked = library.rendition(1, shown, 300)
    assert next(asked) is None
    *photos, picture = pool.tasks
    pool.outcomes = list(map(decoded, photos))
    library.step()
    assert served.indexer.holding == 4
    pool.outcomes = [RenderedPhoto(picture.photo_id, b"a picture", 300, 200)]
    library.step()
    assert served.indexer.holding == 0
    assert next(asked) is not None
    arrive(50, 60, 70, 80)
    assert len(pool.tasks) == 2


def test_pictures_are_kept_again_after_their_folder_was_wiped(library: Library) -> None:
    photo = large(library)
    finished(library, library.rendition(1, photo, 700))
    shutil.rmtree(os.fsdecode(library.locations.renditions))
    (made,) = finished(library, library.rendition(2, photo, 700))
    assert width_of(made) == 700
    shutil.rmtree(os.fsdecode(library.locations.renditions))
    assert library.forget_everything() == 1
    work(library)
    assert library.doctor()["contents"] == 0
