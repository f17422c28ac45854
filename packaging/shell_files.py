"""Writes the manual page and what lets shells complete the command line, for packages of distributions.

    python packaging/shell_files.py --to build/share

Needs the extra `packaging`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import shtab

from engine.cli_parser import build_parser
from engine.config import VERSION

COMPLETIONS = {
    "bash": "bash-completion/completions/afterimage",
    "zsh": "zsh/site-functions/_afterimage",
    "fish": "fish/vendor_completions.d/afterimage.fish",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, required=True, metavar="SHARE", help="as /usr/share is laid out")
    share = parser.parse_args().to
    for shell, name in COMPLETIONS.items():
        write(share / name, completion(shell))
    write(share / "man" / "man1" / "afterimage.1", manual_page())
    return 0


def completion(shell: str) -> str:
    """The script that lets `shell` complete the command line."""
    return shtab.complete(build_parser(), shell)


def manual_page() -> str:
    command = [sys.executable, "-c", "from argparse_manpage.cli import main; main()"]
    about = ["--module=engine.cli_parser", "--function=build_parser", "--project-name=afterimage", "--prog=afterimage"]
    words = [f"--version={VERSION}", "--author=The Afterimage authors", "--manual-title=Afterimage"]
    about.append("--description=find your photos by describing them")
    return subprocess.run([*command, *about, *words], capture_output=True, text=True, check=True).stdout


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    sys.exit(main())
