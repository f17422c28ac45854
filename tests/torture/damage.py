"""Files of a library that somebody else wrote into, cut short, emptied or removed."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
from pathlib import Path

import numpy as np

from engine.backups import Backups
from engine.errors import AfterimageError
from engine.vector_index import VectorIndex
from tests.torture.kills import unit_rows
from tests.torture.scenario import Figures, found, locations, open_library, paint_photos, settle, told, whole

PHOTOS = 60
SENTENCES = ("red", "green", "blue", "red blue")
DIMENSION, VECTORS = 16, 5_000


def mutate(path: Path, draw: random.Random) -> str:
    """Damages a file in one of the ways that disks and people do; returns how."""
    data = bytearray(path.read_bytes())
    how = draw.choice(("bits", "bits", "zeros", "rubbish", "cut", "empty", "longer", "foreign"))
    if how == "bits":
        for _ in range(draw.randrange(1, 20)):
            if data:
                data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    elif how in ("zeros", "rubbish"):
        start = draw.randrange(max(len(data), 1))
        length = min(draw.choice((16, 512, 4096, 65_536)), len(data) - start)
        data[start : start + length] = bytes(length) if how == "zeros" else draw.randbytes(length)
    elif how == "cut":
        del data[draw.randrange(max(len(data), 1)) :]
    elif how == "empty":
        data.clear()
    elif how == "longer":
        data += draw.randbytes(draw.randrange(1, 5000))
    else:
        data[:] = draw.randbytes(draw.randrange(1, 20_000))
    path.write_bytes(data)
    return how


def indexes(folder: Path, full: bool) -> Figures:
    """A7: an index that is damaged is never believed; what is found is what is there."""
    mutants = 200 if full else 20
    draw = random.Random(11)
    ids = np.arange(1, VECTORS + 1)
    vectors = unit_rows(ids, DIMENSION)
    right = folder / "right"
    index = VectorIndex(os.fsencode(right), DIMENSION)
    index.add(ids, vectors)
    while index.build_slice(1.0):
        pass
    index.save()
    queries = vectors[:: VECTORS // 5]
    expected = [set(index.nearest(query, 10)[0].tolist()) for query in queries]
    rebuilt = 0
    for number in range(mutants):
        broken = folder / str(number)
        shutil.copytree(right, broken)
        mutate(draw.choice(sorted(broken.iterdir())), draw)
        again = VectorIndex(os.fsencode(broken), DIMENSION)
        missing = again.open(ids)
        rebuilt += len(missing) > 0
        again.stage(missing, vectors[missing - 1])
        assert len(again) == VECTORS
        for query, wanted in zip(queries, expected, strict=True):
            got = set(again.nearest(query, 10)[0].tolist())
            assert len(got & wanted) >= 9, f"mutant {number} finds {sorted(got)} instead of {sorted(wanted)}"
        shutil.rmtree(broken)
    return {"mutants": mutants, "rebuilt": rebuilt, "crashes": 0, "wrong": 0}


def _library(folder: Path, *, tagged: int = 0) -> tuple[Path, dict[str, list[bytes]]]:
    """A library of PHOTOS, so many of them tagged as "kept", and what it finds."""
    photos, library = folder / "photos", folder / "library"
    paint_photos(photos, PHOTOS)
    with open_library(library) as opened:
        opened.add_folder(os.fsencode(photos))
        settle(opened)
        if tagged:
            opened.tags.change((), found(opened)[:tagged], add=["kept"], remove=())
        return library, {sentence: found(opened, sentence) for sentence in SENTENCES}


def catalogs(folder: Path, full: bool) -> Figures:
    """A9: a damaged catalog is kept aside, the newest good copy takes its place, and nobody is left without tags."""
    mutants = 50 if full else 8
    draw = random.Random(12)
    library, _ = _library(folder, tagged=7)
    Backups(locations(library).catalog, locations(library).backups).make()
    restored = repaired = 0
    errors: list[BaseException] = []
    for number in range(mutants):
        broken = folder / f"broken {number}"
        shutil.copytree(library, broken)
        mutate(broken / "catalog.db", draw)
        _look(broken, errors)  # the first start may only notice
        with open_library(broken) as opened:
            restored += opened.notice is not None or any(
                b".damaged-" in name for name in os.listdir(os.fsencode(broken))
            )
            settle(opened)
            whole(opened, PHOTOS)
            assert dict(opened.tags.all()) == {"kept": 7}, opened.tags.all()
            repaired += 1
        shutil.rmtree(broken)
    return {"mutants": mutants, "restored": restored, "whole": repaired, "errors": told(errors)}


def _look(library: Path, errors: list[BaseException]) -> None:
    """Opens and uses it as a person would; what is damaged may show itself only now."""
    try:
        with open_library(library) as opened:
            settle(opened)
            for sentence in SENTENCES:
                found(opened, sentence)
            opened.doctor()
            opened.scrub.everything()
    except AfterimageError as error:
        errors.append(error)


def anything(folder: Path, full: bool) -> Figures:
    """A7 to A9: any file of a library is damaged; it starts, says what it found, and finds the photos as before."""
    mutants = 150 if full else 12
    draw = random.Random(13)
    library, right = _library(folder)
    Backups(locations(library).catalog, locations(library).backups).make()
    hit: dict[str, int] = {}
    errors: list[BaseException] = []
    for number in range(mutants):
        broken = folder / f"broken {number}"
        shutil.copytree(library, broken)
        files = [path for path in sorted(broken.rglob("*")) if path.is_file() and path.name != "lock"]
        kinds = sorted({path.suffix or path.name for path in files})  # thumbnails are most files, and matter least
        kind = draw.choice(kinds)
        victim = draw.choice([path for path in files if (path.suffix or path.name) == kind])
        if draw.random() < 0.15:
            victim.unlink()
        else:
            mutate(victim, draw)
        hit[kind] = hit.get(kind, 0) + 1
        _look(broken, errors)
        with open_library(broken) as opened:
            settle(opened)
            whole(opened, PHOTOS)
            wrong = [sentence for sentence in SENTENCES if found(opened, sentence) != right[sentence]]
            assert not wrong, f"mutant {number} of {victim.name} finds otherwise: {wrong}"
        shutil.rmtree(broken)
    return {"mutants": mutants, "files": hit, "wrong": 0, "errors": told(errors)}


def flips(folder: Path, full: bool) -> Figures:
    """A8: what SQLite's own checks let pass is found by ours and made again."""
    rows = 120 if full else 12
    draw = random.Random(14)
    library, right = _library(folder, tagged=20)
    missed = []
    for number in range(rows):
        what = draw.choice(("embeddings", "photos", "photo_tags"))
        _flip(library / "catalog.db", what, draw)
        with open_library(library) as opened:
            mended = opened.scrub.everything()
            settle(opened)
            if not mended:
                missed.append(f"{what} {number}")
            whole(opened, PHOTOS)
            assert dict(opened.tags.all()) == {"kept": 20}, (what, opened.tags.all())
            assert all(found(opened, sentence) == right[sentence] for sentence in SENTENCES), what
    assert not missed, f"flips that nobody noticed: {missed}"
    return {"flipped": rows, "noticed": rows, "wrong_afterwards": 0}


def _flip(catalog: Path, table: str, draw: random.Random) -> None:
    """One bit of one value, so that SQLite finds nothing wrong with the database."""
    column, key = {
        "embeddings": ("vector", "content_id"),
        "photos": (draw.choice(("file_hash", "width", "aspect", "tone", "sort_s")), "id"),
        "photo_tags": ("path", "photo_id"),
    }[table]
    with contextlib.closing(sqlite3.connect(catalog, isolation_level=None)) as database:
        row, value = draw.choice(database.execute(f"SELECT {key}, {column} FROM {table}").fetchall())
        fresh: object
        if isinstance(value, bytes):
            data = bytearray(value)
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
            fresh = bytes(data)
        elif isinstance(value, str):
            fresh = chr(ord(value[0]) ^ 1) + value[1:]
        else:
            fresh = value * 2 + 1 if isinstance(value, float) else value ^ 1 << draw.randrange(8)
        database.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ? AND {column} = ?", [fresh, row, value])
