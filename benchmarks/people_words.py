"""What captions that people wrote are worth beside the model: each photo keeps one of its captions, the others ask.

    python -m benchmarks.people_words DATA [--json]

DATA holds flickr8k/. A question is a caption that was withheld, or three of the words that name something in it. Right
is its photo. Compared: the model's cosines; photos whose caption holds every word first; what is used, which counts a
part of the words in the probabilities; SQLite's BM25 over any of the words; and the cosine plus a share of BM25, chosen
on dev by recall at 1. Then what is used where a tenth, a half or all of the photos have a caption, or four keywords.
`error`: of the probabilities of the first twenty. People describe one photo in much the same words: whoever searches
for a photo of their own may not remember what they wrote, so all this is optimistic.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.report import show
from engine.calibration_features import FIRST, View
from engine.captions.caption_files import read_captioned
from engine.captions.pairs import CaptionedPhotos
from engine.catalog import Catalog, EncodedPhoto
from engine.decoder import load_pixels
from engine.evaluation import asked as asked_of
from engine.evaluation.calibrated import calibration_error
from engine.evaluation.concepts import Named
from engine.file_words import FileWords
from engine.loaded_model import LoadedModel
from engine.model_store import ModelStore
from engine.people_words import PeopleWords, worth, written
from engine.photo import FileEntry, PhotoFacts
from engine.query import parse

SHARES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)  # of BM25, which is 5 to 30 where a few words are the same
BATCH = 32
WORDS = 3
OLD_NS = 1_600_000_000_000_000_000


@dataclass(frozen=True)
class Asked:
    """Questions, the photo of each int64[n], and for n questions and m photos, float32[n, m]: cosines, probabilities by
    the model alone, BM25, and the share of what is asked for that the photo's caption holds."""

    photo: np.ndarray
    cosines: np.ndarray
    likely: np.ndarray
    ranks: np.ndarray
    shares: np.ndarray

    @property
    def held(self) -> np.ndarray:
        """bool[n, m]: every word."""
        return self.shares >= 1

    @property
    def used(self) -> np.ndarray:
        """Log odds as a search orders by them."""
        return log_odds(self.likely) + worth(self.shares) + 100 * self.held


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.people_words",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", metavar="DATA")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    loaded = ModelStore().load(given.model)
    report: dict[str, Any] = {}
    chosen: dict[str, float] = {}
    for split in ("dev", "test"):
        for kind, asked in _split(loaded, os.path.join(given.data, "flickr8k"), split).items():
            if split == "dev":
                chosen[kind] = max(SHARES, key=lambda share: _recalls(asked, _joined(asked, share))["r1"])
            report[f"{split}, {kind}"] = _told(asked, chosen[kind])
    report["part of the photos"] = _of_some(loaded, os.path.join(given.data, "flickr8k"))
    show(report, as_json=given.json)
    return 0


def _told(asked: Asked, share: float) -> dict[str, Any]:
    return {
        "questions": len(asked.photo),
        "share_of_bm25": share,
        "with_a_photo_that_holds_every_word_percent": round(100 * float(asked.held.any(1).mean()), 1),
        "model": _recalls(asked, asked.cosines),
        "every_word_first": _recalls(asked, asked.cosines + 10 * asked.held),
        "used": _recalls(asked, asked.used),
        "bm25": _recalls(asked, asked.ranks),
        "model_and_bm25": _recalls(asked, _joined(asked, share)),
    }


def _of_some(loaded: LoadedModel, folder: str) -> dict[str, Any]:
    """Whole captions of the test split, where only some photos have words: one caption, or four of the words in it."""
    rows = _rows(folder, "test")
    photos = _embeddings(loaded, [rows.path(row) for row in range(len(rows.captions))])
    questions = [(row, captions[1]) for row, captions in enumerate(rows.captions)]
    cosines = loaded.bi_encoder.encode_sentences([text for _, text in questions]) @ photos.T
    likely = _likely(loaded, [text for _, text in questions], cosines)
    matches = np.array([each.right for each in asked_of.captions(rows, Named(rows))[1::5]])
    report: dict[str, Any] = {}
    for name, share in itertools.product(("captions", "keywords"), (0.1, 0.5, 1.0)):
        chance = random.Random(0)
        kept = [captions[0] if chance.random() < share else "" for captions in rows.captions]
        if name == "keywords":
            kept = [" ".join(chance.sample(words, min(4, len(words)))) for words in map(_content_words, kept)]
        shares = _shares(kept, [text for _, text in questions])
        asked = Asked(np.arange(len(photos)), cosines, likely, np.zeros_like(cosines), shares)
        first = np.argsort(-asked.used, 1)[:, :20]
        said = 1 / (1 + np.exp(-np.take_along_axis(log_odds(likely) + worth(shares), first, 1)))
        error = calibration_error(said.ravel(), np.take_along_axis(matches, first, 1).ravel())
        report[f"{name} of {share:.0%}"] = {**_recalls(asked, asked.used), "error": round(error, 3)}
    return report


def _joined(asked: Asked, share: float) -> np.ndarray:
    return np.asarray(asked.cosines + share * asked.ranks)


def _recalls(asked: Asked, scores: np.ndarray) -> dict[str, float]:
    right = scores[np.arange(len(scores)), asked.photo][:, None]
    places = (scores > right).sum(1) + ((scores == right).sum(1) - 1) / 2
    return {f"r{k}": round(100 * float((places < k).mean()), 1) for k in (1, 5, 10)}


