"""`afterimage search --explain`: which words of the sentence each photo shows, and where."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.engine_session import Session
from engine.search_hit import SearchHit

if TYPE_CHECKING:
    from engine.messages import Explanation, WordSight

FIRST_REQUEST = 10_000  # beyond those of the search and its pages


def explanations(session: Session, hits: Iterable[SearchHit], sentence: str) -> dict[int, Explanation]:
    """By photo; none where there was no sentence. Raises what the engine raises."""
    if not sentence:
        return {}
    from engine.messages import Explain, Explanation  # of most searches nobody asks why

    asked = (Explain(request, hit.photo_id, sentence) for request, hit in enumerate(hits, FIRST_REQUEST))
    told = (event for explain in asked for event in session.ask(explain))
    return {event.photo_id: event for event in told if isinstance(event, Explanation)}


def in_words(explanation: Explanation) -> str:
    """As in: dog ✓, umbrella ✗; or why there is nothing to tell."""
    marked = (f"{sight.word} {'✓' if sight.found else '✗'}" for sight in explanation.words)
    return explanation.unexplained or ", ".join(marked)


def record(explanation: Explanation | None) -> dict[str, Any]:
    """What a JSON line says of it: `why`, a list of words, and `unexplained` where there can be none."""
    if explanation is None:
        return {"why": []}
    why = {"why": [_word(sight) for sight in explanation.words]}
    return why | ({"unexplained": explanation.unexplained} if explanation.unexplained else {})


def _word(sight: WordSight) -> dict[str, Any]:
    heat = struct.unpack(f"<{sight.rows * sight.columns}f", sight.heat)
    facts = {"word": sight.word, "start": sight.start, "end": sight.end, "strength": sight.strength}
    grid = {"found": sight.found, "rows": sight.rows, "columns": sight.columns}
    return facts | grid | {"heat": [round(cell, 4) for cell in heat]}
