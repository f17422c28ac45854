from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.catalog_alike import NamedPhoto
from engine.catalog_rows import PhotoRow
from engine.library import Library
from engine.locations import Locations
from engine.messages import SavedSearch, Search
from engine.pairs import paired, partner, with_pairs
from tests.engine.library_at_work import OLD, hits, index, names, results
from tests.engine.made_dng import dng
from tests.fake_model import FakeModels


def named(photo_id: int, name: str, taken_at: str | None = "2021-07-14T18:03:22") -> NamedPhoto:
    kind = {"jpg": "JPEG", "heic": "HEIF"}.get(name.rsplit(".", maxsplit=1)[-1].lower(), "RAW")
    return NamedPhoto(photo_id, b"/photos/" + name.encode(), kind, taken_at)


def test_a_pair_is_one_folder_one_name_and_one_time() -> None:
    raws = [
        named(1, "a/IMG_1.CR2"),
        named(2, "a/IMG_2.CR2"),
        named(3, "a/IMG_3.CR2"),
        named(4, "b/IMG_1.CR2"),
        named(5, "a/IMG_4.CR2", None),
        named(6, "a/IMG_5.CR2"),
        named(7, "a/IMG_5.DNG"),
    ]
    rendered = [
        named(11, "a/IMG_1.JPG"),
        named(12, "a/IMG_2.heic", "2021-07-14T18:03:23"),
        named(13, "a/IMG_3.jpg", "2021-07-14T18:09:00"),  # the counter began again at 1
        named(15, "a/IMG_4.jpg"),
        named(16, "a/IMG_5.heic"),
        named(17, "a/IMG_5.jpg"),
        named(18, "c/IMG_1.JPG"),
    ]
    assert {tuple(pair) for pair in paired(raws, rendered).tolist()} == {(1, 11), (2, 12), (5, 15), (6, 17), (7, 16)}
    assert paired([], rendered).shape == (0, 2)


def test_pairs_and_copies_that_share_a_photo_are_one_row_and_the_rendered_one_is_shown() -> None:
    pairs = np.array([[1, 11], [2, 12], [3, 13]])
    alone = with_pairs((np.zeros(0, np.int64), np.zeros(0, np.int64)), pairs)
    assert alone[0].tolist()[:3] == [11, 12, 13]
    copies = (np.array([2, 3, 50, 51]), np.array([7, 7, 8, 8]))  # the raw photos of two pairs show the same
    ids, groups = with_pairs(copies, pairs)
    rows: dict[int, list[int]] = {}
    for photo, group in zip(ids.tolist(), groups.tolist(), strict=True):
        rows.setdefault(group, []).append(photo)
    assert sorted(rows.values()) == [[11, 1], [12, 13, 2, 3], [50, 51]]
    same = (np.array([4, 5]), np.array([9, 9]))
    assert with_pairs(same, np.zeros((0, 2), np.int64)) is same


def test_the_other_half_is_found_among_those_that_stand_behind_a_photo() -> None:
    def row(name: str, kind: str) -> PhotoRow:
        return PhotoRow(1, 1, b"/photos/" + name.encode(), b"", 3, 2, format=kind, taken_at="2021-07-14T18:03:22")

    jpeg, raw = named(1, "IMG_1.JPG"), named(2, "IMG_1.CR2")
    assert partner(row("IMG_1.JPG", "JPEG"), [jpeg, named(3, "IMG_1.b.CR2"), raw]) == raw
    assert partner(row("IMG_1.CR2", "RAW"), [raw, jpeg]) == jpeg
    assert partner(row("IMG_1.JPG", "JPEG"), [jpeg, named(5, "IMG_2.CR2")]) is None
    assert partner(row("IMG_1.png", "PNG"), [raw]) is None


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    pytest.importorskip("rawpy", reason="raw photos are an optional part")
    with Library.open(Locations.at(os.fsencode(tmp_path / "library")), models=FakeModels(), workers=1) as opened:
        opened.load_model()
        yield opened


def test_a_raw_photo_and_its_jpeg_are_one_row_with_and_without_a_sentence(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    shown = Image.new("RGB", (600, 450), "#b01818")
    exif = Image.Exif()
    exif[0x0132] = "2021:07:14 18:03:22"
    shown.save(folder / "IMG_1.JPG", quality=92, exif=exif)
    (folder / "IMG_1.DNG").write_bytes(dng(preview=shown))
    Image.new("RGB", (600, 450), "#1818b0").save(folder / "IMG_2.JPG")
    for path in folder.iterdir():
        os.utime(path, (OLD, OLD))
    index(library, folder)

    newest = {os.path.basename(hit.path): hit for hit in hits(library, Search(1))}
    assert newest.keys() == {b"IMG_1.JPG", b"IMG_2.JPG"}
    assert newest[b"IMG_1.JPG"].pair == os.fsencode(folder / "IMG_1.DNG")
    assert newest[b"IMG_1.JPG"].alike == 1
    assert newest[b"IMG_2.JPG"].pair == b""
    library.offers.saved.add(SavedSearch(0, "all", "", os.fsencode(folder)))
    assert list(library.offers.saved.counting())[-1]
    assert [each.photos for each in library.offers.saved.all()] == [2]
    found = hits(library, Search(2, "red"))
    assert names(found)[0] == "IMG_1.JPG"
    assert found[0].pair.endswith(b"IMG_1.DNG")
    jpegs = {os.path.basename(hit.path): hit for hit in hits(library, Search(5, "type:jpeg"))}
    assert jpegs[b"IMG_1.JPG"].pair == newest[b"IMG_1.JPG"].pair  # though the raw file is not what is asked for
    handle = results(library, Search(6))[-1].result
    row = next(at for at in range(2) if library.hits(handle, at, 1)[0].pair)
    assert [hit.pair for hit in library.alike(handle, row)] == [b"", b""]
    every = hits(library, Search(3, every_copy=True))
    assert len(every) == 3
    assert not any(hit.pair for hit in every)
    days = np.frombuffer(results(library, Search(4))[-1].days, "<i4").reshape(-1, 2)
    assert days[:, 1].sum() == 2
