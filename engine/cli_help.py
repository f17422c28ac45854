"""How the command line explains itself: help that fits the terminal, and mistakes that become sentences."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from engine.errors import UsageError

NARROW = 40  # columns; what is narrower is not heeded
WIDE = 80  # columns, where nobody knows


class Help(argparse.HelpFormatter):
    """Sentences are filled to the width of the terminal; what is indented (examples, tables) stays as it is."""

    def __init__(self, prog: str, **settings: Any) -> None:
        """argparse makes one for every option that it is told of, and imports much to ask for the width."""
        settings.setdefault("width", _columns() - 2)
        super().__init__(prog, **settings)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n\n".join(_filled(part, max(width, NARROW), indent) for part in text.strip("\n").split("\n\n"))


class Parser(argparse.ArgumentParser):
    """Mistakes become a UsageError with a remedy instead of a printed usage."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", Help)
        settings.setdefault("allow_abbrev", False)
        super().__init__(**settings)

    def error(self, message: str) -> NoReturn:
        raise UsageError(message[:1].upper() + message[1:], remedy=f"see: {self.prog} --help")

    def parse_args(  # type: ignore[override]  # argparse's has an overload for each kind of namespace
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Any:
        """Raises UsageError, with the option that was likely meant."""
        said, strange = self.parse_known_args(args, namespace)
        if strange:
            used = self._used(said)
            raise UsageError(f"Not understood: {' '.join(strange)}", remedy=used._likely(strange[0]))
        return said

    def _used(self, said: argparse.Namespace) -> Parser:
        """The parser of the command, and of its action, that was typed."""
        used: Parser = self
        for chosen in (str(getattr(said, each, "")) for each in ("command", "action")):
            below = [each for each in used._actions if isinstance(each, argparse._SubParsersAction)]
            used = below[0].choices.get(chosen, used) if below else used
        return used

    def _likely(self, option: str) -> str:
        import difflib  # most starts make no mistake, and show no help

        near = difflib.get_close_matches(option.partition("=")[0], self._option_string_actions, n=1)
        meant = f"did you mean {near[0]}? " if near and option.startswith("--") else ""
        dashes = "what begins with - is an option: put the whole sentence in quotes; "
        takes_words = any(each.metavar == "SENTENCE" for each in self._actions) and not meant
        return f"{meant}{dashes if takes_words and option.startswith('-') else ''}see: {self.prog} --help"


def _filled(paragraph: str, width: int, indent: str) -> str:
    """A paragraph's lines up to the first that is indented, filled; the rest as it stands."""
    import textwrap

    lines = paragraph.split("\n")
    plain = next((place for place, line in enumerate(lines) if line.startswith(" ")), len(lines))
    head = textwrap.fill(" ".join(lines[:plain]), width, initial_indent=indent, subsequent_indent=indent)
    return "\n".join([*([head] if plain else []), *lines[plain:]])


def _columns() -> int:
    """As a person set it, or those of the terminal; neither is known where both are absent or 0."""
    with contextlib.suppress(KeyError, ValueError):
        if (said := int(os.environ["COLUMNS"])) > 0:
            return said
    with contextlib.suppress(AttributeError, OSError, ValueError):  # no standard output, or it is no terminal
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or WIDE  # type: ignore[union-attr]
    return WIDE
