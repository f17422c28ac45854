"""Requests about values of filters, collections and saved searches."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine import messages as m
from engine.engine_peer import Peer

if TYPE_CHECKING:
    from engine.library import Library


def answer(library: Library, peer: Peer, request: m.OfferRequest) -> str:
    """The value of the Reply, after the events that belong to it. Raises UsageError, DiskFull."""
    offers = library.offers
    match request:
        case m.ListCollections():
            found = tuple(m.Collection(*each) for each in offers.collections.all())
            peer.send(m.CollectionList(request.request, found))
        case m.CollectPhotos():
            ways = {"remove": request.remove, "toggle": request.toggle}
            done = offers.collect(request.name, request.photo_ids, request.paths, **ways)
            return _told(done.edit, removed=done.removed, unknown=done.unknown)
        case m.MakeCollection():
            return offers.collections.make(request.name)
        case m.RenameCollection():
            collections = offers.collections
            renamed = collections.rename(request.name, request.new) if request.new else collections.remove(request.name)
            return _told(renamed)
        case m.ListSavedSearches():
            peer.send(m.SavedSearchList(request.request, tuple(offers.saved.all())))
        case m.SaveSearch():
            row = m.SavedSearch(0, request.name, request.sentence, request.folder, request.like, request.unlike)
            return str(offers.saved.add(row))
        case m.RenameSavedSearch():
            offers.saved.rename(request.id, request.name)
        case m.RemoveSavedSearch():
            offers.saved.remove(request.id, restore=request.restore)
        case m.LookAtSavedSearch():
            offers.saved.look(request.id)
    return ""


def begin(library: Library, request: m.OfferJob) -> Iterator[m.OfferEvent | None]:
    """The events of a request that is worked on in slices."""
    if isinstance(request, m.Complete):
        yield from library.offers.completer.run(request)
        return
    if isinstance(request, m.SuggestSentences):
        yield from library.sentences.run(request)
        return
    for changed in library.offers.saved.counting():
        yield m.SavedSearchList(request.request, tuple(library.offers.saved.all())) if changed else None


def _told(edit: object, *, removed: bool = False, unknown: tuple[bytes, ...] = ()) -> str:
    return json.dumps(
        {
            "what": getattr(edit, "what", ""),
            "photos": getattr(edit, "photos", 0),
            "removed": removed,
            "unknown": [base64.b64encode(path).decode() for path in unknown],
        }
    )
