"""What the documents tell people to type can be typed, and what they point at is there."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from engine.cli_parser import build_parser, command_of
from engine.errors import UsageError

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("resources/models/*/README.md")]
    if page.name not in ("CHANGELOG.md", "training_log.md")
)
PROSE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
BLOCK = re.compile(r"^ {4}((?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
FORM = ("[", "…", "...", "{", "COMMAND", "ACTION", "HEX")  # shows the form of a command, and is none


def code(page: Path) -> list[str]:
    """Everything on `page` that is set as code, a command a piece."""
    text = page.read_text("utf-8")
    pieces = [*PROSE.findall(text), *BLOCK.findall(text)]
    lines = [" ".join(piece.replace("\\\n", " ").split()) for piece in pieces]
    return [part.strip() for line in lines for part in re.split(r"&&|\||(?<=\s)[>;]|<\(|\)$", line)]


def typed(page: Path, program: str) -> list[str]:
    """What follows `program` in the commands of `page`."""
    start = re.compile(rf"^(?:[A-Z_]+=\S+ )*(?:unshare -\w+ )?(?:\.venv/bin/)?{program} (.+)$")
    found = [match[1] for line in code(page) if (match := start.match(line))]
    return [line for line in dict.fromkeys(found) if not any(mark in line for mark in FORM)]


def parse(line: str) -> None:
    """Lines that name no command open the window on a folder: nothing to read. Prose may name a command alone."""
    arguments = shlex.split(line)
    if not (command := command_of(arguments)):
        return
    try:
        build_parser(command).parse_args(arguments)
    except SystemExit:  # --help and --version
        return
    except UsageError as wrong:
        if "required" not in str(wrong) and "expected" not in str(wrong):
            pytest.fail(f"afterimage {line}: {wrong}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_of_a_page_can_be_typed(page: Path) -> None:
    for line in typed(page, "afterimage"):
        parse(line)
    for line in typed(page, "(?:python|python3) -m"):
        assert importlib.util.find_spec(line.split()[0].rstrip(",.")), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_points_at_is_there(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_nobody_is_told_to_install_by_a_name_that_belongs_to_another_project() -> None:
    """`afterimage` on the package index is not this program."""
    for place in [*PAGES, *ROOT.glob("engine/**/*.py"), *ROOT.glob("resources/translations/*.ts")]:
        assert not re.search(r"pip install ['\"]?afterimage(?![-\w])", place.read_text("utf-8")), place


@pytest.mark.slow
def test_the_script_of_the_page_about_the_library_finds_a_photo(tmp_path: Path) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "find.py").write_text(script)
    photo = tmp_path / "photos" / "beach.png"
    photo.parent.mkdir()
    Image.new("RGB", (64, 64), "blue").save(photo)
    os.utime(photo, (1, 1))  # not a fresh one
    command = [sys.executable, "find.py", "library", "photos", "the blue sea"]
    said = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True)
    assert said.returncode == 0, said.stderr.decode()
    assert [line.split()[0] for line in said.stdout.decode().splitlines()[::2]] == ["RETRIEVED", "RERANKED"]
    assert said.stdout.count(os.fsencode(photo)) == 2


def test_enough_commands_are_looked_at() -> None:
    assert sum(len(typed(page, "afterimage")) for page in PAGES) > 50
    assert sum(len(typed(page, "python -m")) for page in PAGES) > 20