def _split(loaded: LoadedModel, folder: str, split: str) -> dict[str, Asked]:
    rows = _rows(folder, split)
    kept = [captions[0] for captions in rows.captions]
    photos = _embeddings(loaded, [rows.path(row) for row in range(len(kept))])
    others = [(row, caption) for row, captions in enumerate(rows.captions) for caption in captions[1:]]
    chance = random.Random(0)
    short = [(row, _few(caption, chance)) for row, caption in others]
    return {
        "whole captions": _asked(loaded, kept, photos, others),
        "three words": _asked(loaded, kept, photos, [(row, text) for row, text in short if text]),
    }


def _rows(folder: str, split: str) -> CaptionedPhotos:
    return read_captioned(
        os.fsencode(os.path.join(folder, "captions.tsv")),
        photos=os.fsencode(os.path.join(folder, "images")),
        split=os.fsencode(os.path.join(folder, f"{split}.txt")),
    )


def _few(caption: str, chance: random.Random) -> str:
    words = [word for word in _content_words(caption) if word.isalpha()]
    return " ".join(sorted(chance.sample(words, WORDS), key=words.index)) if len(words) >= WORDS else ""


def _content_words(text: str) -> list[str]:
    parts = text.split()
    return [word for start in range(0, len(parts), 4) for word in written(parse(" ".join(parts[start : start + 4])))]


def _embeddings(loaded: LoadedModel, paths: Sequence[bytes]) -> np.ndarray:
    size, found = loaded.bi_encoder.model_input.size, []
    for start in range(0, len(paths), BATCH):
        pixels = [load_pixels(path, loaded.bi_encoder.model_input) for path in paths[start : start + BATCH]]
        found.append(
            loaded.bi_encoder.encode_images(np.frombuffer(b"".join(pixels), np.uint8).reshape(-1, size, size, 3))[0]
        )
    return np.concatenate(found)


def _asked(loaded: LoadedModel, kept: Sequence[str], photos: np.ndarray, questions: Sequence[tuple[int, str]]) -> Asked:
    texts = [text for _, text in questions]
    cosines = loaded.bi_encoder.encode_sentences(texts) @ photos.T
    likely = _likely(loaded, texts, cosines)
    return Asked(np.array([row for row, _ in questions]), cosines, likely, _bm25(kept, texts), _shares(kept, texts))


def _likely(loaded: LoadedModel, texts: Sequence[str], cosines: np.ndarray) -> np.ndarray:
    assert loaded.calibration is not None
    found = []
    for text, embedding, row in zip(texts, loaded.bi_encoder.encode_sentences(list(texts)), cosines, strict=True):
        unknown = len(loaded.bi_encoder.unknown_words(text))
        view = View(text, unknown, len(row), row, np.sort(row)[::-1][:FIRST], embedding)
        found.append(loaded.calibration.of_cosines(view, row))
    return np.array(found)


def log_odds(likely: np.ndarray) -> np.ndarray:
    sure = np.clip(likely.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(sure / (1 - sure)))


def _bm25(kept: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """Higher is better; 0 where no word is the same."""
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')")
    index.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", enumerate(kept))
    found = np.zeros((len(texts), len(kept)), np.float32)
    for at, text in enumerate(texts):
        words = " OR ".join(f'"{word}"' for word in _content_words(text))
        for row, rank in index.execute("SELECT rowid, rank FROM words WHERE words MATCH ?", [words or '""']):
            found[at, row] = -rank
    return found


def _shares(kept: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """As a search finds it, in a catalog that has the captions out of the photos' files."""
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        catalog = Catalog(os.fsencode(os.path.join(scratch, "catalog.db")))
        rows = {content: row for row, content in enumerate(_filled(catalog, kept))}
        words = PeopleWords(catalog)
        found = np.zeros((len(texts), len(kept)), np.float32)
        for at, text in enumerate(texts):
            *_, told = words.finding(parse(text), None)
            if told is not None:
                found[at, [rows[content] for content in told.contents.tolist()]] = told.shares
        catalog.close()
    return found


def _filled(catalog: Catalog, kept: Sequence[str]) -> list[int]:
    """Content ids in the order of the captions."""
    catalog.model_id = "none"
    walk = catalog.begin_scan(catalog.add_folder(b"/photos").id)
    catalog.record_entries(
        walk, [FileEntry(b"/photos/%06d" % row, 1, OLD_NS) for row in range(len(kept))], time.time_ns()
    )
    catalog.finish_scan(walk, [])
    tasks = sorted(catalog.lease(len(kept), now_ns=time.time_ns()), key=lambda task: task.path)
    facts, hashes = PhotoFacts(4, 3, "JPEG"), [row.to_bytes(32, "big") for row in range(len(kept))]
    contents = catalog.allot_contents(hashes, [facts] * len(kept), [0] * len(kept))
    parts = zip(tasks, contents, hashes, kept, strict=True)
    said = [
        EncodedPhoto(task.photo_id, content, key, 1, OLD_NS, facts, bytes(2), words=FileWords(caption=text).as_text())
        for task, content, key, text in parts
    ]
    catalog.commit_encoded(said)
    return contents


if __name__ == "__main__":
    sys.exit(main())
