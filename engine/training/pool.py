"""What a sentence is searched in: the captioned photos and, where asked for, others that no sentence is about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.bi_encoder import BiEncoder, Tokens
from engine.decoder import load_pixels
from engine.errors import PhotoUnreadable, printable
from engine.photo import FileEntry
from engine.scanner import scan
from engine.training.pairs import CaptionedPhotos, read_pairs, read_split

Progress = Callable[[str, int, int], None]
Notice = Callable[[str], None]
BATCH = 32


@dataclass(frozen=True, slots=True)
class Pool:
    """pairs: the captioned photos; distractors: paths of further photos; digests: of every file's bytes, in that order.

    uncaptioned: photos that the split names and the captions do not.
    """

    pairs: CaptionedPhotos
    distractors: tuple[bytes, ...]
    digests: tuple[bytes, ...]
    uncaptioned: int

    def paths(self) -> list[bytes]:
        return [self.pairs.path(row) for row in range(len(self.pairs.photos))] + list(self.distractors)


@dataclass(frozen=True, slots=True)
class EncodedPool:
    """embeddings float32[n, d] and tokens of the photos that could be read; readable bool[of all]."""

    embeddings: np.ndarray
    tokens: Tokens
    readable: np.ndarray


def read_pool(pairs: CaptionedPhotos, *, split: bytes | None, distractors: bytes | None, notice: Notice) -> Pool:
    """Distractors are the photos below the folder, less those that are captioned photos themselves or copies of one.

    Raises FolderUnreachable where the folder of distractors cannot be read.
    """
    digests = [_digest(pairs.path(row)) for row in range(len(pairs.photos))]
    known = set(digests)
    others = []
    copies = 0
    for path in _photos_below(distractors, notice) if distractors is not None else ():
        try:
            digest = _digest(path)
        except OSError as error:
            notice(f"distractor passed over: {error.strerror}: {printable(path)}")
            continue
        copies += digest in known
        if digest not in known:
            others.append(path)
            digests.append(digest)
    if copies:
        notice(f"{copies:,} distractors are captioned photos themselves and were left out")
    uncaptioned = 0 if split is None else len(set(read_split(split)) - set(pairs.photos))
    return Pool(pairs, tuple(others), tuple(digests), uncaptioned)


def read_captioned(photos_dir: bytes, captions: bytes, *, split: bytes | None) -> CaptionedPhotos:
    """As `read_pairs`, but the captions may be of a part of the split: translations seldom cover all of it."""
    return read_pairs(photos_dir, captions, split=split, partial=True)


def encode_pool(bi_encoder: BiEncoder, pool: Pool, progress: Progress, notice: Notice) -> EncodedPool:
    """Each photo decoded and encoded once. An unreadable distractor is passed over and told of.

    Raises PhotoUnreadable where a captioned photo cannot be read.
    """
    captioned = len(pool.pairs.photos)
    paths = pool.paths()
    readable = np.ones(len(paths), bool)
    embeddings, values, scales = [], [], []
    for start in range(0, len(paths), BATCH):
        rows = range(start, min(start + BATCH, len(paths)))
        pixels = []
        for row in rows:
            try:
                pixels.append(np.frombuffer(load_pixels(paths[row], bi_encoder.model_input), np.uint8))
            except PhotoUnreadable as error:
                if row < captioned:
                    raise
                readable[row] = False
                notice(f"distractor passed over: {error.sentence()}")
        side = bi_encoder.model_input.size
        if pixels:
            embedding, tokens = bi_encoder.encode_images(np.stack(pixels).reshape(-1, side, side, 3))
            embeddings.append(embedding)
            values.append(tokens.values)
            scales.append(tokens.scales)
        progress("photos", rows.stop, len(paths))
    return EncodedPool(np.concatenate(embeddings), Tokens(np.concatenate(values), np.concatenate(scales)), readable)


def _photos_below(folder: bytes, notice: Notice) -> list[bytes]:
    paths = []
    for found in scan(folder):
        if isinstance(found, FileEntry):
            paths.append(found.path)
        else:
            notice(f"distractors: {found.reason}: {printable(found.path)}")
    return sorted(paths)


def _digest(path: bytes) -> bytes:
    with open(path, "rb") as file:
        return hashlib.blake2b(file.read(), digest_size=16).digest()
