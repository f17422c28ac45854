"""The one entry point: a subcommand goes to the command line, anything else opens the window.

Only the standard library at module level: the spawned engine imports this file again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

COMMANDS = (
    "index",
    "search",
    "duplicates",
    "export",
    "evaluate",
    "train",
    "calibrate",
    "models",
    "saved",
    "collection",
    "tag",
    "doctor",
    "forget",
    "completion",
)
MISTYPED = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Runs what the arguments ask for and returns the exit status."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        _speak_to_nobody()
        multiprocessing.freeze_support()
    if argv is None:  # a process of our own
        from engine.offline import stay_offline

        stay_offline()
    arguments = list(sys.argv[1:] if argv is None else argv)
    words = _words(arguments)
    if words == ["help"] and not os.path.isdir("help"):
        arguments = ["--help"]
    if (words and words[0] in COMMANDS) or {"-h", "--help", "--version"} & set(arguments):
        from engine.cli import main as command_line

        return command_line(arguments)
    complaint = _complaint(words)
    if complaint:
        return _cannot_open(*complaint)
    return _window(arguments)


def _window(arguments: list[str]) -> int:
    """Opens it, or says which library of the system it lacks."""
    try:
        from desktop_app.app import main as window
    except ImportError as error:
        from desktop_app.screen import CANNOT_RUN, why_not_loaded

        if (sentence := why_not_loaded(error)) is None:
            raise
        return _cannot_open(CANNOT_RUN, sentence)
    return window(arguments)


def _cannot_open(status: int, sentence: str) -> int:
    """Whoever mistypes a command has a terminal, or is a script; a folder can also come from the desktop."""
    if status == MISTYPED:
        print(f"afterimage: {sentence}", file=sys.stderr)
    else:
        from desktop_app import notice

        notice.give(sentence)
    return status


def _speak_to_nobody() -> None:
    """A program without a console has no streams on Windows to complain to; some libraries expect them."""
    for name in ("stdout", "stderr"):
        if sys.platform == "win32" and getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  as long as we live


def _words(arguments: list[str]) -> list[str]:
    """What is neither a flag nor the value of one."""
    words = []
    rest = iter(arguments)
    for argument in rest:
        if argument in ("--library", "--theme"):
            next(rest, None)
        elif not argument.startswith("-"):
            words.append(argument)
    return words


def _complaint(words: list[str]) -> tuple[int, str] | None:
    """(exit status, sentence) for a word that is neither a command nor a folder."""
    for word in words:
        if os.path.isdir(word):
            continue
        from engine.errors import printable

        if os.sep in word or os.path.exists(word):
            where = printable(os.path.abspath(word))
            if os.path.exists(word):
                return 3, f"This is a file, not a folder: {where} (name its folder)"
            return 3, f"There is no such folder: {where} (check the name)"
        import difflib

        near = difflib.get_close_matches(word, COMMANDS, n=1)
        remedy = f"did you mean: afterimage {near[0]}?" if near else "see: afterimage --help"
        return MISTYPED, f"Neither a command nor a folder: {printable(word)} ({remedy})"
    return None


if __name__ == "__main__":
    sys.exit(main())
