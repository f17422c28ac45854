"""What a sentence is searched in: the captioned photos and, where asked for, others that no sentence is about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.bi_encoder import BiEncoder, Tokens
from engine.captions.pairs import CaptionedPhotos
from engine.decoder import load_pixels
from engine.errors import PhotoUnreadable, printable
from engine.photo import FileEntry
from engine.scanner import scan

Progress = Callable[[str, int, int], None]
Notice = Callable[[str], None]
BATCH = 32


@dataclass(frozen=True, slots=True)
class Pool:
    """pairs: the captioned photos; distractors: paths of further photos; digests: of every file's bytes, in that order.

    uncaptioned: photos that the split names and the captions do not. aspect: width and height of the part around the
    middle that is seen of each; None is the whole photo.
    """

    pairs: CaptionedPhotos
    distractors: tuple[bytes, ...]
    digests: tuple[bytes, ...]
    uncaptioned: int
    aspect: tuple[int, int] | None = None

    def paths(self) -> list[bytes]:
        return [self.pairs.path(row) for row in range(len(self.pairs.photos))] + list(self.distractors)


@dataclass(frozen=True, slots=True)
class EncodedPool:
    """embeddings float32[n, d] and tokens of the photos that could be read; readable bool[of all]."""

    embeddings: np.ndarray
    tokens: Tokens
    readable: np.ndarray


def read_pool(
    pairs: CaptionedPhotos,
    *,
    named: int,
    distractors: bytes | None = None,
    aspect: tuple[int, int] | None = None,
    notice: Notice,
) -> Pool:
    """`named`: how many photos the split names, with sentences or without.

    Distractors are the photos below the folder, less those that are captioned photos themselves or copies of one.
    Raises FolderUnreachable where that folder cannot be read.
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
    return Pool(pairs, tuple(others), tuple(digests), named - len(pairs.photos), aspect)


def encode_pool(bi_encoder: BiEncoder, pool: Pool, progress: Progress, notice: Notice) -> EncodedPool:
    """Each photo decoded and encoded once. An unreadable distractor is passed over and told of.

    Raises PhotoUnreadable where a captioned photo cannot be read.
    """
    readable = np.ones(len(pool.paths()), bool)

    def pass_over(row: int, error: PhotoUnreadable) -> None:
        if row < len(pool.pairs.photos):
            raise error
        readable[row] = False
        notice(f"distractor passed over: {error.sentence()}")

    embeddings, tokens = _encode(bi_encoder, pool, np.arange(len(readable)), progress, pass_over)
    return EncodedPool(embeddings, tokens, readable)


def encode_rows(bi_encoder: BiEncoder, pool: Pool, rows: np.ndarray, progress: Progress) -> np.ndarray:
    """Some photos of the pool alone: rows int64[m] -> float32[m, d], unit length. Raises PhotoUnreadable."""

    def refuse(row: int, error: PhotoUnreadable) -> None:
        raise error

    return _encode(bi_encoder, pool, rows, progress, refuse)[0]


def _encode(
    bi_encoder: BiEncoder,
    pool: Pool,
    rows: np.ndarray,
    progress: Progress,
    unreadable: Callable[[int, PhotoUnreadable], None],
) -> tuple[np.ndarray, Tokens]:
    paths, side = pool.paths(), bi_encoder.model_input.size
    parts = [bi_encoder.encode_images(np.zeros((0, side, side, 3), np.uint8))]
    for start in range(0, len(rows), BATCH):
        pixels = []
        for row in rows[start : start + BATCH]:
            try:
                data = load_pixels(paths[row], bi_encoder.model_input, aspect=pool.aspect)
                pixels.append(np.frombuffer(data, np.uint8).reshape(side, side, 3))
            except PhotoUnreadable as error:
                unreadable(int(row), error)
        if pixels:
            parts.append(bi_encoder.encode_images(np.stack(pixels)))
        progress("photos", min(start + BATCH, len(rows)), len(rows))
    values = np.concatenate([tokens.values for _, tokens in parts])
    scales = np.concatenate([tokens.scales for _, tokens in parts])
    return np.concatenate([embeddings for embeddings, _ in parts]), Tokens(values, scales)


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
