"""What the help of the command line says is so: its examples can be typed, and every action is like the others."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from engine.cli_parser import build_parser
from engine.errors import UsageError

EXAMPLE = re.compile(
    r"^ {2}(?:.*[|(] ?|.*&& )?afterimage (\S(?:[^\n]*\\\n)*[^\n|>)]*?)"  # after a pipe or a bracket, over several lines
    r"(?: {3,}[^\n]*)?(?:[|>)][^\n]*)?$",  # and what is said of it, or done with what it prints
    re.MULTILINE,
)


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from parsers(command)


EVERY = list(parsers(build_parser()))
EXAMPLES = [found.replace("\\\n", " ") for parser in EVERY for found in EXAMPLE.findall(parser.epilog or "")]


@pytest.mark.parametrize("typed", EXAMPLES)
def test_an_example_of_the_help_can_be_typed(typed: str) -> None:
    build_parser().parse_args(shlex.split(typed))


def test_enough_examples_are_looked_at() -> None:
    assert len(EXAMPLES) > 45


@pytest.mark.parametrize("parser", EVERY, ids=lambda parser: parser.prog)
def test_every_command_and_action_takes_a_library_and_says_what_it_does(parser: argparse.ArgumentParser) -> None:
    assert "--library" in parser._option_string_actions
    assert re.match(r"[A-Z].*\.$|Find your photos", parser.description or "", re.DOTALL)


def test_a_share_that_makes_no_sense_is_told_in_words() -> None:
    for typed in ("2", "x", "0"):
        with pytest.raises(UsageError, match=r"--precision: (0 would|.* is no number)"):
            build_parser("tag").parse_args(["tag", "by-sentence", "a dog", "dogs", "--precision", typed])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["search", "a dog", "--explane"], "did you mean --explain?"),
        (["search", "-dog"], "in quotes"),
        (["models", "list", "--bogus"], "see: afterimage models list --help"),
        (["--library", "/photos", "index", "/photos", "--wach"], "did you mean --watch?"),
    ],
)
def test_an_option_that_is_none_is_told_with_what_was_likely_meant(typed: list[str], told: str) -> None:
    with pytest.raises(UsageError, match="Not understood: -") as wrong:
        build_parser().parse_args(typed)
    assert told in str(wrong.value)


def test_sentences_of_the_help_fit_the_terminal_and_examples_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    *_, index = parsers(build_parser("index"))
    told = index.format_help()
    assert all(len(line) <= 60 for line in told.splitlines() if not line.startswith("  afterimage"))
    assert "  afterimage index ~/Pictures --watch      stays and looks for new photos every 30 seconds" in told
