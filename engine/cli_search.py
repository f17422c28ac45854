"""`afterimage search SENTENCE`: ranked photos as a list, as JSON lines or as raw paths."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from engine import cli_why
from engine.cli_answer import CLOSEST, nothing, said_before, said_of
from engine.engine_session import Session, open_session
from engine.errors import FolderUnreachable, LibraryEmpty, PhotoUnreadable, UsageError, printable
from engine.locations import Locations
from engine.messages_search import GetHits, Hits, Search, SearchResults
from engine.search_hit import SearchHit

if TYPE_CHECKING:
    from engine.messages import Explanation

NOTHING_MATCHES = 1


def search(arguments: Namespace) -> int:
    """0 where a photo matches, 1 where none does. Raises UsageError, LibraryEmpty and what the engine raises."""
    request = _request(arguments)
    locations = Locations.at(arguments.library)
    _require_photos(locations, 1 if locations.exist() else 0)
    with open_session(locations, device=arguments.device, light=arguments.device is None) as session:
        _require_photos(locations, session.greeting.photos)
        if arguments.saved:
            from engine.cli_sets import with_saved  # it knows much more than a search has to

            request = with_saved(session, arguments.saved, request)
        results = _results(session, request)
        hits = _hits(session, results, max(arguments.count, CLOSEST))
        matches = [hit for hit in hits if hit.matched][: arguments.count]
        shown = matches or hits[:CLOSEST]
        why = cli_why.explanations(session, shown, request.sentence) if arguments.explain else None
    if not hits and request.folder is not None:
        _require_folder(request.folder)
    for line in said_before(results):
        print(line, file=sys.stderr)
    if not matches:
        print(nothing(shown, request.folder, request.sentence), file=sys.stderr)
    for row in _lines(shown, arguments, why):
        sys.stdout.buffer.write(row)
    sys.stdout.buffer.flush()
    if matches and _for_people(arguments) and (line := said_of(results, len(shown))):
        print(line, file=sys.stderr)
    return 0 if matches else NOTHING_MATCHES


def _request(arguments: Namespace) -> Search:
    sentence = os.fsencode(" ".join(arguments.sentence)).decode("utf-8", "replace").strip()
    like, unlike = [tuple(map(_example, paths)) for paths in (arguments.like, arguments.unlike)]
    if not sentence and not like and not unlike and not arguments.saved:
        raise UsageError("The sentence is empty", remedy='describe a photo, as in: afterimage search "a dog in snow"')
    return Search(
        request=1,
        sentence=sentence,
        limit=max(arguments.count, CLOSEST),
        rerank=not arguments.no_rerank,
        folder=os.path.abspath(arguments.folder) if arguments.folder is not None else None,
        look=arguments.look,
        every_copy=arguments.every_copy,
        like=like,
        unlike=unlike,
    )


def _example(photo: bytes) -> bytes:
    path = os.path.abspath(photo)
    if os.path.isdir(path):
        raise PhotoUnreadable("This is a folder, not a photo", path=path, remedy="name a photo in it")
    if not os.path.isfile(path):
        raise PhotoUnreadable("There is no such photo", path=path, remedy="check the name")
    return path


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


def _for_people(arguments: Namespace) -> bool:
    return not (arguments.json or arguments.paths or arguments.zero)


def _lines(hits: Sequence[SearchHit], arguments: Namespace, why: dict[int, Explanation] | None) -> Iterator[bytes]:
    if arguments.paths or arguments.zero:
        end = b"\0" if arguments.zero else b"\n"
        yield from (hit.path + end for hit in hits if hit.matched)
    elif arguments.json:
        for hit in hits:
            told = cli_why.record(why.get(hit.photo_id)) if why is not None else {}
            yield json.dumps(_record(hit) | told, ensure_ascii=False).encode() + b"\n"
    else:
        calibrated = any(hit.probability is not None for hit in hits)
        for rank, hit in enumerate(hits, start=1):
            others = f"  (and {hit.alike:,} alike)" if hit.alike else ""
            yield f"{rank:>4}  {_strength(hit, calibrated=calibrated):>6}  {printable(hit.path)}{others}\n".encode()
            if why and hit.photo_id in why:
                yield f"{'':14}{cli_why.in_words(why[hit.photo_id])}\n".encode()


def _strength(hit: SearchHit, *, calibrated: bool) -> str:
    """The probability where scores are calibrated (a person's own words leave nothing to estimate), otherwise the score
    itself; nothing where filters alone decided."""
    if hit.probability is not None:
        return f"{hit.probability:.0%}"
    if calibrated:
        return "said"
    if not hit.score and not hit.cosine:
        return ""
    return f"{hit.score:.3f}"


def path_record(path: bytes) -> dict[str, Any]:
    """A path for JSON, which is text: where it is none, its bytes stand beside it."""
    record: dict[str, Any] = {"path": path.decode("utf-8", "replace")}
    if record["path"].encode() != path:
        import base64

        record["path_b64"] = base64.b64encode(path).decode()
    return record


def _record(hit: SearchHit) -> dict[str, Any]:
    return path_record(hit.path) | {
        "score": hit.score,
        "cosine": hit.cosine,
        "probability": hit.probability,
        "matched": hit.matched,
        "reranked": hit.reranked,
        "width": hit.width,
        "height": hit.height,
        "taken_at": hit.taken_at,
        "tags": list(hit.tags),
        "alike": hit.alike,
    }
