"""Ticks and crosses: what a person says of a sentence and of what a photo shows."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass

from engine.catalog_file import CatalogFile
from engine.errors import PhotoUnreadable, UsageError

LONGEST_SENTENCE = 2_000  # characters
VERDICTS = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class Judgment:
    """`verdict` 1: the sentence describes the content; -1: it does not. `at_s` counts from 1970."""

    sentence: str
    content_id: int
    verdict: int
    at_s: int


class JudgmentTable:
    """Keyed by sentence and content: copies share a judgment, and neither another model nor a move of the photo loses
    it. It goes with the content, when the last photo that shows it is forgotten."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    def judge(self, sentence: str, photo_id: int, verdict: int) -> None:
        """On the disk before it returns; verdict 0 takes back what was said, another one replaces it.

        Raises UsageError for an empty sentence or a verdict that is none, PhotoUnreadable for a photo without content.
        """
        said = plain(sentence)
        if not said or verdict not in VERDICTS:
            raise UsageError(f"{verdict} about {said!r} is no judgment", remedy="judge a sentence with 1, -1 or 0")
        content = self._file.value("SELECT content_id FROM photos WHERE id = ?", [photo_id])
        if content is None:
            raise PhotoUnreadable("This photo is no longer in the library", remedy="search again")
        with self._file.transaction(durable=True):
            self._file.write("DELETE FROM judgments WHERE sentence = ? AND content_id = ?", [said, content])
            if verdict:
                row = [said, content, verdict, int(time.time())]
                self._file.write("INSERT INTO judgments (sentence, content_id, verdict, at) VALUES (?, ?, ?, ?)", row)

    def all(self) -> list[Judgment]:
        """Every judgment about a content that a photo shows, in the order in which they were made."""
        rows = self._file.rows("SELECT sentence, content_id, verdict, at FROM judgments ORDER BY at, rowid")
        return [Judgment(*row) for row in rows]

    def tagged(self) -> list[tuple[str, int]]:
        """Tags that a person gave, the innermost level of each, and the contents that their photos show."""
        rows = self._file.rows(
            """SELECT t.path, p.content_id FROM photo_tags t JOIN photos p ON p.id = t.photo_id
            WHERE t.source = 'person' AND p.content_id IS NOT NULL ORDER BY p.content_id, t.path"""
        )
        return list(dict.fromkeys((plain(path.rpartition("/")[2]), content) for path, content in rows))

    def photos(self, sentence: str, verdict: int) -> list[int]:
        """READY photos of which this was said of the sentence, by id."""
        rows = self._file.rows(
            """SELECT p.id FROM judgments j JOIN photos p ON p.content_id = j.content_id AND p.state = 'ready'
            WHERE j.sentence = ? AND j.verdict = ? ORDER BY p.id""",
            [plain(sentence), verdict],
        )
        return [row[0] for row in rows]


def plain(sentence: str) -> str:
    """White space folded, what cannot be stored left out: the same sentence, typed twice, is one."""
    text = unicodedata.normalize("NFC", sentence).encode("utf-8", "ignore").decode()
    return " ".join(text.split())[:LONGEST_SENTENCE]
