"""What a single word on the command line may be."""

from __future__ import annotations

import argparse
import os
import re


def add_action(actions: argparse._SubParsersAction, name: str, told: str) -> argparse.ArgumentParser:
    """One action of a command that has several; the library can be named behind it as well as before it."""
    action: argparse.ArgumentParser = actions.add_parser(name, help=told, description=f"{told[:1].upper()}{told[1:]}.")
    action.add_argument(
        "--library", metavar="DIR", type=path, default=argparse.SUPPRESS, help="where the library lives"
    )
    return action


def add_device(parser: argparse._ActionsContainer) -> None:
    """--device, as every command takes it that computes; None: what AFTERIMAGE_DEVICE or the library's setting says."""
    parser.add_argument(
        "--device",
        metavar="DEVICE",
        type=device,
        help="where to compute: auto (graphics card if any), cpu, cuda or mps",
    )


def device(text: str) -> str:
    """As torch names it. Whether it is here is found out when it is used."""
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d{1,2})?", text):
        raise argparse.ArgumentTypeError(f"{text!r:.20} is none of auto, cpu, cuda, cuda:1, mps")
    return text


def path(text: str) -> bytes:
    """An empty one would mean the current folder, which a script with an unset variable does not want."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return os.fsencode(text)


def count(text: str) -> int:
    """From 1 on."""
    if not text.isdecimal() or not 0 < int(text[:10]) < 10**9:
        raise argparse.ArgumentTypeError(f"{text!r:.20} is no number above 0")
    return int(text)


def share(text: str) -> float:
    """From 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r:.20} is no number from 0 to 1")
    return value


def heat(text: str) -> float:
    """Above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 10**4:
        raise argparse.ArgumentTypeError(f"{text!r:.20} is no number above 0")
    return value


def aspect(text: str) -> tuple[int, int]:
    """WIDTH:HEIGHT."""
    width, mark, height = text.partition(":")
    sides = [int(side[:5]) for side in (width, height) if side.isdecimal()]
    if not mark or len(sides) < 2 or min(sides) < 1:
        raise argparse.ArgumentTypeError(f"{text!r:.20} is not a width, : and a height, as in 3:4")
    return sides[0], sides[1]


def named_path(text: str) -> tuple[str, bytes]:
    """NAME=PATH."""
    name, mark, where = text.partition("=")
    if not (name and mark and where):
        raise argparse.ArgumentTypeError(f"{text!r:.60} is not a name, = and a path")
    return name, path(where)


def path_by_name(text: str) -> tuple[str, bytes]:
    """PATH, called by its name without folder and extension."""
    return os.path.splitext(os.path.basename(text))[0], path(text)
