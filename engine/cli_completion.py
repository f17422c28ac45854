"""`afterimage completion`: a script that lets a shell complete the command line."""

from __future__ import annotations

from argparse import Namespace

SHELLS = ("bash", "zsh", "fish", "powershell")


def completion(arguments: Namespace) -> int:
    """Prints the script of one shell."""
    import shtab

    from engine.cli_parser import build_parser

    print(shtab.complete(build_parser(), arguments.shell))
    return 0
