from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from engine.captions.caption_files import read_captioned, split_names, united
from engine.errors import TrainingDataError

NAMES = ("a.jpg", "b.jpg", "c.jpg")


@pytest.fixture
def photos(tmp_path: Path) -> bytes:
    folder = tmp_path / "images"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes(name.encode())
    return os.fsencode(folder)


def write_tsv(folder: Path) -> bytes:
    (folder / "captions.tsv").write_text("a.jpg\tA dog.\nb.jpg\tA cat.\na.jpg\tA red dog.\nc.jpg\tA cow.\n")
    (folder / "train.txt").write_text("a.jpg\nb.jpg\n")
    (folder / "dev.txt").write_text("c.jpg\n")
    return os.fsencode(folder / "captions.tsv")


def image(name: str, split: str, *sentences: str, **more: Any) -> dict[str, Any]:
    return {"filename": name, "split": split, "sentences": [{"raw": text} for text in sentences], **more}


def write_json(folder: Path, images: list[dict[str, Any]]) -> bytes:
    (folder / "dataset.json").write_text(json.dumps({"dataset": "flickr8k", "images": images}))
    return os.fsencode(folder / "dataset.json")


def write_lines(folder: Path) -> Path:
    (folder / "raw").mkdir()
    (folder / "image_splits").mkdir()
    (folder / "image_splits" / "train.txt").write_text("a.jpg\nb.jpg\n")
    (folder / "image_splits" / "val.txt").write_text("c.jpg#1\n")
    (folder / "raw" / "train.en").write_text("A dog.\nA cat.\n")
    (folder / "raw" / "val.en").write_text("A cow.\n")
    (folder / "raw" / "train.de.gz").write_bytes(gzip.compress("Ein Hund.\nEine Kätzin.\n".encode()))
    (folder / "raw" / "val.de.gz").write_bytes(gzip.compress(b"Eine Kuh.\n"))
    return folder


THREE = [
    image("a.jpg", "train", " A dog. ", "A red dog."),
    image("b.jpg", "restval", "A cat."),
    image("c.jpg", "val", "A cow."),
]


def test_a_table_is_read_with_a_split_file_or_its_name(tmp_path: Path, photos: bytes) -> None:
    captions = write_tsv(tmp_path)
    by_name = read_captioned(captions, photos=photos, split="train")
    assert by_name == read_captioned(captions, photos=photos, split=os.fsencode(tmp_path / "train.txt"))
    assert by_name.captions == (("A dog.", "A red dog."), ("A cat.",))
    assert read_captioned(captions, photos=photos, split="val").photos == (b"c.jpg",)
    assert len(read_captioned(captions, photos=photos).photos) == 3


def test_a_packed_table_with_a_byte_order_mark_reads_the_same(tmp_path: Path, photos: bytes) -> None:
    plain = write_tsv(tmp_path)
    packed = tmp_path / "captions.tsv.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + Path(os.fsdecode(plain)).read_bytes()))
    assert read_captioned(os.fsencode(packed), photos=photos) == read_captioned(plain, photos=photos)


def test_json_keeps_raw_sentences_and_trains_on_restval_too(tmp_path: Path, photos: bytes) -> None:
    captions = write_json(tmp_path, THREE)
    pairs = read_captioned(captions, photos=photos, split=b"train")
    assert pairs.photos == (b"a.jpg", b"b.jpg")
    assert pairs.captions == (("A dog.", "A red dog."), ("A cat.",))
    assert read_captioned(captions, photos=photos, split="restval").photos == (b"b.jpg",)
    assert read_captioned(captions, photos=photos, split="dev").photos == (b"c.jpg",)


def test_json_finds_photos_in_the_folder_it_names_or_in_one(tmp_path: Path, photos: bytes) -> None:
    captions = write_json(tmp_path, [image("a.jpg", "train", "A dog.", filepath="val2014")])
    assert read_captioned(captions, photos=photos).photos == (b"a.jpg",)
    below = Path(os.fsdecode(photos)) / "val2014"
    below.mkdir()
    (below / "a.jpg").write_bytes(b"x")
    assert read_captioned(captions, photos=photos).photos == (b"val2014/a.jpg",)


def test_json_takes_a_list_of_names_as_a_split(tmp_path: Path, photos: bytes) -> None:
    captions = write_json(tmp_path, THREE)
    (tmp_path / "mine.txt").write_text("b.jpg\n")
    split = os.fsencode(tmp_path / "mine.txt")
    assert read_captioned(captions, photos=photos, split=split).photos == (b"b.jpg",)


def test_lines_of_one_language_go_with_the_list_of_photos(tmp_path: Path, photos: bytes) -> None:
    raw = write_lines(tmp_path) / "raw"
    pairs = read_captioned(os.fsencode(raw / "train.de.gz"), photos=photos)
    assert (pairs.photos, pairs.captions) == ((b"a.jpg", b"b.jpg"), (("Ein Hund.",), ("Eine Kätzin.",)))
    assert read_captioned(os.fsencode(raw / "train.en"), photos=photos, split="val").sentences() == ["A cow."]


