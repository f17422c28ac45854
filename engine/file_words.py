"""What a file says of its photo in words: keywords, rating, label, caption; whether they lie in the photo itself or in
the sidecar beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

MOST_TAGS = 500
LONGEST_CAPTION = 4_000  # characters
REJECTED = -1


class Place(StrEnum):
    PHOTO = "photo"
    SIDECAR = "sidecar"


@dataclass(frozen=True, slots=True)
class FileWords:
    """tags: levels joined by "/". rating: 1 to 5, -1 for rejected, 0 where there is none."""

    tags: tuple[str, ...] = ()
    rating: int = 0
    label: str = ""
    caption: str = ""

    @property
    def marks(self) -> dict[str, str]:
        """As a person would have given them; those that there are."""
        said = {"rating": str(self.rating)} if self.rating > 0 else {}
        said |= {"pick": "-1"} if self.rating == REJECTED else {}
        return said | ({"label": self.label} if self.label else {})

    def over(self, other: FileWords) -> FileWords:
        """Both together; where they differ this one counts. Programs repeat the levels of a tag as plain keywords."""
        levels = {level for tag in (*self.tags, *other.tags) if "/" in tag for level in tag.split("/")}
        return FileWords(
            tuple(sorted({*self.tags, *other.tags} - levels)),
            self.rating or other.rating,
            self.label or other.label,
            self.caption or other.caption,
        )

    def as_text(self) -> str:
        """JSON; empty where nothing is said."""
        return "" if self == FileWords() else json.dumps(asdict(self))


def file_words(text: str) -> FileWords:
    """Of what `as_text` gave."""
    if not text:
        return FileWords()
    said = json.loads(text)
    return FileWords(tuple(said["tags"]), said["rating"], said["label"], said["caption"])
