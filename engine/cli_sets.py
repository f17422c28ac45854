"""`afterimage saved` and `afterimage collection`: searches and photos that are kept under a name."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.cli_edit import NOTHING_DONE, tell
from engine.engine_session import Session, open_session
from engine.errors import LibraryEmpty, UsageError, printable
from engine.locations import Locations
from engine.messages import (
    CollectionList,
    CollectPhotos,
    CountSavedSearches,
    GetHits,
    Hits,
    ListCollections,
    ListSavedSearches,
    RemoveSavedSearch,
    RenameCollection,
    RenameSavedSearch,
    Reply,
    Request,
    SavedSearch,
    SavedSearchList,
    SaveSearch,
    Search,
    SearchResults,
)

PAGE = 200
EVERY = 1_000_000


def saved(arguments: Namespace) -> int:
    """0 when something was done or listed, 1 when there was nothing to list. Raises UsageError, LibraryEmpty."""
    with _session(arguments) as session:
        match arguments.action:
            case "list":
                return _list_saved(session, arguments)
            case "add":
                sentence = os.fsencode(" ".join(arguments.sentence)).decode("utf-8", "replace")
                folder = os.path.abspath(arguments.folder) if arguments.folder is not None else None
                like, unlike = (tuple(map(os.path.abspath, some)) for some in (arguments.like, arguments.unlike))
                _ask(session, SaveSearch(1, arguments.name, sentence, folder, like, unlike))
                print(f"saved: {printable(arguments.name)}")
            case "rename":
                _ask(session, RenameSavedSearch(2, saved_search(session, arguments.name).id, arguments.new))
            case _:
                _ask(session, RemoveSavedSearch(2, saved_search(session, arguments.name).id))
    return 0


def collection(arguments: Namespace) -> int:
    """The same for collections. Raises PhotoUnreadable for photos that are not in the library."""
    with _session(arguments) as session:
        match arguments.action:
            case "list":
                return _list_collections(session, arguments)
            case "show":
                return _show(session, arguments)
            case "rename":
                _ask(session, RenameCollection(1, arguments.name, arguments.new))
                return 0
            case "delete":
                _ask(session, RenameCollection(1, arguments.name))
                return 0
        paths = tuple(os.path.abspath(photo) for photo in arguments.photos)
        remove = arguments.action == "remove"
        return tell(json.loads(_ask(session, CollectPhotos(1, arguments.name, paths=paths, remove=remove))))


def saved_search(session: Session, name: str) -> SavedSearch:
    """Raises UsageError where there is none of this name."""
    (listed,) = [event for event in session.ask(ListSavedSearches(1)) if isinstance(event, SavedSearchList)]
    wanted = " ".join(name.split()).casefold()
    if found := [each for each in listed.searches if each.name.casefold() == wanted]:
        return found[0]
    raise UsageError(f"There is no saved search “{name[:50]}”", remedy="see: afterimage saved list")


def with_saved(session: Session, name: str, request: Search) -> Search:
    """The request with what was saved under a name; words that were typed beside it come after its own."""
    found = saved_search(session, name)
    return replace(
        request,
        sentence=f"{found.sentence} {request.sentence}".strip(),
        folder=request.folder or found.folder,
        like=found.like + request.like,
        unlike=found.unlike + request.unlike,
    )


def _session(arguments: Namespace) -> Any:
    locations = Locations.at(arguments.library)
    if not locations.exist():
        raise LibraryEmpty("There is no library here", path=locations.data, remedy="index a folder first")
    return open_session(locations)


def _ask(session: Session, request: Request) -> str:
    (value,) = (event.value for event in session.ask(request) if isinstance(event, Reply))
    return value


def _list_saved(session: Session, arguments: Namespace) -> int:
    found: tuple[SavedSearch, ...] = ()
    for event in session.ask(CountSavedSearches(1) if arguments.count else ListSavedSearches(1)):
        found = event.searches if isinstance(event, SavedSearchList) else found
    _write(_saved_line(each, arguments) for each in found)
    return 0 if found else NOTHING_DONE


def _saved_line(each: SavedSearch, arguments: Namespace) -> str:
    if arguments.json:
        folder = printable(each.folder) if each.folder is not None else None
        record: dict[str, Any] = {"name": each.name, "sentence": each.sentence, "folder": folder}
        if arguments.count:
            known = each.photos >= 0
            record |= {"photos": each.photos if known else None, "new": each.new if known else None}
        return json.dumps(record, ensure_ascii=False)
    count = ""
    if arguments.count:
        news = f"{each.new:,} new" if each.new > 0 else ""
        count = f"{f'{each.photos:,}' if each.photos >= 0 else '?':>8}  {news:>9}  "
    where = f"below {printable(each.folder)}" if each.folder is not None else ""
    return f"{count}{each.name}: {'  '.join(filter(None, (each.sentence, where)))}"


def _list_collections(session: Session, arguments: Namespace) -> int:
    (listed,) = [event for event in session.ask(ListCollections(1)) if isinstance(event, CollectionList)]
    rows = [(each.name, each.photos) for each in listed.collections]
    if arguments.json:
        _write(json.dumps({"collection": name, "photos": photos}, ensure_ascii=False) for name, photos in rows)
    else:
        _write(f"{photos:>8,}  {name}" for name, photos in rows)
    return 0 if rows else NOTHING_DONE


def _show(session: Session, arguments: Namespace) -> int:
    """Every photo, copies too, the latest first."""
    name = arguments.name.replace('"', " ")
    results: SearchResults | None = None
    for event in session.ask(Search(1, f'collection:"{name}"', limit=EVERY, every_copy=True)):
        results = event if isinstance(event, SearchResults) else results
    assert results is not None
    for request, first in enumerate(range(0, results.count, PAGE), start=2):
        for event in session.ask(GetHits(request, results.result, first, PAGE)):
            for hit in event.hits if isinstance(event, Hits) else ():
                sys.stdout.buffer.write(hit.path + (b"\0" if arguments.zero else b"\n"))
    sys.stdout.buffer.flush()
    if not results.count:
        print(f"There is no photo in a collection “{name}”.", file=sys.stderr)
    return 0 if results.count else NOTHING_DONE


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()
