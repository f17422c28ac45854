"""Makes pages of the documentation from what stands elsewhere: the help of every command, and files of the repository.

A page that holds `<!-- file: NAME -->` becomes that file; links of either keep leading where they led.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGES = {
    "ARCHITECTURE.md": "architecture.md",
    "CONTEXT.md": "context.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "threat_model.md",
    "README.md": "index.md",
    "resources/models/starter/README.md": "starter.md",
    "resources/models/starter-multilingual/README.md": "starter_multilingual.md",
}
FILE, COMMANDS = re.compile(r"<!-- file: (\S+) -->"), "<!-- commands -->"
LINK = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


def on_pre_build(config: Any) -> None:
    shutil.copy(ROOT / "packaging" / "afterimage.svg", Path(config["docs_dir"]) / "afterimage.svg")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    here = "docs"
    if (named := FILE.search(markdown)) is not None:
        here = os.path.dirname(named[1])
        markdown = (ROOT / named[1]).read_text("utf-8")
    if COMMANDS in markdown:
        markdown = markdown.replace(COMMANDS, command_line())
    return LINK.sub(lambda link: f"]({target(link[1], here)}{link[2] or ''})", markdown)


def target(link: str, here: str) -> str:
    """From the page of the site; `here` is the folder of the file that has the link."""
    path = os.path.normpath(os.path.join(here, link))
    return PAGES.get(path, os.path.relpath(path, "docs"))


def command_line() -> str:
    """The help of every command."""
    os.environ["COLUMNS"] = "84"  # what a page shows without being pushed sideways
    from engine.cli_parser import build_parser

    return "\n\n".join(sections(build_parser(), depth=2))


def sections(parser: argparse.ArgumentParser, depth: int) -> list[str]:
    made = [f"{'#' * depth} {parser.prog}\n\n```text\n{parser.format_help().strip()}\n```"]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                made += sections(command, min(depth + 1, 3))
    return made
