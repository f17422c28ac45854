"""A catalog as tests work with it: what scans meet, and what the indexer does with it. A photo shows what its number
says."""

from __future__ import annotations

import os

import numpy as np

from engine.catalog import Catalog, EncodedPhoto, ScanChanges
from engine.photo import (
    DecodeTask,
    FileEntry,
    Folder,
    KnownPhoto,
    PhotoFacts,
)

NOW = 1_700_000_000 * 10**9
DAY = 86_400 * 10**9
OLD = NOW - DAY
DIMENSION = 8


def entry(name: str, *, size: int = 1000, mtime_ns: int = OLD, inode: int = 0, folder: bytes = b"/photos") -> FileEntry:
    return FileEntry(folder + b"/" + os.fsencode(name), size, mtime_ns, inode)


def file_hash(seed: int) -> bytes:
    return seed.to_bytes(4, "big") * 8


def vector(seed: int) -> bytes:
    return np.random.default_rng(seed).standard_normal(DIMENSION).astype("<f2").tobytes()


def scan(catalog: Catalog, folder: Folder, entries: list[FileEntry], *, now_ns: int = NOW) -> ScanChanges:
    number = catalog.begin_scan(folder.id)
    catalog.record_entries(number, entries, now_ns)
    return catalog.finish_scan(number, [], now_ns)


def finish(catalog: Catalog, task: DecodeTask, seed: int, *, size: int = 1000, facts: PhotoFacts | None = None) -> int:
    """What the indexer does with a decoded photo; `seed` is what it shows. Returns the content id."""
    facts = facts or PhotoFacts(40, 30)
    (content,) = catalog.allot_contents([file_hash(seed)], [facts], [seed])
    embedding = None if catalog.encoded([content]) else vector(seed)
    catalog.commit_encoded([EncodedPhoto(task.photo_id, content, file_hash(seed), size, OLD, facts, embedding)])
    return content


def index_all(catalog: Catalog, *, now_ns: int = NOW) -> None:
    """Opens all that waits; a photo shows what its path's number says, and known bytes are recognised."""
    while tasks := catalog.lease(100, now_ns=now_ns):
        for task in tasks:
            seed = seed_of(task.path)
            if file_hash(seed) in task.known_hashes:
                catalog.commit_known([KnownPhoto(task.photo_id, file_hash(seed), 1000, OLD)])
            else:
                finish(catalog, task, seed)


def seed_of(path: bytes) -> int:
    return int("".join(ch for ch in os.path.basename(path).decode() if ch.isdigit()) or 0)


def ids_by_path(catalog: Catalog) -> dict[bytes, int]:
    return {row.path: row.photo_id for row in catalog.hits(catalog.newest(1000)[0].tolist())}


def die(catalog: Catalog) -> None:
    """What kill -9 leaves: no release, no close of leases."""
    catalog._file.close()


def reopened(path: bytes) -> Catalog:
    catalog = Catalog(path)
    catalog.model_id = "model"
    return catalog
