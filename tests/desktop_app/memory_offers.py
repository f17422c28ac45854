"""What an engine in memory says of collections, saved searches and values of filters."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine import messages as m


class MemoryOffers:
    """Answers the requests of its kind; `values` by field."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell
        self.collections: dict[str, list[int]] = {}
        self.saved: dict[int, m.SavedSearch] = {}
        self.removed: dict[int, m.SavedSearch] = {}
        self.values: dict[str, list[tuple[str, int]]] = {}
        self.sentences: tuple[str, ...] = ()

    def answer(self, request: Any) -> None:
        value = ""
        match request:
            case m.Complete():
                fitting = [
                    each for each in self.values.get(request.field, ()) if request.prefix.lower() in each[0].lower()
                ]
                values = tuple(m.Value(*each) for each in fitting)
                self._tell(m.Completions(request.request, request.field, request.prefix, values))
            case m.SuggestSentences():
                self._tell(m.SentencesToTry(request.request, self.sentences))
            case m.ListCollections():
                found = (m.Collection(name, len(photos)) for name, photos in sorted(self.collections.items()))
                self._tell(m.CollectionList(request.request, tuple(found)))
            case m.CollectPhotos():
                value = self._collect(request)
            case m.RenameCollection():
                photos = self.collections.pop(request.name)
                if request.new:
                    self.collections[request.new] = photos
                value = json.dumps(
                    {"what": "rename collection", "photos": len(photos), "removed": False, "unknown": []}
                )
            case m.SaveSearch():
                if any(each.name == request.name for each in self.saved.values()):
                    said = f"There is a saved search “{request.name}” already"
                    self._tell(m.Failed(request.request, "UsageError", said, remedy="choose another name"))
                    return
                number = len(self.saved) + len(self.removed) + 1
                said = (request.sentence, request.folder, request.like, request.unlike)
                self.saved[number] = m.SavedSearch(number, request.name, *said)
            case m.RenameSavedSearch():
                self.saved[request.id] = replace(self.saved[request.id], name=request.name)
            case m.RemoveSavedSearch():
                one, other = (self.removed, self.saved) if request.restore else (self.saved, self.removed)
                other[request.id] = one.pop(request.id)
            case m.LookAtSavedSearch():
                self.saved[request.id] = replace(self.saved[request.id], new=0)
            case m.ListSavedSearches() | m.CountSavedSearches():
                by_name = sorted(self.saved.values(), key=lambda each: each.name)
                self._tell(m.SavedSearchList(request.request, tuple(by_name)))
        self._tell(m.Reply(request.request, value))

    def _collect(self, request: m.CollectPhotos) -> str:
        held = self.collections.setdefault(request.name, [])
        fresh = [photo for photo in request.photo_ids if photo not in held]
        out = request.remove or (request.toggle and not fresh)
        changed = [photo for photo in request.photo_ids if photo in held] if out else fresh
        self.collections[request.name] = [photo for photo in held if photo not in changed] if out else [*held, *fresh]
        what = f"{'take out of' if out else 'add to'} {request.name}" if changed else ""
        return json.dumps({"what": what, "photos": len(changed), "removed": out, "unknown": []})
