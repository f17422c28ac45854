"""Photos by the words that people wrote: captions, through their index, and tags."""

from __future__ import annotations

import json
import re
import unicodedata

import numpy as np

from engine.catalog_choices import KeptAnswers, ascending, numbers
from engine.catalog_file import CatalogFile
from engine.catalog_filters import EVERY_TAG, phrase
from engine.catalog_rows import ids_text

KEPT = 16  # words; while a sentence is typed most of them stay the same

_WORD = re.compile(r"\w+")


class PeopleWordTable:
    """Reads only. What a person typed reaches the index as one quoted phrase."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file
        self._holders = KeptAnswers(file, KEPT)
        self._known: dict[str, frozenset[str]] = {}  # the words of each tag

    @property
    def any(self) -> bool:
        """Somebody wrote something."""
        return bool(
            self._file.value("SELECT EXISTS (SELECT 1 FROM captions) OR EXISTS (SELECT 1 FROM photo_tags)"),
        )

    def photos_with(self, word: str) -> np.ndarray:
        """int64[n], ascending, not to be written to: photos whose captions or tags (not those that a model made) hold a
        word, whatever its case and accents, one or many of it."""
        both = self._captioned, self._tagged
        return self._holders.of(word, lambda: ascending(np.concatenate([holders(word) for holders in both])))

    @property
    def photos(self) -> int:
        """How many there are."""
        return int(self._file.value("SELECT total(photos) FROM tallies"))

    def contents_with(self, photos: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64[n], ascending, of READY ones among int64[m], ascending, with their shares float32[n] of float32[m]; of
        one content the largest."""
        rows = self._file.rows(
            """SELECT content_id, id FROM photos WHERE id IN (SELECT value FROM json_each(?))
            AND state = 'ready' AND content_id IS NOT NULL""",
            [ids_text(photos.tolist())],
        )
        pairs = np.array(rows, np.int64).reshape(-1, 2)
        contents, places = np.unique(pairs[:, 0], return_inverse=True)
        largest = np.zeros(len(contents), np.float32)
        np.maximum.at(largest, places, shares[np.searchsorted(photos, pairs[:, 1])])
        return contents, largest

    def _captioned(self, word: str) -> np.ndarray:
        text = self._file.value(
            """SELECT group_concat(c.photo_id) FROM captions_words w JOIN captions c ON c.id = w.rowid
            WHERE captions_words MATCH ?""",
            [" OR ".join(map(phrase, {word, *_forms(word)}))],  # the index knows ß, and does not take it for ss
        )
        return numbers(text)

    def _tagged(self, word: str) -> np.ndarray:
        wanted = _forms(word)
        paths = [path for (path,) in self._file.rows(EVERY_TAG) if not wanted.isdisjoint(self._words_of(path))]
        if not paths:
            return numbers("")
        text = self._file.value(
            """SELECT group_concat(photo_id) FROM photo_tags
            WHERE path IN (SELECT value FROM json_each(?)) AND source <> 'model'""",
            [json.dumps(paths)],
        )
        return numbers(text)

    def _words_of(self, path: str) -> frozenset[str]:
        if path not in self._known:
            self._known[path] = frozenset(_WORD.findall(_plain(path)))
        return self._known[path]


def _forms(word: str) -> set[str]:
    """Dog and dogs."""
    word = _plain(word)
    return {word, f"{word}s", word.removesuffix("s") if len(word) > 3 else word}


def _plain(text: str) -> str:
    """As the index of words compares: without case and accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(ch for ch in apart if not unicodedata.combining(ch))
