"""`afterimage export`: copies of the photos that a sentence finds, or of named ones."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from engine.engine_session import Session, open_session
from engine.errors import LibraryEmpty, PhotoUnreadable, UsageError, printable
from engine.export import Exported, Exporter, ExportItem, ExportPlan, told
from engine.locations import Locations
from engine.messages import GetHits, Hits, Search, SearchResults
from engine.search_hit import SearchHit

NOTHING_MATCHES = 1
NOT_ALL = 3
PAGE = 200


def export(arguments: Namespace) -> int:
    """0 when all were copied, 1 when nothing matches, 3 when some could not be. Raises UsageError, LibraryEmpty,
    FolderUnreachable, DiskFull."""
    if bool(arguments.sentence) == bool(arguments.paths):
        remedy = 'as in: afterimage export "a dog in snow" --to DIR'
        raise UsageError("Name a sentence, or photos with --paths", remedy=remedy)
    plan = _plan(arguments)
    items = _named(arguments) if arguments.paths else _found(arguments)
    if not items:
        print("No photo matches surely enough to be copied (what comes near: afterimage search).", file=sys.stderr)
        return NOTHING_MATCHES
    failed = 0
    with Exporter(plan, workers=os.cpu_count() or 1) as exporter:
        for exported in exporter.run(items):
            failed += bool(exported.problem)
            _tell(exported)
    said = f"{len(items) - failed:,} of {len(items):,} photos copied to {printable(plan.folder)}"
    print(said, file=sys.stderr)
    return NOT_ALL if failed else 0


def _plan(arguments: Namespace) -> ExportPlan:
    metadata = "none" if arguments.strip else "no-place" if arguments.strip_gps else "all"
    folder = os.path.abspath(arguments.folder)
    return ExportPlan(folder, arguments.size, arguments.quality, metadata, arguments.names)


def _named(arguments: Namespace) -> list[ExportItem]:
    paths = [os.path.abspath(path) for path in arguments.paths]
    for path in paths:
        if not os.path.isfile(path):
            raise PhotoUnreadable("There is no such photo", path=path, remedy="check the name")
    return [ExportItem(path) for path in paths]


def _found(arguments: Namespace) -> list[ExportItem]:
    locations, sentence = Locations.at(arguments.library), " ".join(arguments.sentence)
    remedy = "index a folder first: afterimage index FOLDER"
    if not locations.exist():
        raise LibraryEmpty("There is no library here", path=locations.data, remedy=remedy)
    with open_session(locations, device=arguments.device) as session:
        if not session.greeting.photos:
            raise LibraryEmpty("No photo is searchable yet in this library", path=locations.data, remedy=remedy)
        hits = _matches(session, Search(1, sentence, limit=arguments.count))
    return [ExportItem(hit.path, hit.taken_at or "") for hit in hits[: arguments.count]]


def _matches(session: Session, search: Search) -> list[SearchHit]:
    results: SearchResults | None = None
    for event in session.ask(search):
        results = event if isinstance(event, SearchResults) else results
    hits: list[SearchHit] = []
    count = results.count if results is not None else 0
    for request, first in enumerate(range(0, count, PAGE), start=2):
        for event in session.ask(GetHits(request, results.result if results else 0, first, PAGE)):
            hits += event.hits if isinstance(event, Hits) else ()
    return [hit for hit in hits if hit.matched]


def _tell(exported: Exported) -> None:
    """The path of each copy on the standard output, for scripts; what went wrong beside it."""
    if exported.problem:
        print("afterimage: {}: {}".format(*told(exported)), file=sys.stderr)
        return
    sys.stdout.buffer.write(exported.copy + b"\n")
