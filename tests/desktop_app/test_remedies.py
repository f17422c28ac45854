"""Whatever the engine advises can be done in the window."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from desktop_app.remedies import COMMAND, in_window

ENGINE = Path(__file__).resolve().parents[2] / "engine"


def text_of(node: ast.AST | None) -> str:
    """What a string says, with NAME for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "NAME" for part in node.values)
    if isinstance(node, ast.BinOp):
        return (text_of(node.left) or "NAME") + (text_of(node.right) or "NAME")
    return ""


def advice() -> set[str]:
    """Every remedy that the engine's sources spell out, save those of the command line itself."""
    files = [path for path in ENGINE.glob("*.py") if not path.stem.startswith("cli")]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text()))]
    return {text_of(node.value) for node in nodes if is_remedy(node)} - {""}


def is_remedy(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg == "remedy"
    return isinstance(node, ast.Assign) and any("remedy" in ast.unparse(each).lower() for each in node.targets)


def test_the_engine_s_remedies_are_found() -> None:
    assert any(COMMAND.search(remedy) for remedy in advice())


@pytest.mark.parametrize("remedy", sorted(advice()))
def test_no_remedy_names_a_command_or_an_option_and_none_is_lost(remedy: str) -> None:
    said = in_window(remedy)
    assert not COMMAND.search(said)
    assert said


def test_what_names_no_command_stays_as_it_is() -> None:
    assert in_window("connect its drive, or press F5 to look again") == "connect its drive, or press F5 to look again"


def test_an_unknown_command_is_left_out_and_the_rest_stays() -> None:
    assert in_window("wait a while, or: afterimage polish NAME") == "wait a while"
