"""`afterimage tag`: tags for photos, one by one or by a sentence, listed, renamed and undone."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from engine.cli_edit import NOTHING_DONE, counted, tell
from engine.engine_session import Session, open_session
from engine.errors import AfterimageError, LibraryEmpty, printable
from engine.locations import Locations
from engine.messages import (
    GetHits,
    Hits,
    ListTags,
    MarkPhotos,
    RenameTag,
    Reply,
    Request,
    Search,
    SearchResults,
    TagPhotos,
    UndoEdit,
    WriteSidecars,
)
from engine.search_hit import SearchHit

PICKS = {"pick": "1", "reject": "-1", "unflag": None}
MOST_HITS = 20_000
PAGE = 200
SHOWN = 10  # photos of a dry run


def tag(arguments: Namespace) -> int:
    """0 when something was done or listed, 1 when there was nothing to do. Raises UsageError, LibraryEmpty,
    PhotoUnreadable for photos that are not in the library, DiskFull."""
    locations = Locations.at(arguments.library)
    if not locations.exist():
        raise LibraryEmpty("There is no library here", path=locations.data, remedy="index a folder first")
    with open_session(locations) as session:
        match arguments.action:
            case "list":
                return _list(session, as_json=arguments.json)
            case "write-sidecars":
                return _write_sidecars(session, _paths(arguments))
            case "by-sentence":
                return _by_sentence(session, arguments)
            case _:
                before = {"undo": "undone: ", "redo": "done again: "}.get(arguments.action, "")
                return tell(_asked(session, _request(arguments)), before=before)


def _request(arguments: Namespace) -> Request:
    sidecars = arguments.write_sidecars
    match arguments.action:
        case "add":
            return TagPhotos(1, paths=_paths(arguments), add=(arguments.tag,), sidecars=sidecars)
        case "remove":
            return TagPhotos(1, paths=_paths(arguments), remove=(arguments.tag,), sidecars=sidecars)
        case "rate":
            stars = None if arguments.value == "0" else arguments.value
            return MarkPhotos(1, "rating", stars, paths=_paths(arguments), sidecars=sidecars)
        case "label":
            return MarkPhotos(1, "label", arguments.value or None, paths=_paths(arguments), sidecars=sidecars)
        case "pick" | "reject" | "unflag":
            flag = PICKS[arguments.action]
            return MarkPhotos(1, "pick", flag, paths=_paths(arguments), sidecars=sidecars)
        case "rename":
            return RenameTag(1, arguments.tag, arguments.new, sidecars=sidecars)
        case "delete":
            return RenameTag(1, arguments.tag, sidecars=sidecars)
        case _:
            return UndoEdit(1, redo=arguments.action == "redo", sidecars=sidecars)


def _paths(arguments: Namespace) -> tuple[bytes, ...]:
    return tuple(os.path.abspath(path) for path in arguments.photos)


def _asked(session: Session, request: Request) -> Any:
    (value,) = (event.value for event in session.ask(request) if isinstance(event, Reply))
    return json.loads(value)


def _list(session: Session, *, as_json: bool) -> int:
    tags = _asked(session, ListTags(1))
    for path, count in tags:
        line = json.dumps({"tag": path, "photos": count}, ensure_ascii=False) if as_json else f"{count:>8,}  {path}"
        sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()
    return 0 if tags else NOTHING_DONE


def _write_sidecars(session: Session, paths: tuple[bytes, ...]) -> int:
    done = _asked(session, WriteSidecars(1, paths))
    return tell(done | {"what": "write sidecars" if done["photos"] else ""})


def _by_sentence(session: Session, arguments: Namespace) -> int:
    hits = _found(session, arguments.sentence)
    sure, doubtful = chosen(hits, arguments.precision)
    if not sure:
        surest = max(map(_likely, hits), default=0.0)
        print(
            f"No photo is that sure: the surest is {int(100 * surest)} % (lower --precision, or tag by hand).",
            file=sys.stderr,
        )
    if arguments.dry_run or not sure:
        _show(sure, "would be tagged")
        _show(doubtful, "please look")
        return 0 if sure else NOTHING_DONE
    ids = tuple(hit.photo_id for hit in sure)
    words = {"add": (arguments.tag,), "sidecars": arguments.write_sidecars}
    request = TagPhotos(2, photo_ids=ids, guessed=ids, **words)  # nobody looked at them
    status = tell(_asked(session, request))
    _show(doubtful, "please look")
    return status


def chosen(hits: Sequence[SearchHit], precision: float) -> tuple[list[SearchHit], list[SearchHit]]:
    """Photos to tag: as many of the likeliest as keep the expected share of right ones at `precision`; and the other
    matches, for a person to look at."""
    ranked = sorted(hits, key=_likely, reverse=True)
    total, count = 0.0, 0
    for place, hit in enumerate(ranked, start=1):
        total += _likely(hit)
        if total / place >= precision:
            count = place
    return ranked[:count], [hit for hit in ranked[count:] if hit.matched]


def _likely(hit: SearchHit) -> float:
    """A match without a probability is one that a person described with these words."""
    return hit.probability if hit.probability is not None else float(hit.matched)


def _found(session: Session, sentence: str) -> list[SearchHit]:
    """Raises AfterimageError where the model's scores mean no probability."""
    results: SearchResults | None = None
    for event in session.ask(Search(1, sentence, limit=MOST_HITS, every_copy=True)):
        results = event if isinstance(event, SearchResults) else results
    if results is None:
        raise AssertionError("a search that succeeds has results")
    if results.uncalibrated:
        remedy = "calibrate it: afterimage calibrate --help"
        raise AfterimageError(f"A chosen precision needs probabilities: {results.uncalibrated}", remedy=remedy)
    hits: list[SearchHit] = []
    for request, first in enumerate(range(0, results.count, PAGE), start=2):
        for event in session.ask(GetHits(request, results.result, first, PAGE)):
            hits += event.hits if isinstance(event, Hits) else ()
    return hits


def _show(hits: Sequence[SearchHit], what: str) -> None:
    if hits:
        print(f"{what}: {counted(len(hits), 'photo')}")
    for hit in hits[:SHOWN]:
        print(f"  {_likely(hit):>4.0%}  {printable(hit.path)}")
    if len(hits) > SHOWN:
        print(f"  and {len(hits) - SHOWN:,} more")
