"""Lightroom's keys for ratings, flags and labels. With Shift the next photo follows."""

from __future__ import annotations

from dataclasses import dataclass

MARK, NEXT = "mark ", " next"
_LABELS = {"6": "Red", "7": "Yellow", "8": "Green", "9": "Blue"}
_MARKS = {str(n): f"rating {n}" for n in range(6)} | {"P": "pick 1", "X": "pick -1", "U": "pick "}
_MARKS |= {key: f"label {name}" for key, name in _LABELS.items()}
MARK_KEYS: dict[str, str] = {key: MARK + what for key, what in _MARKS.items()}
MARK_KEYS |= {f"Shift+{key}": MARK + what + NEXT for key, what in _MARKS.items()}
TAG_KEYS = {"T": "tag"}


@dataclass(frozen=True, slots=True)
class Mark:
    """`value` None takes it away; `advance`: the next photo follows."""

    field: str
    value: str | None
    advance: bool = False


def mark_of(key: str) -> Mark | None:
    """What a line of the photo menu, or the key for it, gives; None where it is something else."""
    if not key.startswith(MARK):
        return None
    words = key.removeprefix(MARK)
    field, _, value = words.removesuffix(NEXT).partition(" ")
    return Mark(field, value or None, advance=words.endswith(NEXT))
