"""What models learn of a library's photos, for `afterimage models`: what it would take, and giving it up again."""

from __future__ import annotations

import json
import math
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from engine.cli_index import plain_duration
from engine.cli_models_table import plain_size
from engine.engine_session import open_session
from engine.locations import Locations
from engine.messages import DropModelData, EstimateModel, ListModels, Reply, Request, SetDevice, SetRerankBudget

DECLINED = 1
ENOUGH = 10  # photos, to have an order worth looking at


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


def budget(locations: Locations, arguments: Namespace) -> int:
    """Sets or tells what a search may take longer. Raises UsageError."""
    found = json.loads(_answer(locations, SetRerankBudget(1, arguments.ms)))
    print(json.dumps(found) if arguments.json else "\n".join(_budget_in_words(found)))
    return 0


def _budget_in_words(found: dict[str, Any]) -> list[str]:
    usual = "" if found["ms"] == found["default_ms"] else f" (by default {found['default_ms']:,.0f})"
    lines = [f"{found['ms']:,.0f} ms a search for a ready cross-encoder{usual}"]
    name, see_ms, match_ms = found["reranker"], found["see_ms"], found["match_ms"]
    if name is None:
        return [*lines, "none is installed: see afterimage models show blip-itm-base"]
    if see_ms is None or match_ms is None:
        return [*lines, f"what {name} takes here is measured when it is first loaded"]
    each_ms = see_ms + match_ms
    lines.append(f"{name} here: {see_ms:,.0f} ms to see a photo, {match_ms:,.0f} ms to compare one that it has seen")
    lines.append(f"that is enough for {found['unseen']} photos seen for the first time, or {found['seen']} seen before")
    if found["unseen"] and not found["at_work"]:
        lines.append("it is loaded when Afterimage starts with a model that has no head of its own")
    if found["unseen"] < ENOUGH:
        lines.append(f"for {ENOUGH} new ones: afterimage models budget {math.ceil(each_ms * ENOUGH / 100) * 100}")
    return lines


def device(locations: Locations, arguments: Namespace) -> int:
    """Sets or tells where models compute. Raises UsageError."""
    found = json.loads(_answer(locations, SetDevice(1, arguments.name or "")))
    now = f"; the model that answers is on {found['now']}" if found["now"] else ""
    print(f"{found['setting']}{now}")
    return 0


def _answer(locations: Locations, request: Request) -> str:
    with open_session(locations) as session:
        (value,) = (event.value for event in session.ask(request) if isinstance(event, Reply))
    return value
