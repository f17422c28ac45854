"""`afterimage models`: which there are, and which this library uses."""

from __future__ import annotations

import json
import os
import re
import sys
from argparse import Namespace
from pathlib import Path

from engine.cli_models_learned import DECLINED, budget, device, estimate, free
from engine.cli_models_table import describe, plain_size, table
from engine.engine_session import open_session
from engine.errors import AfterimageError, ModelAltered, ModelMissing, printable
from engine.locations import Locations
from engine.messages import Reply, UseModel
from engine.preset_facts import InUse, facts_of
from engine.presets import STARTER, Presets, check_name

SHOWN = 8
LARGE = 50_000_000  # bytes that take a moment to read


def models(arguments: Namespace) -> int:
    """0 when it was done, 1 when the answer was no. Raises what keeps it from being done."""
    locations = Locations.at(arguments.library)
    presets = Presets.of(locations)
    match arguments.action:
        case "list":
            return list_all(presets, locations, as_json=arguments.json)
        case "show":
            return show(presets, locations, arguments.name, as_json=arguments.json)
        case "download":
            from engine.cli_models_download import download

            return download(presets, arguments)
        case "use":
            return use(presets, locations, arguments.name)
        case "estimate":
            return estimate(locations, arguments)
        case "free":
            return free(locations, arguments, confirmed=confirmed)
        case "budget":
            return budget(locations, arguments)
        case "device":
            return device(locations, arguments)
        case "import":
            return import_model(presets, arguments)
        case "convert":
            return convert_weights(arguments)
        case _:
            return remove_model(presets, locations, arguments)


def list_all(presets: Presets, locations: Locations, *, as_json: bool) -> int:
    now = _in_use(locations)
    rows = [facts_of(presets, preset, now) for preset in presets.all().values()]
    for line in [json.dumps(fields) for fields in rows] if as_json else table(rows):
        print(line)
    return 0


def show(presets: Presets, locations: Locations, name: str, *, as_json: bool) -> int:
    fields = facts_of(presets, presets.get(name), _in_use(locations))
    print(json.dumps(fields) if as_json else "\n".join(describe(fields)))
    return 0


def use(presets: Presets, locations: Locations, name: str) -> int:
    presets.require(name)
    presets.get(name).require_parts()
    with open_session(locations) as session:
        before, now = (
            InUse(**json.loads(event.value))
            for request in (UseModel(1), UseModel(2, name))
            for event in session.ask(request)
            if isinstance(event, Reply)
        )
        running = session.goes_on
    for loss in losses(presets, before, name):
        print(loss, file=sys.stderr)
    print(f"{name} is in use" if now.serving == name else _coming(name, now.serving, running=running))
    return 0


def _coming(name: str, serving: str, *, running: bool) -> str:
    if running:
        return f"{name} is being prepared; until it knows all photos, {serving} answers"
    how = "the window does that in the background, afterimage index FOLDER at once"
    return f"{name} has to get to know the photos; until then {serving} answers ({how})"


def losses(presets: Presets, now: InUse, after: str) -> list[str]:
    """What the model that answers can and the other cannot, in words."""
    words = {
        "rerank": "looks closely at the best matches",
        "probability": "says how likely a match is",
        "nothing_matches": "says when nothing matches",
        "why": "shows why a photo matched",
    }
    known = presets.all()
    if now.serving not in known:
        return []
    had, has = (facts_of(presets, known[name], now)["abilities"] for name in (now.serving, after))
    return [
        f"note: unlike {now.serving}, {after} no longer {what}"
        for ability, what in words.items()
        if had[ability] and not has[ability]
    ]


