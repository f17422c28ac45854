"""What keeps the window from opening is said where it can be read: in the terminal, or where there is none, behind an
icon of the desktop, by a small program of the system.

Only the standard library at module level: it is asked where Qt could not even be loaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator

from desktop_app.other_programs import environment_of_others

TITLE = "Afterimage"
READ_WITHIN_S = 600.0  # a dialog that nobody sees holds up no script for longer
ALERT = 'on run argv\ndisplay alert "Afterimage" message (item 1 of argv) as critical\nend run'
ERROR_SIGN = 0x10
NARROW = 72


def give(sentence: str) -> None:
    """On standard error, and where nobody reads that, in a window of the system; returns when that is closed."""
    print(f"afterimage: {sentence}", file=sys.stderr, flush=True)
    if sys.platform == "win32":
        if sys.__stderr__ is None:  # the program without a console; NUL passes for a terminal there
            import ctypes

            ctypes.windll.user32.MessageBoxW(None, sentence, TITLE, ERROR_SIGN)
    elif not _in_a_terminal():
        for command in _dialogs(sentence):
            if _shown(command):
                return


def _in_a_terminal() -> bool:
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _dialogs(sentence: str) -> Iterator[list[str]]:
    if sys.platform == "darwin":
        yield ["osascript", "-e", ALERT, sentence]
    elif os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield ["zenity", "--error", "--no-markup", f"--title={TITLE}", "--width=480", f"--text={sentence}"]
        yield ["kdialog", "--title", TITLE, "--error", sentence]
        yield ["xmessage", "-title", TITLE, "-center", textwrap.fill(sentence, NARROW)]
        yield ["notify-send", "--app-name", TITLE, TITLE, sentence]


def _shown(command: list[str]) -> bool:
    """Whether the program is there and could run; of a dialog that was closed by its frame some say 1."""
    program = shutil.which(command[0])
    if program is None:
        return False
    try:
        ended = subprocess.run(
            [program, *command[1:]],
            env=environment_of_others(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=READ_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return ended.returncode in (0, 1)
