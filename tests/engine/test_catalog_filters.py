from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.catalog import Catalog, EncodedPhoto
from engine.catalog_rows import Choice, PhotoRows
from engine.photo import FileEntry, PhotoFacts
from engine.query import parse

NOW = 1_700_000_000 * 10**9
MODIFIED = 1_600_000_000 * 10**9  # 2020-09-13


class Shelf:
    """A catalog with photos whose names and facts are chosen."""

    def __init__(self, folder: Path) -> None:
        self.catalog = Catalog(bytes(folder / "catalog.db"))
        self.catalog.model_id = "m"

    def add(self, facts: dict[str, PhotoFacts], root: str = "/photos") -> None:
        folder = self.catalog.add_folder(root.encode())
        entries = [FileEntry(f"{root}/{name}".encode(), 1000, MODIFIED, 0) for name in facts]
        run = self.catalog.begin_scan(folder.id)
        self.catalog.record_entries(run, entries, NOW)
        self.catalog.finish_scan(run, [], NOW)
        for task in self.catalog.lease(1_000, now_ns=NOW):
            about = facts[task.path.decode().removeprefix(f"{root}/")]
            seed = bytes([task.photo_id % 256, task.photo_id // 256]) * 16
            content = self.catalog.allot_contents([seed], [about], [0])[0]
            self.catalog.commit_encoded([EncodedPhoto(task.photo_id, content, seed, 1000, MODIFIED, about, bytes(8))])

    def shown(self, text: str) -> set[str]:
        """Names of the photos that pass the filters of a query, by every way that asks the catalog."""
        filters = parse(text).filters
        ids = self.catalog.newest(1_000, filters=filters)[0].tolist()
        rows = self.catalog.hits(ids)
        contents = self.catalog.contents_of_folder(None, filters=filters).tolist()
        assert contents == sorted({row.content_id for row in rows})
        every = self.catalog.photo_rows(contents, filters=filters)
        assert {row.photo_id for some in every.values() for row in some} == set(ids)
        return {row.path.decode().rsplit("/", 1)[1] for row in rows}


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.catalog.close()


def facts(**known: str) -> PhotoFacts:
    return PhotoFacts(40, 30, **{"format": "JPEG", **known})


@pytest.fixture
def travels(shelf: Shelf) -> Shelf:
    shelf.add(
        {
            "2019 Lofoten/a.jpg": facts(taken_at="2019-07-14T10:00:00", camera="FUJIFILM X100V", lens="23mm"),
            "2019 Lofoten/b.cr2": facts(taken_at="2020-01-01T00:00:00", camera="Canon EOS 5D", format="TIFF"),
            "Größe/c.png": facts(taken_at="2020-12-31T23:59:59", format="PNG"),
            "d_1.tif": facts(format="TIFF"),
        }
    )
    return shelf


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("before:2020", "a.jpg"),
        ("after:2019", "b.cr2 c.png d_1.tif"),
        ("after:2020", ""),
        ("on:2020", "b.cr2 c.png d_1.tif"),
        ("on:2020-09-13", "d_1.tif"),
        ("on:2020-12", "c.png"),
        ("-on:2020", "a.jpg"),
        ("camera:x100", "a.jpg"),
        ("camera:x100,canon", "a.jpg b.cr2"),
        ('camera:"canon 5d"', "b.cr2"),
        ("-camera:x100", "b.cr2 c.png d_1.tif"),
        ("lens:23", "a.jpg"),
        ("in:lofoten", "a.jpg b.cr2"),
        ("folder:2019", "a.jpg b.cr2"),
        ("folder:größe", "c.png"),
        ("folder:GRÖSSE", ""),
        ("folder:c.png", ""),
        ("folder:/photos/Größe", "c.png"),
        ('folder:"/photos/2019 Lofoten/"', "a.jpg b.cr2"),
        ("folder:/photos/2019", ""),
        ("folder:photos/Größe", "c.png"),
        ("type:raw", "b.cr2"),
        ("type:tiff", "d_1.tif"),
        ("type:jpg,png", "a.jpg c.png"),
        ('"d_1"', "d_1.tif"),
        ('"d%1"', ""),
        ('"lofoten"', "a.jpg b.cr2"),
        ("tag:family", ""),
        ("-tag:family", "a.jpg b.cr2 c.png d_1.tif"),
        ("rating:>=4", ""),
        ("rating:0", "a.jpg b.cr2 c.png d_1.tif"),
        ("on:2020 type:png", "c.png"),
    ],
)
def test_filters_choose_photos(travels: Shelf, text: str, names: str) -> None:
    assert travels.shown(text) == set(names.split())


