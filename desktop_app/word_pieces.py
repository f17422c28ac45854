"""A sentence cut into the words that a photo was looked through for, and what stands between them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.translation import tr
from engine.messages import Explanation, WordSight


@dataclass(frozen=True, slots=True)
class Piece:
    """`sight` is None for what was not looked for."""

    text: str
    sight: WordSight | None = None


def plain_pieces(sentence: str) -> tuple[Piece, ...]:
    """Before it is known what was found."""
    return tuple(Piece(word) for word in sentence.split())


def pieces(explanation: Explanation) -> tuple[Piece, ...]:
    """In the order of the sentence; words that lie outside of it are passed over."""
    made: list[Piece] = []
    sentence, at = explanation.sentence, 0
    for sight in sorted(explanation.words, key=lambda sight: sight.start):
        if not at <= sight.start < sight.end <= len(sentence):
            continue
        made += plain_pieces(sentence[at : sight.start])
        made.append(Piece(sentence[sight.start : sight.end], sight))
        at = sight.end
    return (*made, *plain_pieces(sentence[at:]))


def missing(explanation: Explanation) -> str:
    """ "no umbrella found"; empty where every word was."""
    return tr("no %s found") % explanation.missing if explanation.missing else ""


def spoken(sight: WordSight) -> str:
    """For those who hear it: the word, and whether it was found."""
    return (tr("%s: found") if sight.found else tr("%s: not found")) % sight.word
