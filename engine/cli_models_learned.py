"""What models learn of a library's photos, for `afterimage models`: what it would take, and giving it up again."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from engine.cli_index import plain_duration
from engine.cli_models_table import plain_size
from engine.engine_session import open_session
from engine.locations import Locations
from engine.messages import DropModelData, EstimateModel, ListModels, Reply, Request

DECLINED = 1


def estimate(locations: Locations, arguments: Namespace) -> int:
    """0 also where it cannot be known, which is said. Raises ModelMissing, ModelAltered."""
    found = json.loads(_answer(locations, EstimateModel(1, arguments.name)))
    print(json.dumps(found) if arguments.json else _in_words(arguments.name, found))
    return 0


def _in_words(name: str, found: dict[str, Any]) -> str:
    if found["seconds"] is None:
        return f"What {name} takes here is not known: {found['reason']}"
    photos = f"{found['photos']:,} photo{'' if found['photos'] == 1 else 's'}"
    took = f"{plain_duration(found['seconds'])} at {found['photos_per_s']:.1f} photos/s"
    return f"{photos} to get to know: about {took}, and {plain_size(found['bytes'])}"


def free(locations: Locations, arguments: Namespace, *, confirmed: Callable[[str], bool]) -> int:
    """1 when the answer was no. Raises AfterimageError for a model in use, or one that has learned nothing."""
    name = arguments.name
    rows = {row["name"]: row for row in json.loads(_answer(locations, ListModels(1)))}
    size = rows[name]["data_bytes"] if name in rows else 0
    about = f" (about {plain_size(size)})" if size else ""
    question = f"Forget what {name} has learned of the photos{about}? The model itself stays."
    if not arguments.yes and not confirmed(question):
        print("Nothing was freed.", file=sys.stderr)
        return DECLINED
    print(f"{plain_size(int(_answer(locations, DropModelData(1, name))))} are free again")
    return 0


def _answer(locations: Locations, request: Request) -> str:
    with open_session(locations) as session:
        (value,) = (event.value for event in session.ask(request) if isinstance(event, Reply))
    return value
