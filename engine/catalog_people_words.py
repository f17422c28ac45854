"""Photos by the words that people wrote: captions, through their index, and tags."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from engine.catalog_file import CatalogFile
from engine.catalog_filters import phrase
from engine.catalog_rows import ids_array, ids_text

_WORD = re.compile(r"\w+")


class PeopleWordTable:
    """Reads only. What a person typed reaches the index as one quoted phrase."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    @property
    def any(self) -> bool:
        """Somebody wrote something."""
        return bool(
            self._file.value("SELECT EXISTS (SELECT 1 FROM captions) OR EXISTS (SELECT 1 FROM photo_tags)"),
        )

    def contents_with(self, words: list[str]) -> np.ndarray:
        """int64[n], ascending: contents with a photo whose captions or tags (not those that a model made) hold each of
        these words, whatever their case and accents, one or many of them."""
        tags = [path for (path,) in self._file.rows("SELECT DISTINCT path FROM photo_tags WHERE source <> 'model'")]
        found: np.ndarray | None = None
        for word in words:
            some = np.union1d(self._captioned(word), self._tagged(word, tags))
            found = some if found is None else np.intersect1d(found, some, assume_unique=True)
            if not len(found):
                break
        return np.zeros(0, np.int64) if found is None else self._shown(found)

    def _captioned(self, word: str) -> np.ndarray:
        return ids_array(
            self._file.rows(
                """SELECT DISTINCT c.photo_id FROM captions_words w JOIN captions c ON c.id = w.rowid
                WHERE captions_words MATCH ?""",
                [" OR ".join(map(phrase, _forms(word)))],
            )
        )

    def _tagged(self, word: str, tags: list[str]) -> np.ndarray:
        photos = [
            self._file.rows(
                "SELECT photo_id FROM photo_tags WHERE path = ? AND source <> 'model' ORDER BY photo_id", [path]
            )
            for path in tags
            if not _forms(word).isdisjoint(_WORD.findall(_plain(path)))
        ]
        return ids_array([row for rows in photos for row in rows])

    def _shown(self, photos: np.ndarray) -> np.ndarray:
        rows = self._file.rows(
            """SELECT content_id FROM photos WHERE id IN (SELECT value FROM json_each(?))
            AND state = 'ready' AND content_id IS NOT NULL""",
            [ids_text(photos.tolist())],
        )
        return np.unique(ids_array(rows))


def _forms(word: str) -> set[str]:
    """Dog and dogs."""
    word = _plain(word)
    return {word, f"{word}s", word.removesuffix("s") if len(word) > 3 else word}


def _plain(text: str) -> str:
    """As the index of words compares: without case and accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(ch for ch in apart if not unicodedata.combining(ch))