def test_accents_may_be_written_apart_in_names_of_folders(shelf: Shelf) -> None:
    shelf.add({"Gro\u0308\u00dfe/a.jpg": facts(), "Gr\u00f6\u00dfe/b.jpg": facts()})
    assert shelf.shown("folder:gr\u00f6\u00dfe") == {"a.jpg", "b.jpg"}


def test_names_that_are_no_text_can_be_filtered(shelf: Shelf) -> None:
    root = b"/photos"
    folder = shelf.catalog.add_folder(root)
    run = shelf.catalog.begin_scan(folder.id)
    shelf.catalog.record_entries(run, [FileEntry(b"/photos/caf\xe9 bar/a.jpg", 1000, MODIFIED, 0)], NOW)
    shelf.catalog.finish_scan(run, [], NOW)
    (task,) = shelf.catalog.lease(9, now_ns=NOW)
    content = shelf.catalog.allot_contents([bytes(32)], [facts()], [0])[0]
    shelf.catalog.commit_encoded([EncodedPhoto(task.photo_id, content, bytes(32), 9, MODIFIED, facts(), bytes(8))])
    assert len(shelf.catalog.newest(9, filters=parse("folder:caf in:bar").filters)[0]) == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tag:family", "a.jpg b.cr2"),
        ("tag:Norway", "a.jpg"),
        ("tag:places/norway", "a.jpg"),
        ("tag:way", ""),
        ("tag:m\u00fcller", "b.cr2"),
        ("tag:norway,m\u00fcller", "a.jpg b.cr2"),
        ("tag:family -tag:norway", "b.cr2"),
        ("-tag:family", "c.png d_1.tif"),
        ("tag:fam%", ""),
        ("rating:>=4", "a.jpg"),
        ("rating:0", "c.png d_1.tif"),
        ("rating:<3", "b.cr2 c.png d_1.tif"),
        ("-rating:0", "a.jpg b.cr2"),
        ("flag:pick", "a.jpg"),
        ("flag:picked,reject", "a.jpg b.cr2"),
        ("flag:none", "c.png d_1.tif"),
        ("-flag:reject", "a.jpg c.png d_1.tif"),
        ("label:red", "a.jpg"),
        ("farbe:rot", "a.jpg"),
        ("label:green", "b.cr2"),
        ('label:"to print"', "c.png"),
        ("label:none", "d_1.tif"),
    ],
)
def test_tags_and_marks_choose_photos(travels: Shelf, text: str, names: str) -> None:
    every = travels.catalog.newest(99)[0].tolist()
    by_name = {row.path.decode().rsplit("/", 1)[1]: row.photo_id for row in travels.catalog.hits(every)}
    tags = travels.catalog.tags
    tags.tag([by_name["a.jpg"], by_name["b.cr2"]], ["Family"])
    tags.tag([by_name["a.jpg"]], ["places/Norway/Lofoten"])
    tags.tag([by_name["b.cr2"]], ["M\u00dcLLER"])
    tags.mark([by_name["a.jpg"]], "rating", "5")
    tags.mark([by_name["b.cr2"]], "rating", "2")
    for name, pick in (("a.jpg", "1"), ("b.cr2", "-1"), ("c.png", "0")):
        tags.mark([by_name[name]], "pick", pick)
    for name, label in (("a.jpg", "Red"), ("b.cr2", "Gr\u00fcn"), ("c.png", "To print")):
        tags.mark([by_name[name]], "label", label)
    assert travels.shown(text) == set(names.split())


