"""Keywords, ratings, labels and captions that files bring along, at indexing and when they change."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine import photo_words, sidecar
from engine.catalog_tags import PhotoTag, Source
from engine.config import ModelInput
from engine.decoder import decode
from engine.file_words import FileWords, file_words
from engine.library import Library
from engine.messages import Search
from engine.photo import DecodedPhoto, DecodeTask
from engine.sidecar import Change
from tests.engine.library_at_work import OLD, hits, paint, work
from tests.engine.test_sidecar import DARKTABLE, DIGIKAM, IMMICH, LIGHTROOM, bag, packet

IPTC = b"\x1c\x01\x5a\x00\x03\x1b%G" + b"\x1c\x02\x19\x00\x05caf\xc3\xa9" + b"\x1c\x02\x19\x00\x04snow"
IPTC += b"\x1c\x02\x78\x00\x0cTwo\x1b[31m hut"
MARKS = 'xmp:Rating="3" xmp:Label="Red"'
XMP = packet(bag("lr:hierarchicalSubject", "places|Norway") + bag("dc:subject", "Norway", "sea"), MARKS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


def indexed(library: Library, folder: Path) -> None:
    library.add_folder(os.fsencode(folder))
    work(library)


def again(library: Library) -> None:
    library.request_scan()
    work(library)


def tags(library: Library, path: Path) -> tuple[PhotoTag, ...]:
    photo = library._catalog.tags.photo_at(os.fsencode(path))
    assert photo is not None
    return library._catalog.tags.of([photo]).get(photo, ())


def words(library: Library, path: Path) -> dict:
    photo = library._catalog.tags.photo_at(os.fsencode(path))
    assert photo is not None
    return library.tags.words([photo])[photo]


def beside(path: Path, data: bytes, *, at: int = OLD) -> Path:
    written = path.with_name(path.name + ".xmp")
    written.write_bytes(data)
    os.utime(written, (at, at))
    return written


def with_words(path: Path, *, xmp: bytes = b"", iptc: bytes = b"") -> Path:
    """A JPEG that carries them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(out, "JPEG", **({"xmp": xmp} if xmp else {}))
    data = out.getvalue()
    if iptc:
        block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(iptc).to_bytes(4, "big") + iptc + b"\0" * (len(iptc) % 2)
        data = data[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + data[2:]
    path.write_bytes(data)
    os.utime(path, (OLD, OLD))
    return path


def test_what_lies_in_photos_and_beside_them_is_read_while_they_are_indexed(library: Library, folder: Path) -> None:
    embedded = with_words(folder / "a.jpg", xmp=XMP, iptc=IPTC)
    raw_like = paint(folder / "b.png", (20, 200, 20))
    beside(raw_like, LIGHTROOM)
    stem = folder / "c.png"
    paint(stem, (20, 20, 200))
    stem.with_suffix(".xmp").write_bytes(DIGIKAM)
    indexed(library, folder)
    assert [tag.path for tag in tags(library, embedded)] == ["café", "places/Norway", "sea", "snow"]
    assert {tag.source for tag in tags(library, embedded)} == {Source.FILE}
    assert words(library, embedded)["rating"] == "3"
    assert words(library, embedded)["caption"] == "Two [31m hut"
    assert words(library, raw_like) == {
        "tags": [["places/Norway/Lofoten", "file"], ["snow", "file"]],
        "rating": "4",
        "label": "Red",
        "caption": "A hut & the sea",
    }
    assert [tag.path for tag in tags(library, stem)] == ["people/Ada", "snow"]
    found = hits(library, Search(1, "rating:>=4"))
    assert [hit.path for hit in found] == [os.fsencode(raw_like)]
    assert library.tags.undo().edit is None, "what a file says is no batch of a person"


def test_a_sidecar_that_changes_is_read_again_and_encodes_nothing(library: Library, folder: Path) -> None:
    photo = paint(folder / "a.png", (200, 20, 20))
    sidecar_file = beside(photo, DARKTABLE)
    indexed(library, folder)
    before = library._catalog.embeddings_count(), words(library, photo)["pick"]
    library.tags.change((), [os.fsencode(photo)], add=["mine"], remove=["snow"])
    beside(photo, packet(bag("dc:subject", "new", "snow"), 'xmp:Rating="2"'), at=OLD + 5)
    again(library)
    assert tags(library, photo) == (PhotoTag("mine", Source.PERSON), PhotoTag("new", Source.FILE))
    assert (words(library, photo)["rating"], "pick" in words(library, photo)) == ("2", False)
    assert (library._catalog.embeddings_count(), "-1") == before
    sidecar_file.unlink()
    again(library)
    assert tags(library, photo) == (PhotoTag("mine", Source.PERSON),)
    assert "rating" not in words(library, photo)


def test_what_a_person_said_stays_and_the_difference_is_told(library: Library, folder: Path) -> None:
    photo = paint(folder / "a.png", (200, 20, 20))
    beside(photo, packet("", 'xmp:Rating="2"'))
    indexed(library, folder)
    library.tags.mark((), [os.fsencode(photo)], "rating", "5")
    again(library)
    assert library.problems() == []
    told = beside(photo, packet("", 'xmp:Rating="3"'), at=OLD + 5)
    again(library)
    assert words(library, photo)["rating"] == "5"
    (problem,) = library.problems()
    assert problem.path == os.fsencode(told)
    assert "says stars: 3, here it is 5" in problem.reason
    beside(photo, b"<broken", at=OLD + 9)
    again(library)
    assert "cannot be understood" in library.problems()[0].reason
    beside(photo, packet("", 'xmp:Rating="5"'), at=OLD + 12)
    again(library)
    assert library.problems() == []


def test_what_is_written_here_comes_back_as_ones_own(library: Library, folder: Path) -> None:
    photo = paint(folder / "a.png", (200, 20, 20))
    beside(photo, IMMICH)
    indexed(library, folder)
    library.tags.change((), [os.fsencode(photo)], add=["places/Norway"], remove=["family"], sidecars=True)
    library.tags.mark((), [os.fsencode(photo)], "rating", "1", sidecars=True)
    again(library)
    assert tags(library, photo) == (PhotoTag("places/Norway", Source.PERSON),)
    assert words(library, photo)["rating"] == "1"
    assert library.problems() == []


def test_a_rejection_in_the_sidecar_takes_no_rating_away(library: Library, folder: Path) -> None:
    photo = paint(folder / "a.png", (200, 20, 20))
    indexed(library, folder)
    library.tags.mark((), [os.fsencode(photo)], "rating", "4", sidecars=True)
    again(library)
    library.tags.mark((), [os.fsencode(photo)], "pick", "-1", sidecars=True)
    again(library)
    assert {field: words(library, photo)[field] for field in ("rating", "pick")} == {"rating": "4", "pick": "-1"}
    library.tags.undo(sidecars=True)
    again(library)
    assert words(library, photo) == {"tags": [], "rating": "4"}
    assert library.problems() == []


def test_a_copy_says_what_its_original_says(library: Library, folder: Path) -> None:
    photo = with_words(folder / "a.jpg", xmp=XMP)
    indexed(library, folder)
    copy = folder / "copy.jpg"
    copy.write_bytes(photo.read_bytes())
    os.utime(copy, (OLD, OLD))
    again(library)
    assert tags(library, copy) == tags(library, photo)
    assert words(library, copy)["rating"] == "3"


def test_what_a_person_said_otherwise_survives_a_move(library: Library, folder: Path) -> None:
    photo = with_words(folder / "a.jpg", xmp=XMP)
    indexed(library, folder)
    library.tags.change((), [os.fsencode(photo)], add=[], remove=["sea"])
    library.tags.mark((), [os.fsencode(photo)], "rating", "5")
    moved = folder / "deep" / "a.jpg"
    moved.parent.mkdir()
    photo.rename(moved)
    again(library)
    assert [tag.path for tag in tags(library, moved)] == ["places/Norway"]
    assert words(library, moved)["rating"] == "5"


def test_a_sidecar_that_was_there_before_its_photo_is_read_when_that_comes(library: Library, folder: Path) -> None:
    paint(folder / "other.png", (9, 9, 9))
    beside(folder / "late.png", DIGIKAM)
    indexed(library, folder)
    late = paint(folder / "late.png", (20, 200, 20))
    again(library)
    assert [tag.path for tag in tags(library, late)] == ["people/Ada", "snow"]


def test_captions_are_found_by_their_words(library: Library, folder: Path) -> None:
    photo = with_words(folder / "a.jpg", iptc=b"\x1c\x02\x78\x00\x0eTwo zanzibaric")
    indexed(library, folder)
    find = "SELECT p.path FROM captions_words w JOIN captions c ON c.id = w.rowid JOIN photos p ON p.id = c.photo_id"
    file = library._catalog._file
    assert file.rows(f"{find} WHERE captions_words MATCH 'zanzibaric'") == [(os.fsencode(photo),)]
    library.forget([os.fsencode(photo)])
    assert file.rows(f"{find} WHERE captions_words MATCH 'zanzibaric'") == []
    kept = [path for path in Path(os.fsdecode(library.locations.data)).rglob("catalog.db*") if path.is_file()]
    assert kept
    assert not any(b"zanzibar" in path.read_bytes() for path in kept), "what is forgotten leaves the disk"


def decoded(path: Path) -> FileWords:
    photo = decode(DecodeTask(1, os.fsencode(path)), ModelInput(size=32))
    assert isinstance(photo, DecodedPhoto)
    return file_words(photo.words)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif", "avif"])
def test_a_packet_in_a_photo_is_found_whatever_its_format(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    said: dict = {"xmp": XMP}
    if ending == "png":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        said = {"pnginfo": info}
    if ending == "tif":
        said = {"tiffinfo": {700: XMP}}
    Image.new("RGB", (64, 48), (200, 30, 30)).save(path, **said)
    assert decoded(path) == FileWords(("places/Norway", "sea"), 3, "Red")


def test_what_windows_writes_is_read(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[photo_words.XP_KEYWORDS] = "harbour;two words\0".encode("utf-16-le")
    exif[photo_words.EXIF_RATING] = 4
    Image.new("RGB", (64, 48)).save(tmp_path / "a.jpg", exif=exif)
    assert decoded(tmp_path / "a.jpg") == FileWords(("harbour", "two words"), 4)


def test_levels_that_are_repeated_as_plain_keywords_and_captions_of_cameras_are_left_out() -> None:
    iptc = b"\x1c\x02\x19\x00\x06Norway\x1c\x02\x19\x00\x05gulls\x1c\x02\x78\x00\x08SONY DSC"
    assert photo_words.embedded(XMP, iptc, {}) == FileWords(("gulls", "places/Norway", "sea"), 3, "Red")


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=80), st.binary(max_size=80), st.one_of(st.binary(max_size=40), st.integers(), st.text()))
def test_nothing_that_a_file_may_hold_raises(xmp: bytes, iptc: bytes, exif: object) -> None:
    tags = {photo_words.XP_KEYWORDS: exif, photo_words.EXIF_RATING: exif}
    said = photo_words.embedded(b"<x" + xmp, b"\x1c\x02\x19" + iptc, tags)
    assert file_words(said.as_text()) == said


@pytest.mark.parametrize("data", [LIGHTROOM, DIGIKAM, DARKTABLE, IMMICH], ids=["Lr", "digiKam", "darktable", "Immich"])
def test_sidecars_of_others_go_there_and_back(library: Library, folder: Path, data: bytes) -> None:
    """Read, changed here, written, undone, written: they say what they said at first."""
    photo = paint(folder / "a.png", (200, 20, 20))
    beside(photo, data)
    before = sidecar.read(os.fsencode(photo))
    indexed(library, folder)
    library.tags.change((), [os.fsencode(photo)], add=["here/below", "snow"], remove=[], sidecars=True)
    library.tags.mark((), [os.fsencode(photo)], "label", "Green", sidecars=True)
    there = sidecar.read(os.fsencode(photo))
    assert there is not None
    assert ("here", "below") in there.written.tags
    assert there.written.label == "Green"
    for _ in range(2):
        library.tags.undo(sidecars=True)
    again(library)
    back = sidecar.read(os.fsencode(photo))
    assert before is not None
    assert back is not None
    assert back.written == before.written
    assert sidecar.write(os.fsencode(photo), Change(), since=back) == back
