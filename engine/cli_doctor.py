"""`afterimage doctor`: how the library is, for people and for programs."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any

from engine.engine_session import open_session
from engine.errors import LibraryEmpty
from engine.locations import Locations
from engine.messages import Doctor, Reply


def doctor(arguments: Namespace) -> int:
    """0 when it could look. Raises LibraryEmpty, and what keeps the library from being opened."""
    locations = Locations.at(arguments.library)
    if not locations.exist():
        remedy = "check --library, or index a folder first: afterimage index FOLDER"
        raise LibraryEmpty("There is no library here", path=locations.data, remedy=remedy)
    with open_session(locations) as session:
        (report,) = (event.value for event in session.ask(Doctor(1)) if isinstance(event, Reply))
    if arguments.json:
        print(report)
        return 0
    facts = json.loads(report)
    if arguments.offline_proof:
        return _offline_proof(facts["network"])
    for line in [*in_short(facts), "", *_lines("", facts)]:
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    return 0


def _offline_proof(network: dict[str, Any]) -> int:
    """0 where the engine keeps to this machine, 1 where it has a connection or nothing would stop one."""
    guarded = network["refused"] is not None
    print(f"internet connections of the engine and its helpers now: {network['connections']}")
    print(f"sockets and look-ups that Python would refuse: {'all' if guarded else 'none, this process is not guarded'}")
    print(f"refused since the engine was started: {network['refused'] or 0}")
    print("the one exception: a model's download, in a process of its own, after you said yes to it")
    return 0 if guarded and not network["connections"] else 1


def in_short(facts: dict[str, Any]) -> list[str]:
    """What a person wants to know first: what works, and what does not with where to read on."""
    photos = facts["photos"]
    waiting = f", {photos['pending']:,} are waiting" if photos["pending"] else ""
    said = [f"{photos['ready']:,} photos can be searched{waiting}."]
    if facts["database"]["integrity"] != "ok":
        said.append(f"The catalog is damaged: {facts['database']['integrity']}")
    if facts["index"]["verified"] is False:
        said.append("The index is not verified and is made anew.")
    if facts["problems"]:
        said.append(f"{len(facts['problems']):,} photos or files have a problem; they are listed under problems.")
    if photos["missing"]:
        said.append(f"{photos['missing']:,} photos are missing from their folders.")
    offline = [folder["path"] for folder in facts["folders"] if folder["offline"]]
    said += [f"{path} is not within reach; its photos stay searchable." for path in offline]
    return said if len(said) > 1 else [f"All is well: {said[0]}"]


def _lines(indent: str, value: Any) -> list[str]:
    """A nested report as indented `name: value` lines."""
    lines: list[str] = []
    for name, item in value.items():
        label = str(name).replace("_", " ")
        if isinstance(item, dict):
            lines += [f"{indent}{label}", *_lines(indent + "  ", item)]
        elif isinstance(item, list):
            lines += [f"{indent}{label}: {len(item) or 'none'}", *(f"{indent}  {_one_line(entry)}" for entry in item)]
        elif item is None and name in ("coming", "reranker"):  # there is none, which is known
            lines.append(f"{indent}{label}: none")
        elif name != "problem" or item is not None:
            lines.append(f"{indent}{label}: {_words(item)}")
    return lines


def _one_line(entry: Any) -> str:
    if not isinstance(entry, dict):
        return _words(entry)
    first, *rest = entry.items()
    details = ", ".join(f"{name.replace('_', ' ')} {_words(item)}" for name, item in rest if item not in (0, "", False))
    return f"{_words(first[1])}: {details}" if details else _words(first[1])


def _words(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