def import_model(presets: Presets, arguments: Namespace) -> int:
    """0 when the model is installed, 1 when the answer was no. Raises ModelAltered where --sha256 names another."""
    from engine.preset_install import install, look_at

    path = Path(os.fsdecode(os.path.abspath(arguments.path)))
    from engine.cli_models_download import display
    from engine.messages import FetchProgress, FetchStage

    with display() as show:
        source = look_at(
            path,
            lambda done, total: (
                show(FetchProgress(1, "", FetchStage.VERIFYING, done, total)) if total >= LARGE else None
            ),
        )
    name = check_name(arguments.name or re.sub(r"[^A-Za-z0-9._-]+", "-", source.folder.name).strip("-._"))
    weights = os.fsencode(source.folder / source.weights)
    if arguments.sha256 and arguments.sha256 != source.sha256:
        problem = f"these weights have another SHA-256, {source.sha256}"
        raise ModelAltered(problem, path=weights, remedy="get them again, and do not use these")
    print(f"{source.weights}: {plain_size(source.size)}, SHA-256 {source.sha256}", file=sys.stderr)
    if not (arguments.sha256 or arguments.yes or confirmed(f"Is this what its publisher names? Import it as {name}?")):
        print("Nothing was imported (--sha256 HEX confirms weights beforehand).", file=sys.stderr)
        return DECLINED
    install(presets, name, source)
    print(installed(presets, name))
    return 0


def installed(presets: Presets, name: str, *, took: str = "") -> str:
    """What to do with a model that has just come."""
    if presets.get(name).reranks_others:
        return (
            f"{name} is installed{took}; from the next start on it looks closely for models that have no head of their "
            "own, for as long as a search may take: afterimage models budget"
        )
    return f"{name} is installed{took}; to use it: afterimage models use {name}"


def convert_weights(arguments: Namespace) -> int:
    """0 when the safetensors are written. Raises what keeps them from being."""
    from engine.model_convert import convert

    file, target = (Path(os.fsdecode(os.path.abspath(path))) for path in (arguments.file, arguments.target))
    made = convert(file, target)
    print(f"{made.path.name}: {made.tensors:,} tensors, {plain_size(made.size)}, SHA-256 {made.sha256}")
    if made.left_out:
        print(f"left out, being no weights: {', '.join(made.left_out[:SHOWN])}", file=sys.stderr)
    held = f"held by {' and '.join(made.walls)}" if made.walls else "which this system cannot take all rights from"
    print(f"It was read by torch's restricted reader, in a process of its own, {held}.", file=sys.stderr)
    print(f"to use it: afterimage models import {printable(os.fsencode(target))}")
    return 0


def remove_model(presets: Presets, locations: Locations, arguments: Namespace) -> int:
    from engine.preset_install import remove, size_here

    name = check_name(arguments.name)
    now = _in_use(locations)
    if name in (now.serving, now.chosen) and name != STARTER:
        remedy = "choose another first: afterimage models use starter"
        raise AfterimageError(f"{name!r} is in use or chosen", remedy=remedy)
    size = size_here(presets, name)
    if not size and name != STARTER:
        raise ModelMissing(f"no file of the model {name!r} is here", remedy="see: afterimage models list")
    question = f"Remove {name}, which frees {plain_size(size)}? What it has learned of your photos stays."
    if name != STARTER and not arguments.yes and not confirmed(question):
        print("Nothing was removed.", file=sys.stderr)
        return DECLINED
    print(f"{name} is removed; {plain_size(remove(presets, name))} are free again")
    return 0


def confirmed(question: str) -> bool:
    """Whether a person says yes; where nobody answers, how to say it without a terminal."""
    print(f"{question} [y/N] ", end="", file=sys.stderr)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not (sys.stdin.isatty() and answer):  # nobody has typed the end of the line
        print("" if answer else "no answer; --yes says yes", file=sys.stderr)
    return answer.strip().lower() in ("y", "yes")


def _in_use(locations: Locations) -> InUse:
    if not locations.exist():
        return InUse(STARTER, STARTER)
    with open_session(locations) as session:
        (value,) = (event.value for event in session.ask(UseModel(1)) if isinstance(event, Reply))
    return InUse(**json.loads(value))
