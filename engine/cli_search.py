"""`afterimage search SENTENCE`: ranked photos as a list, as JSON lines or as raw paths."""

from __future__ import annotations

import base64
import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from engine.engine_session import Session, open_session
from engine.errors import FolderUnreachable, LibraryEmpty, PhotoUnreadable, UsageError, printable
from engine.locations import Locations
from engine.messages import GetHits, Hits, Search, SearchResults
from engine.photo import SearchHit

CLOSEST = 5  # shown where nothing matches
NOTHING_MATCHES = 1


def search(arguments: Namespace) -> int:
    """0 where a photo matches, 1 where none does. Raises UsageError, LibraryEmpty and what the engine raises."""
    request = _request(arguments)
    locations = Locations.at(arguments.library)
    _require_photos(locations, 1 if locations.exist() else 0)
    with open_session(locations, device=arguments.device) as session:
        _require_photos(locations, session.greeting.photos)
        results = _results(session, request)
        hits = _hits(session, results, max(arguments.count, CLOSEST))
    if not hits and request.folder is not None:
        _require_folder(request.folder)
    if results.unknown_words:
        print(f"This model does not know: {', '.join(map(_clean, results.unknown_words))}", file=sys.stderr)
    matched = any(hit.matched for hit in hits)
    shown = hits[: arguments.count] if matched else hits[:CLOSEST]
    if not matched:
        print(_nothing(shown, request.folder), file=sys.stderr)
    for line in _lines(shown, arguments, matched=matched):
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    return 0 if matched else NOTHING_MATCHES


def _request(arguments: Namespace) -> Search:
    sentence = os.fsencode(" ".join(arguments.sentence)).decode("utf-8", "replace").strip()
    if not sentence and arguments.like is None:
        raise UsageError("The sentence is empty", remedy='describe a photo, as in: afterimage search "a dog in snow"')
    like = os.path.abspath(arguments.like) if arguments.like is not None else None
    if like is not None and os.path.isdir(like):
        raise PhotoUnreadable("This is a folder, not a photo", path=like, remedy="name a photo in it")
    if like is not None and not os.path.isfile(like):
        raise PhotoUnreadable("There is no such photo", path=like, remedy="check the name")
    return Search(
        request=1,
        sentence=sentence,
        limit=max(arguments.count, CLOSEST),
        rerank=not arguments.no_rerank,
        folder=os.path.abspath(arguments.folder) if arguments.folder is not None else None,
        like=() if like is None else (like,),
    )


def _require_photos(locations: Locations, photos: int) -> None:
    if not photos:
        raise LibraryEmpty(
            "No photo is searchable yet in this library",
            path=locations.data,
            remedy="index a folder first: afterimage index FOLDER",
        )


def _require_folder(folder: bytes) -> None:
    """Photos of an unplugged folder are found all the same; without any, its name is the likely mistake."""
    if not os.path.isdir(folder):
        raise FolderUnreachable("There is no such folder", path=folder, remedy="check --folder")


def _results(session: Session, request: Search) -> SearchResults:
    """The last word on a search."""
    found: SearchResults | None = None
    for event in session.ask(request):
        if isinstance(event, SearchResults):
            found = event
    if found is None:
        raise AssertionError("a search that succeeds has results")
    return found


def _hits(session: Session, results: SearchResults, count: int) -> list[SearchHit]:
    hits: list[SearchHit] = []
    wanted = min(count, results.count)
    for request, first in enumerate(range(0, wanted, 200), start=2):
        for event in session.ask(GetHits(request, results.result, first, min(200, wanted - first))):
            if isinstance(event, Hits):
                hits += event.hits
    return hits


def _nothing(closest: Sequence[SearchHit], folder: bytes | None) -> str:
    if not closest and folder is not None:
        return f"No photo of this library lies below {printable(folder)} (to add it: afterimage index FOLDER)"
    if not closest:
        return "No photo matches."
    ceiling = max((hit.probability for hit in closest if hit.probability is not None), default=None)
    count = "Closest five" if len(closest) == CLOSEST else f"Closest {len(closest)}"
    below = f", each below {int(ceiling * 100) + 1} %" if ceiling is not None else ""
    return f"No photo matches. {count}{below}."


def _lines(hits: Sequence[SearchHit], arguments: Namespace, *, matched: bool) -> Iterator[bytes]:
    if arguments.paths or arguments.zero:
        end = b"\0" if arguments.zero else b"\n"
        yield from (hit.path + end for hit in hits if hit.matched)
    elif arguments.json:
        yield from (json.dumps(_record(hit), ensure_ascii=False).encode() + b"\n" for hit in hits)
    else:
        for rank, hit in enumerate(hits, start=1):
            yield f"{rank:>4}  {_strength(hit):>6}  {printable(hit.path)}\n".encode()


def _strength(hit: SearchHit) -> str:
    """The probability where scores are calibrated, otherwise the score itself."""
    if hit.probability is not None:
        return f"{hit.probability:.0%}"
    return f"{hit.score:.3f}"


def _record(hit: SearchHit) -> dict[str, Any]:
    record: dict[str, Any] = {"path": hit.path.decode("utf-8", "replace")}
    if record["path"].encode() != hit.path:
        record["path_b64"] = base64.b64encode(hit.path).decode()
    return record | {
        "score": hit.score,
        "cosine": hit.cosine,
        "probability": hit.probability,
        "matched": hit.matched,
        "reranked": hit.reranked,
        "width": hit.width,
        "height": hit.height,
        "taken_at": hit.taken_at,
        "tags": list(hit.tags),
    }


def _clean(word: str) -> str:
    return "".join(ch for ch in word if ch.isprintable())
