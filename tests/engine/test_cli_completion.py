from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from desktop_app.__main__ import COMMANDS
from engine import cli
from engine.cli_completion import SHELLS
from engine.cli_parser import build_parser


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_s_script_knows_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command in script for command in COMMANDS)


def test_bash_completes_a_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed here")
    cli.main(["completion", "bash"])
    script = tmp_path / "afterimage"
    script.write_text(capsys.readouterr().out)
    typed = 'source "$1"; COMP_WORDS=(afterimage dup); COMP_CWORD=1; _shtab_afterimage; echo "${COMPREPLY[@]}"'
    said = subprocess.run([bash, "-c", typed, "bash", str(script)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["duplicates"]


def test_the_window_s_start_knows_the_same_commands_as_the_command_line() -> None:
    (actions,) = [action for action in build_parser()._actions if action.dest == "command"]
    assert actions.choices is not None
    assert set(actions.choices) == set(COMMANDS)
