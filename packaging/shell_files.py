"""Writes the manual page and what lets shells complete the command line, for packages of distributions.

    python packaging/shell_files.py --to build/share

Needs the extra `packaging`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import shtab

from engine.cli_parser import EXIT_STATUSES, build_parser
from engine.config import VERSION

COMPLETIONS = {
    "bash": "bash-completion/completions/afterimage",
    "zsh": "zsh/site-functions/_afterimage",
    "fish": "fish/vendor_completions.d/afterimage.fish",
}
FILES = """\
.SH ENVIRONMENT
.TP
AFTERIMAGE_DEVICE
where to compute when no option says so: auto, cpu, cuda or mps
.SH FILES
.TP
~/.local/share/afterimage
the library: the catalog with tags and marks, its backups, and what the models learned of the photos
.TP
~/.cache/afterimage
thumbnails, which are made again when they are missing
.TP
~/.config/afterimage
what was chosen in the window
.PP
XDG_DATA_HOME, XDG_CACHE_HOME and XDG_CONFIG_HOME move them. Photos stay where they are, and are only read.
"""


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
    made = subprocess.run([*command, *about, *words], capture_output=True, text=True, check=True).stdout
    return f"{as_it_stands(made.rstrip())}\n{examples()}{FILES}"


def as_it_stands(page: str) -> str:
    """Usage and what is indented keep their lines, which the page would else fill."""
    return re.sub(r"^((?:usage: .*\n)(?:  .*\n)*|(?:  .*\n)+)", r".nf\n\1.fi\n", page, flags=re.MULTILINE)


def examples() -> str:
    """A section with what the commands' own help ends with, which the page that is made from them lacks."""
    commands = next(action for action in build_parser()._actions if isinstance(action.choices, dict)).choices
    ends = {name: (command.epilog or "").replace(EXIT_STATUSES, "").strip() for name, command in commands.items()}
    pieces = [f".SS afterimage {name}\n.nf\n{roff(end)}\n.fi\n" for name, end in ends.items() if end]
    return f".SH EXAMPLES\n{''.join(pieces)}"


def roff(text: str) -> str:
    """As it stands: nothing in it is a request, and a hyphen can be copied."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in lines)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    sys.exit(main())
