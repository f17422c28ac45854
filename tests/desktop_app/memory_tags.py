"""Tags and marks of the engine in memory: batches that are undone and done again, as the real one's."""

from __future__ import annotations

import json
from typing import Any, Protocol

from engine import messages as m
from engine.search_hit import SearchHit

Said = dict[tuple[int, str, str], str]  # photo, field and tag: its source or value


class Photos(Protocol):
    hits: tuple[SearchHit, ...]


class MemoryTags:
    """`said` is what holds now; `captions` by photo id; `suggested` by photo id: tags with how likely they are;
    `unwritten`: photos whose marks no sidecar holds."""

    def __init__(self, engine: Photos) -> None:
        self.said: Said = {}
        self.captions: dict[int, str] = {}
        self.suggested: dict[int, list[tuple[str, float]]] = {}
        self.unwritten = 0
        self.sidecar_problems: list[str] = []
        self._engine = engine
        self._edits: list[tuple[str, Said, set[int]]] = []  # what, as it was before, photos
        self._undone: list[tuple[str, Said, set[int]]] = []

    def answer(self, request: Any) -> str:
        match request:
            case m.GetTagBook():
                return json.dumps({"tree": self._tree(), "recent": []})
            case m.GetWords():
                return json.dumps(self._words(request.photo_ids))
            case m.WriteSidecars():
                photos = self.unwritten
                self.unwritten = photos if request.count else 0
                problems = [] if request.count else self.sidecar_problems
                return json.dumps({"photos": photos, "problems": problems, "unknown": []})
            case m.UndoEdit():
                return self._undo(redo=request.redo)
            case m.TagPhotos():
                return self._tag(request)
            case m.MarkPhotos():
                changes = {(photo, request.field, ""): request.value for photo in self._photos(request)}
                return self._do(f"{request.field} {request.value}", changes)
            case m.RenameTag():
                return self._rename(request.old, request.new)
        return "[]"

    def tags(self, photo: int) -> list[tuple[str, str]]:
        return sorted((tag, source) for (of, field, tag), source in self.said.items() if (of, field) == (photo, "tag"))

    def mark(self, photo: int, field: str) -> str | None:
        return self.said.get((photo, field, ""))

    def _photos(self, request: Any) -> list[int]:
        named = [hit.photo_id for hit in self._engine.hits if hit.path in request.paths]
        return list(dict.fromkeys([*request.photo_ids, *named]))

    def _tag(self, request: m.TagPhotos) -> str:
        changes: dict[tuple[int, str, str], str | None] = {}
        for photo in self._photos(request):
            source = "model" if photo in request.guessed else "person"
            changes |= {(photo, "tag", tag): None for tag in request.remove}
            changes |= {(photo, "tag", tag): source for tag in request.add}
        words = [f"tag {', '.join(request.add)}"] * bool(request.add)
        return self._do(
            ", ".join([*words, *[f"take away {', '.join(request.remove)}"] * bool(request.remove)]), changes
        )

    def _rename(self, old: str, new: str) -> str:
        below = {key: source for key, source in self.said.items() if f"{key[2]}/".startswith(f"{old}/")}
        touched = {key: source for key, source in below.items() if key[1] == "tag"}
        changes: dict[tuple[int, str, str], str | None] = dict.fromkeys(touched)
        if new:
            changes |= {(photo, "tag", new + tag[len(old) :]): source for (photo, _, tag), source in touched.items()}
        return self._do(f"rename {old} to {new}" if new else f"delete {old}", changes)

    def _do(self, what: str, changes: dict[tuple[int, str, str], str | None]) -> str:
        before = dict(self.said)
        for key, value in changes.items():
            if value is None:
                self.said.pop(key, None)
            else:
                self.said[key] = value
        photos = {key[0] for key, value in changes.items() if before.get(key) != value}
        if not photos:
            return json.dumps({"what": "", "photos": 0, "now": {}})
        self._undone.clear()
        self._edits.append((what, before, photos))
        return self._told(what, photos)

    def _undo(self, *, redo: bool) -> str:
        here, there = (self._undone, self._edits) if redo else (self._edits, self._undone)
        if not here:
            return json.dumps({"what": "", "photos": 0, "now": {}})
        what, before, photos = here.pop()
        there.append((what, dict(self.said), photos))
        self.said = dict(before)
        return self._told(what, photos)

    def _told(self, what: str, photos: set[int]) -> str:
        return json.dumps({"what": what, "photos": len(photos), "sidecars": 0, "now": self._words(sorted(photos))})

    def _words(self, photos: Any) -> dict[int, dict[str, Any]]:
        told: dict[int, dict[str, Any]] = {}
        for photo in photos:
            told[photo] = {"tags": self.tags(photo)}
            marks = {field: self.mark(photo, field) for field in ("rating", "pick", "label")}
            told[photo] |= {field: value for field, value in marks.items() if value is not None}
            if photo in self.captions:
                told[photo]["caption"] = self.captions[photo]
        return told

    def _tree(self) -> list[tuple[str, int]]:
        counts: dict[str, set[int]] = {}
        for photo, field, tag in self.said:
            parts = tag.split("/") if field == "tag" else []
            for end in range(1, len(parts) + 1):
                counts.setdefault("/".join(parts[:end]), set()).add(photo)
        return sorted((tag, len(photos)) for tag, photos in counts.items())
