"""What the command line says of a batch of edits, as the engine tells it."""

from __future__ import annotations

import base64
import sys
from typing import Any

from engine.errors import PhotoUnreadable, printable

NOTHING_DONE = 1


_IN_WORDS = {"pick 1": "pick", "pick -1": "reject", "pick": "no flag", "rating": "no stars", "label": "no label"}


def tell(done: dict[str, Any], *, before: str = "") -> int:
    """Prints what was done, `before` first, and what could not be; returns the exit status. Raises PhotoUnreadable
    where none of the photos that were named is in the library."""
    problems = done.get("problems", ())
    for problem in problems:
        print(f"afterimage: {problem}", file=sys.stderr)
    unknown = [base64.b64decode(path) for path in done["unknown"]]
    for path in unknown:
        print(f"afterimage: This photo is not in the library: {printable(path)}", file=sys.stderr)
    if unknown and not done["photos"]:
        raise PhotoUnreadable("None of these photos is in the library", remedy="index their folder first")
    if not done["what"]:
        print("Nothing to do.", file=sys.stderr)
        return NOTHING_DONE
    written = done.get("sidecars", 0)
    files = f"; {counted(written, 'sidecar')} written" if written else ""
    what = _IN_WORDS.get(done["what"].strip(), done["what"])
    print(f"{before}{what}: {counted(done['photos'], 'photo')}{files}")
    return 3 if problems else 0


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
