"""What is searched for, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages import Search
from engine.query import parse

SENTENCE_LIMIT = 300
BROWSE_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A sentence, example photos to be like and unlike (paths), and the folder to look in; how many photos are looked
    at closely at least (0: the engine decides), and whether copies and frames of a burst are shown one by one."""

    sentence: str = ""
    folder: bytes | None = None
    like: tuple[bytes, ...] = ()
    unlike: tuple[bytes, ...] = ()
    look: int = 0
    every_copy: bool = False

    @property
    def asks(self) -> bool:
        """Something is looked for; otherwise the newest photos are shown."""
        return bool(self.sentence.strip() or self.like or self.unlike)

    @property
    def describes(self) -> bool:
        """It is for a model to find; all that passes mere filters is shown, the newest first."""
        return bool(self.like or self.unlike) or parse(self.sentence).clause is not None

    @property
    def examples(self) -> tuple[bytes, ...]:
        return self.like + self.unlike

    def same(self, other: Inquiry) -> bool:
        """They look for the same, however closely."""
        words = self.sentence.split() == other.sentence.split()
        return words and (self.folder, self.like, self.unlike) == (other.folder, other.like, other.unlike)

    def request(self, request_id: int) -> Search:
        limit = max(SENTENCE_LIMIT, self.look) if self.describes else BROWSE_LIMIT
        return Search(
            request_id,
            self.sentence,
            limit,
            folder=self.folder,
            like=self.like,
            unlike=self.unlike,
            look=self.look,
            every_copy=self.every_copy,
        )
