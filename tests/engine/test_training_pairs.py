from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.captions.pairs import check_disjoint, read_pairs
from engine.errors import TrainingDataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (tmp_path / "images" / name).write_bytes(name.encode())
    (tmp_path / "captions.tsv").write_text("a.jpg\tA dog.\nb.jpg\tA cat.\na.jpg\tA red dog.\nc.jpg\tA cow.\n")
    (tmp_path / "train.txt").write_text("a.jpg\nb.jpg\n")
    (tmp_path / "dev.txt").write_text("c.jpg\n")
    return tmp_path


def read(folder: Path, split: str | None = None):  # type: ignore[no-untyped-def]
    split_file = None if split is None else os.fsencode(folder / split)
    return read_pairs(os.fsencode(folder / "images"), os.fsencode(folder / "captions.tsv"), split=split_file)


def test_captions_of_a_photo_come_together(folder: Path) -> None:
    pairs = read(folder)
    assert pairs.photos == (b"a.jpg", b"b.jpg", b"c.jpg")
    assert pairs.sentences() == ["A dog.", "A red dog.", "A cat.", "A cow."]
    assert pairs.rows() == [0, 0, 1, 2]


def test_a_split_keeps_its_photos_only(folder: Path) -> None:
    assert read(folder, "dev.txt").photos == (b"c.jpg",)


@pytest.mark.parametrize(
    ("line", "says"),
    [("d.jpg", "line 5"), ("d.jpg\t  ", "empty caption"), ("d.jpg\tA bird.", "missing"), ("\tA bird.", "line 5")],
)
def test_a_line_that_cannot_be_trusted_is_named(folder: Path, line: str, says: str) -> None:
    with (folder / "captions.tsv").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(TrainingDataError, match=says):
        read(folder)


def test_a_split_with_a_photo_that_has_no_caption_is_refused(folder: Path) -> None:
    (folder / "dev.txt").write_text("c.jpg\nz.jpg\n")
    with pytest.raises(TrainingDataError, match=r"z\.jpg"):
        read(folder, "dev.txt")


@pytest.mark.parametrize("name", ["captions.tsv", "dev.txt"])
def test_a_file_that_is_not_there_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(TrainingDataError, match=name):
        read(folder, "dev.txt")


def test_an_empty_split_is_refused(folder: Path) -> None:
    (folder / "dev.txt").write_text("\n")
    with pytest.raises(TrainingDataError, match="names no photo"):
        read(folder, "dev.txt")


def test_names_that_are_not_text_are_kept_as_bytes(folder: Path) -> None:
    name = b"\xff\xfe.jpg"
    Path(os.fsdecode(os.fsencode(folder / "images") + b"/" + name)).write_bytes(b"x")
    with (folder / "captions.tsv").open("ab") as file:
        file.write(name + b"\tA bird.\n")
    assert read(folder).photos[-1] == name


def test_splits_that_are_apart_pass(folder: Path) -> None:
    check_disjoint({"train": read(folder, "train.txt"), "dev": read(folder, "dev.txt")})


def test_a_photo_in_two_splits_is_found_by_name(folder: Path) -> None:
    (folder / "dev.txt").write_text("b.jpg\nc.jpg\n")
    with pytest.raises(TrainingDataError, match=r"b\.jpg"):
        check_disjoint({"train": read(folder, "train.txt"), "dev": read(folder, "dev.txt")})


def test_a_photo_in_two_splits_is_found_under_another_name(folder: Path) -> None:
    (folder / "images" / "c.jpg").write_bytes(b"a.jpg")
    with pytest.raises(TrainingDataError, match=r"c\.jpg"):
        check_disjoint({"train": read(folder, "train.txt"), "dev": read(folder, "dev.txt")})


def test_the_splits_of_the_data_here_share_no_photo() -> None:
    data = os.environ.get("AFTERIMAGE_DATA")
    if not data:
        pytest.skip("AFTERIMAGE_DATA does not name the folder of training data")
    root = Path(data) / "flickr8k"
    captions, images = os.fsencode(root / "captions.tsv"), os.fsencode(root / "images")
    names = ("train", "dev", "test")
    splits = {name: read_pairs(images, captions, split=os.fsencode(root / f"{name}.txt")) for name in names}
    check_disjoint(splits)
    assert [len(splits[name].photos) for name in names] == [6000, 1000, 1000]