def test_of_photos_within_reach_and_others_only_those_that_pass_hide_each_other(shelf: Shelf) -> None:
    """A copy of an offline photo hides it only where the copy itself may be shown."""
    shelf.add({"a.jpg": facts()}, root="/drive")
    drive = shelf.catalog.folders()[0]
    copy = shelf.catalog.add_folder(b"/here")
    run = shelf.catalog.begin_scan(copy.id)
    shelf.catalog.record_entries(run, [FileEntry(b"/here/b.jpg", 1000, MODIFIED, 0)], NOW)
    shelf.catalog.finish_scan(run, [], NOW)
    (task,) = shelf.catalog.lease(9, now_ns=NOW)
    content = int(shelf.catalog.contents_of_folder(None)[0])
    shelf.catalog.commit_encoded([EncodedPhoto(task.photo_id, content, bytes(32), 9, MODIFIED, facts(), bytes(8))])
    shelf.catalog.set_folder_offline(drive.id, True)
    assert shelf.shown("") == {"b.jpg"}
    assert shelf.shown("folder:drive") == {"a.jpg"}


def random_query(chance: random.Random) -> str:
    """Filters as people, and people who mean harm, would type them."""
    fields = ["before", "after", "on", "camera", "lens", "in", "folder", "tag", "rating", "flag", "label", "type"]
    odd = [
        "'",
        '"',
        "%",
        "_",
        "\\",
        ";",
        "--",
        "/*",
        "x'41'",
        "?",
        "NULL",
        "é",
        "\u0301",
        "🦊",
        ")",
        "(",
        "OR 1=1",
        "\x00",
    ]
    usual = [
        "2020",
        "2020-07",
        "14.07.2020",
        "2018..2020",
        "x100",
        ">=4",
        "raw",
        "jpg",
        "a,b",
        "/photos",
        "~",
        "lofoten",
    ]
    parts = []
    for _ in range(chance.randint(1, 5)):
        value = "".join(chance.choice(odd + usual) for _ in range(chance.randint(1, 3)))
        quoted = f'"{value}"' if chance.random() < 0.4 else value
        prefix = chance.choice(["", "-", "NOT "])
        parts.append(prefix + (quoted if chance.random() < 0.2 else f"{chance.choice(fields)}:{quoted}"))
    return " ".join(parts)


@pytest.mark.slow
def test_ten_thousand_random_queries_are_answered_and_change_nothing(travels: Shelf) -> None:
    chance = random.Random(7)
    every = travels.shown("")
    for _ in range(10_000):
        filters = parse(random_query(chance)).filters
        found = travels.catalog.newest(99, filters=filters)[0]
        for one in filters:
            assert set(found) <= set(travels.catalog.newest(99, filters=[one])[0])
    assert travels.shown("") == every
    assert travels.catalog.integrity() == "ok"


def test_the_longest_queries_are_within_what_the_database_takes(travels: Shelf) -> None:
    for text in ('camera:"' + "é " * 99 + '" ') * 39, "folder:" + "a," * 99, 'lens:"é é" ' * 600, '"' + "ΐ" * 200 + '"':
        travels.shown(text)


def test_what_passes_is_asked_again_once_something_was_written(shelf: Shelf) -> None:
    shelf.add({"a.jpg": PhotoFacts(6, 4, "JPEG"), "b.tif": PhotoFacts(6, 4, "TIFF")})
    filters = parse("type:jpeg").filters
    first = shelf.catalog.contents_of_folder(filters=filters)
    assert shelf.catalog.contents_of_folder(filters=filters) is first
    assert shelf.catalog.contents_of_folder(filters=parse("a dog type:jpeg").filters) is first, "while somebody types"
    assert not first.flags.writeable
    shelf.add({"a.jpg": PhotoFacts(6, 4, "JPEG"), "b.tif": PhotoFacts(6, 4, "TIFF"), "c.jpg": PhotoFacts(6, 4, "JPEG")})
    assert len(shelf.catalog.contents_of_folder(filters=filters)) == len(first) + 1


@pytest.mark.parametrize("text", ["", "type:jpg"])
def test_all_of_the_newest_are_the_same_in_slices(travels: Shelf, text: str) -> None:
    filters = parse(text).filters
    *slices, whole = PhotoRows(travels.catalog._file).newest_in_slices(Choice(None, filters), size=2)
    assert set(slices) <= {None}
    assert len(slices) >= (2 if not text else 0)
    assert whole is not None
    for one, other in zip(whole, travels.catalog.newest(100, filters=filters), strict=True):
        assert one.tolist() == other.tolist()
        assert one.dtype == other.dtype
