"""Which tests are quick enough to run after every change: recognised by what they use, not listed.

`python -m pytest --fast` leaves out files that compute with real networks, tests that start processes, and those that
are marked slow.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
NETWORKS = re.compile(
    r"^\s*(?:import|from) (?:torch|open_clip|timm|transformers"
    r"|engine\.(?:training|evaluation|model_store|joint_model|bi_encoder|cross_encoder)|benchmarks import)",
    re.MULTILINE,
)
OF_TESTS = re.compile(r"^(?:from|import) (tests\.[\w.]+)", re.MULTILINE)
MODULES = {"subprocess", "multiprocessing"}
STARTERS = {
    "engine.library.Library",
    "engine.decode_pool.DecodePool",
    "engine.engine_export.ExportCounter",
    "engine.export.Exporter",
    "engine.model_fetch.ModelFetch",
    "engine.model_convert.convert",
    "engine.engine_models_intake.ModelIntake",
    "desktop_app.engine_client.EngineClient",
    "desktop_app.app.main",
    "tests.engine.hub_server.Hub",
}


@functools.cache
def computes(path: Path) -> bool:
    """Whether a file of tests, or one that helps it, imports what a network is made of."""
    text = path.read_text(encoding="utf-8")
    if NETWORKS.search(text):
        return True
    helpers = (ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in OF_TESTS.findall(text))
    return any(computes(helper) for helper in helpers if helper.is_file() and helper != path)


def starts_a_process(item: pytest.Function) -> bool:
    """Whether the test, a fixture of it, or a function of the tests that one of them calls names what starts one."""
    fixtures = [each.func for found in item._fixtureinfo.name2fixturedefs.values() for each in found[-1:]]
    return any(_names_a_starter(inspect.unwrap(each)) for each in (item.function, *fixtures))


@functools.cache
def _names_a_starter(function: Any) -> bool:
    seen: set[Any] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, FunctionType) or one in seen:
            continue
        seen.add(one)
        for used in (one.__globals__.get(name) for name in _names(one.__code__)):
            if isinstance(used, ModuleType):
                if used.__name__ in MODULES:
                    return True
                continue
            module, name = (str(getattr(used, part, "")) for part in ("__module__", "__qualname__"))
            if f"{module}.{name}" in STARTERS:
                return True
            if module.startswith("tests."):
                waiting += vars(used).values() if isinstance(used, type) else [inspect.unwrap(used)]
    return False


def _names(code: CodeType) -> Iterator[str]:
    """Those of the functions inside it too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
