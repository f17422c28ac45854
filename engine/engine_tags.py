"""Requests about tags and marks: answered at once, or once the tags are counted."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from engine import messages as m
from engine.errors import printable
from engine.photo import Problem

if TYPE_CHECKING:
    from engine.library import Library

MOST_TOLD = 5_000  # photos in one answer


def answer(library: Library, request: m.TagRequest) -> str:
    """JSON text. Raises UsageError, DiskFull."""
    tags = library.tags
    match request:
        case m.GetWords():
            return json.dumps(tags.words(request.photo_ids[:MOST_TOLD]))
        case m.TagPhotos():
            photos, words = (request.photo_ids, request.paths), (request.add, request.remove)
            guessed, sidecars = frozenset(request.guessed), request.sidecars
            done = tags.change(*photos, add=words[0], remove=words[1], guessed=guessed, sidecars=sidecars)
            return _told(tags, done)
        case m.MarkPhotos():
            photos = (request.photo_ids, request.paths)
            return _told(tags, tags.mark(*photos, request.field, request.value, sidecars=request.sidecars))
        case m.RenameTag():
            return _told(tags, tags.rename(request.old, request.new, sidecars=request.sidecars))
        case m.UndoEdit():
            again = tags.redo if request.redo else tags.undo
            return _told(tags, again(sidecars=request.sidecars))
        case _:
            raise AssertionError("what is counted first is begun, not answered")


def begin(library: Library, request: m.ListTags | m.GetTagBook | m.WriteSidecars) -> Iterator[m.Reply | None]:
    """None between slices of work, then the Reply."""
    tags = library.tags
    if isinstance(request, m.WriteSidecars):
        yield from _write(library.late_sidecars, request)
        return
    for _ in tags.counting():
        yield None
    yield m.Reply(request.request, json.dumps(tags.all() if isinstance(request, m.ListTags) else tags.book()))


def _write(late: Any, request: m.WriteSidecars) -> Iterator[m.Reply | None]:
    for outcome in late.count() if request.count else late.write(request.paths):
        if outcome is None:
            yield None
            continue
        problems, unknown = _sentences(outcome.problems), _packed(outcome.unknown)
        told = {"photos": outcome.photos, "problems": problems, "unknown": unknown}
        yield m.Reply(request.request, json.dumps(told))


def _sentences(problems: Iterable[Problem]) -> list[str]:
    return [f"{each.reason}: {printable(each.path)} ({each.remedy})" for each in problems]


def _packed(paths: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(path).decode() for path in paths]


def _told(tags: Any, outcome: Any) -> str:
    return json.dumps(
        {
            "what": outcome.edit.what if outcome.edit is not None else "",
            "photos": outcome.edit.photos if outcome.edit is not None else 0,
            "sidecars": outcome.sidecars,
            "unknown": _packed(outcome.unknown),
            "problems": _sentences(outcome.problems),
            "now": tags.words(outcome.changed) if len(outcome.changed) <= MOST_TOLD else None,
        }
    )