def test_a_folder_of_lines_gives_its_languages_together(tmp_path: Path, photos: bytes) -> None:
    pairs = read_captioned(os.fsencode(write_lines(tmp_path)), photos=photos, split="dev")
    assert (pairs.photos, pairs.captions) == ((b"c.jpg",), (("Eine Kuh.", "A cow."),))


def test_numbered_lines_are_several_sentences_of_a_photo(tmp_path: Path, photos: bytes) -> None:
    (tmp_path / "train_images.txt").write_text("a.jpg\n")
    for number in (1, 2, 3):
        (tmp_path / f"train.{number}.en").write_text(f"Sentence {number}.\n")
    pairs = read_captioned(os.fsencode(tmp_path), photos=photos, split="train")
    assert pairs.captions == (("Sentence 1.", "Sentence 2.", "Sentence 3."),)
    assert read_captioned(os.fsencode(tmp_path / "train.2.en"), photos=photos).sentences() == ["Sentence 2."]


def test_languages_in_several_files_are_united_by_photo(tmp_path: Path, photos: bytes) -> None:
    raw = write_lines(tmp_path) / "raw"
    parts = [read_captioned(os.fsencode(raw / name), photos=photos) for name in ("train.en", "train.de.gz")]
    assert united(parts).captions == (("A dog.", "Ein Hund."), ("A cat.", "Eine Kätzin."))


def test_a_split_tells_its_photos_also_those_without_a_caption(tmp_path: Path, photos: bytes) -> None:
    captions = write_tsv(tmp_path)
    (tmp_path / "train.txt").write_text("a.jpg\nz.jpg\n")
    assert split_names(captions, photos=photos, split="train") == [b"a.jpg", b"z.jpg"]
    assert read_captioned(captions, photos=photos, split="train", partial=True).photos == (b"a.jpg",)
    assert split_names(write_json(tmp_path, THREE), photos=photos, split="train") == [b"a.jpg", b"b.jpg"]


@pytest.mark.parametrize(
    ("contents", "says"),
    [
        ('{"images": [\n{"filename": }]}', "line 2, column 14"),
        ('{"pictures": []}', "no list of images"),
        ("[1, 2]", "no list of images"),
        ('{"images": [{"split": "train"}]}', "image 0 has no file name"),
        (json.dumps({"images": [image("a.jpg", "train")]}), "image 0 has no sentences"),
        (json.dumps({"images": [image("a.jpg", "train", "A dog.", " ")]}), r"sentence 1 of image 0 \('a.jpg'\)"),
        (json.dumps({"images": [image("a.jpg", "train", "A dog.")] * 2}), "image 1 is listed twice"),
        (json.dumps({"images": [image("z.jpg", "train", "A dog.")]}), r"missing: .*z\.jpg"),
    ],
)
def test_broken_json_is_named_by_its_place(tmp_path: Path, photos: bytes, contents: str, says: str) -> None:
    (tmp_path / "dataset.json").write_text(contents)
    with pytest.raises(TrainingDataError, match=says) as caught:
        read_captioned(os.fsencode(tmp_path / "dataset.json"), photos=photos)
    assert caught.value.remedy


def test_an_unknown_split_is_answered_with_the_known_ones(tmp_path: Path, photos: bytes) -> None:
    with pytest.raises(TrainingDataError, match="restval, train, val"):
        read_captioned(write_json(tmp_path, THREE), photos=photos, split="holdout")
    with pytest.raises(TrainingDataError, match="no such split: holdout"):
        read_captioned(write_tsv(tmp_path), photos=photos, split="holdout")


def test_lines_and_photos_that_differ_in_number_are_refused(tmp_path: Path, photos: bytes) -> None:
    folder = write_lines(tmp_path)
    (folder / "raw" / "train.en").write_text("A dog.\n")
    with pytest.raises(TrainingDataError, match=r"1 lines for 2 photos of 'train'.*train\.en"):
        read_captioned(os.fsencode(folder), photos=photos, split="train")


@pytest.mark.parametrize(("line", "says"), [(b"\n", "line 2 has an empty"), (b"\xff\n", "line 2 is not UTF-8")])
def test_a_line_without_a_sentence_is_named(tmp_path: Path, photos: bytes, line: bytes, says: str) -> None:
    folder = write_lines(tmp_path)
    (folder / "raw" / "train.en").write_bytes(b"A dog.\n" + line)
    with pytest.raises(TrainingDataError, match=says):
        read_captioned(os.fsencode(folder), photos=photos, split="train")


def test_a_damaged_packed_file_is_named(tmp_path: Path, photos: bytes) -> None:
    (tmp_path / "captions.tsv").write_bytes(gzip.compress(b"a.jpg\tA dog.\n" * 99)[:-12])
    with pytest.raises(TrainingDataError, match="damaged"):
        read_captioned(os.fsencode(tmp_path / "captions.tsv"), photos=photos)


def test_a_split_without_its_list_of_photos_is_refused(tmp_path: Path, photos: bytes) -> None:
    folder = write_lines(tmp_path)
    (folder / "image_splits" / "val.txt").unlink()
    with pytest.raises(TrainingDataError, match="no list of the photos of 'val'"):
        read_captioned(os.fsencode(folder), photos=photos, split="val")
    with pytest.raises(TrainingDataError, match="needs a split"):
        read_captioned(os.fsencode(folder), photos=photos)
