"""Tags and marks between window and engine: what is to be said of photos, and what was said."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.live_search import Asker
from engine.messages import (
    Event,
    Failed,
    GetTagBook,
    GetWords,
    MarkPhotos,
    RenameTag,
    Reply,
    SuggestTags,
    TagPhotos,
    TagSuggestions,
    UndoEdit,
)

MOST_ASKED = 2_000  # photos whose words are looked at together
MARKS = ("rating", "pick", "label")
PERSON, MODEL, FILE = "person", "model", "file"


@dataclass(frozen=True, slots=True)
class PhotoWords:
    """What was said of one photo. tags: (tag, person, model or file)."""

    tags: tuple[tuple[str, str], ...] = ()
    rating: int = 0
    pick: int = 0
    label: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class TagBook:
    """tree: every level of every tag with its photos, by name; recent: tags given last, the latest first."""

    tree: tuple[tuple[str, int], ...] = ()
    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A batch as it was done: `how` "done", "undone" or "redone"; `what` in the engine's words, empty where there was
    nothing to do; `now` by photo id, None where they are too many to be told."""

    how: str
    what: str
    photos: int
    sidecars: int = 0
    problems: tuple[str, ...] = ()
    now: Mapping[int, PhotoWords] | None = field(default_factory=dict)


class TagFeed(QObject):
    """`sidecars()` says whether words go into the files beside the photos too."""

    done = Signal(object)  # Done
    book_told = Signal(object)  # TagBook
    words_told = Signal(object)  # dict of photo id to PhotoWords
    suggested = Signal(int, object)  # photo id, list of (tag, probability)
    failed = Signal(object)  # Failed

    def __init__(self, asker: Asker, parent: QObject | None = None, *, sidecars: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._asker = asker
        self._sidecars = sidecars
        self._edits: dict[int, str] = {}
        self._book = self._words = 0
        self._book_stale = False
        self.book = TagBook()

    # ---- what people do ----

    def tag(
        self,
        photo_ids: Sequence[int],
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        guessed: Collection[int] = (),
        paths: Sequence[bytes] = (),
    ) -> None:
        """`guessed`: photos of which the model says so."""
        photos, words = (tuple(photo_ids), tuple(paths)), (tuple(add), tuple(remove))
        told = self._sidecars(), tuple(guessed)
        self._edit(TagPhotos(self._asker.next_id(), *photos, *words, *told))

    def mark(self, photo_ids: Sequence[int], name: str, value: str | None, *, paths: Sequence[bytes] = ()) -> None:
        photos = (tuple(photo_ids), tuple(paths))
        self._edit(MarkPhotos(self._asker.next_id(), name, value, *photos, sidecars=self._sidecars()))

    def rename(self, old: str, new: str) -> None:
        """An empty new name removes it everywhere."""
        self._edit(RenameTag(self._asker.next_id(), old, new, sidecars=self._sidecars()))

    def undo(self, *, redo: bool = False) -> None:
        request = self._asker.next_id()
        self._edit(UndoEdit(request, redo=redo, sidecars=self._sidecars()), "redone" if redo else "undone")

    # ---- what is asked ----

    def ask_book(self) -> None:
        """One question at a time; what changed meanwhile is asked once more."""
        if self._book:
            self._book_stale = True
            return
        self._book, self._book_stale = self._asker.next_id(), False
        self._asker.send(GetTagBook(self._book))

    def ask_words(self, photo_ids: Sequence[int]) -> None:
        """A newer question takes the place of an older one."""
        self._words = self._asker.next_id() if photo_ids else 0
        if photo_ids:
            self._asker.send(GetWords(self._words, tuple(photo_ids[:MOST_ASKED])))

    def ask_suggestions(self, photo_id: int) -> None:
        """Of the photo that is looked at; a newer question takes the place of an older one."""
        self._asker.send(SuggestTags(self._asker.next_id(), photo_id))

    # ---- what is answered ----

    def hear(self, event: Event) -> None:
        if isinstance(event, TagSuggestions):
            self.suggested.emit(event.photo_id, [(tag, likely) for tag, likely in json.loads(event.tags)])
        if not isinstance(event, Reply | Failed):
            return
        if event.request in self._edits:
            self._hear_edit(self._edits.pop(event.request), event)
        elif event.request == self._words:
            self._words = 0
            if isinstance(event, Reply) and event.value:
                self.words_told.emit(_words(json.loads(event.value)))
        elif event.request == self._book:
            self._book = 0
            if isinstance(event, Reply) and event.value:
                told = json.loads(event.value)
                self.book = TagBook(tuple((path, count) for path, count in told["tree"]), tuple(told["recent"]))
                self.book_told.emit(self.book)
            if self._book_stale:
                self.ask_book()

    def _hear_edit(self, how: str, event: Reply | Failed) -> None:
        if isinstance(event, Failed):
            self.failed.emit(event)
            return
        told = json.loads(event.value or '{"what": "", "photos": 0}')
        now = told.get("now", {})
        self.done.emit(
            Done(
                how,
                told["what"],
                told["photos"],
                told.get("sidecars", 0),
                tuple(told.get("problems", ())),
                None if now is None else _words(now),
            )
        )
        if told["what"] and told["what"].partition(" ")[0] not in MARKS:
            self.ask_book()

    def _edit(self, request: TagPhotos | MarkPhotos | RenameTag | UndoEdit, how: str = "done") -> None:
        self._edits[request.request] = how
        self._asker.send(request)


def _words(told: dict[str, Any]) -> dict[int, PhotoWords]:
    return {
        int(photo): PhotoWords(
            tuple(map(tuple, said["tags"])),
            int(said.get("rating", 0)),
            int(said.get("pick", 0)),
            said.get("label", ""),
            said.get("caption", ""),
        )
        for photo, said in told.items()
    }
