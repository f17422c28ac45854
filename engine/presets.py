"""The models that people can choose: what is known of each, where its files are, and what they must hash to.

A model ships with the application, or lies in the data folder after it was fetched or imported. Its pin lies beside it
there and stays when the model is removed: what a person has once accepted is not changed behind their back.
"""

from __future__ import annotations

import contextlib
import importlib.resources
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelAltered, ModelMissing, UsageError
from engine.locations import Locations
from engine.model_parts import OPEN_CLIP, TRANSFORMERS, how_to_get, is_here, is_light

MANIFEST = "manifest.json"
LIST = "presets.json"
STARTER = "starter"
RERANKER, QWEN_RERANKER = "blip_itm", "qwen3_vl"  # kinds of ready cross-encoders
RERANKERS = (RERANKER, QWEN_RERANKER)
SEARCH_ONLY = {"search": True, "rerank": False, "probability": False, "nothing_matches": False, "why": False}
REPAIR = "install Afterimage again"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model as it is published. `size` in bytes; `git_sha1` is what a hub says of files that are small."""

    name: str
    size: int | None = None
    sha256: str | None = None
    git_sha1: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """What a person accepted: where from (a repository at a commit, or a folder), the files as they came (sha256 known
    for each), and the manifest of the folder that was made of them."""

    source: str
    commit: str | None
    files: tuple[ModelFile, ...]
    manifest_sha256: str
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A model by its name. `facts` is its entry in the list; what is not known there is None or missing."""

    name: str
    facts: Mapping[str, Any]
    installed: bool

    @property
    def repository(self) -> str | None:
        return self.facts.get("repository")

    @property
    def commit(self) -> str | None:
        return self.facts.get("commit")

    @property
    def files(self) -> tuple[ModelFile, ...]:
        """What is to be fetched."""
        return tuple(read_files(self.facts.get("files", [])))

    @property
    def abilities(self) -> Mapping[str, bool]:
        return {**SEARCH_ONLY, **self.facts.get("abilities", {})}

    @property
    def reranks_others(self) -> bool:
        """Whether it is a ready cross-encoder: it finds no photos and serves models without a head of their own."""
        return self.facts.get("kind") in RERANKERS

    @property
    def lacks(self) -> str:
        """The part of the application that it needs and this build does not have; "" where it can be served."""
        part = TRANSFORMERS if self.reranks_others else "" if self._light else OPEN_CLIP
        return "" if not part or is_here(part) else part

    @property
    def _light(self) -> bool:
        """Those that ship are, and none of a hub."""
        towers = self.facts.get("towers")
        return is_light(towers) if isinstance(towers, Mapping) else self.repository is None

    def require_parts(self) -> None:
        """Raises ModelMissing where this build cannot serve it."""
        if part := self.lacks:
            problem = f"{self.name} needs {part}, which this build of Afterimage does not have"
            raise ModelMissing(problem, remedy=how_to_get(part))


class Presets:
    """`shipped` holds the list and the models that ship; `fetched` those of one library, and their pins."""

    def __init__(self, shipped: Path | None = None, fetched: Path | None = None) -> None:
        self.shipped = shipped or Path(str(importlib.resources.files("resources") / "models"))
        self.fetched = fetched

    @classmethod
    def of(cls, locations: Locations) -> Presets:
        """Those that a library can use."""
        return cls(fetched=Path(os.fsdecode(locations.presets)))

    def all(self) -> dict[str, Preset]:
        """Listed ones in the order of the list, then imported ones. Raises ModelMissing without a list."""
        listed = {name: Preset(name, facts, self.folder(name) is not None) for name, facts in self._list().items()}
        names = (path.name for path in sorted(self.fetched.iterdir())) if self.fetched and self.fetched.is_dir() else ()
        imported = {name: self._imported(name) for name in names if name not in listed and self.folder(name)}
        return listed | imported

    def get(self, name: str) -> Preset:
        """Raises ModelMissing, naming the known ones."""
        presets = self.all()
        if name not in presets:
            known = ", ".join(presets)
            raise ModelMissing(f"no model is called {name!r}", remedy=f"name a folder or one of: {known}")
        return presets[name]

    def reranker(self) -> str | None:
        """The first installed cross-encoder for models without a head: those of the list come first."""
        return next((name for name, preset in self.all().items() if preset.reranks_others and preset.installed), None)

    def folder(self, name: str) -> Path | None:
        """Where the files of an installed model are; None where they are not here."""
        if not is_name(name):
            return None
        homes = [home for home in (self.shipped, self.fetched) if home is not None]
        return next((home / name for home in homes if (home / name / MANIFEST).is_file()), None)

    def require(self, name: str) -> Path:
        """The folder of an installed model. Raises ModelMissing with what to do."""
        preset, folder = self.get(name), self.folder(name)
        if folder is None:
            fetch = f", or: afterimage models download {name}" if preset.repository else ""
            where = os.fsencode((self.fetched or self.shipped) / name)
            raise ModelMissing(f"the model {name!r} is not installed", path=where, remedy=f"use starter{fetch}")
        return folder

    def manifest_sha256(self, name: str) -> str:
        """What the manifest of an installed model must hash to. Raises ModelMissing, ModelAltered."""
        folder = self.require(name)
        if folder.parent == self.shipped:
            return str(self._list()[name].get("manifest_sha256"))
        pin = self.pin(name)
        if pin is None:
            raise ModelAltered("nothing vouches for this model", path=os.fsencode(folder), remedy=_again(name))
        return pin.manifest_sha256

    # ---- pins ------------------------------------------------------------------------------------------------

    def pin_path(self, name: str) -> Path:
        return self._home() / f"{check_name(name)}.pin.json"

    def pin(self, name: str) -> Pin | None:
        """Raises ModelAltered where it cannot be read."""
        if self.fetched is None or not is_name(name):
            return None
        try:
            facts = json.loads(self.pin_path(name).read_bytes())
            return Pin(**{**facts, "files": tuple(read_files(facts["files"]))})
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            path = os.fsencode(self.pin_path(name))
            raise ModelAltered("the pin of a model cannot be read", path=path, remedy=_again(name)) from error

    def keep_pin(self, name: str, pin: Pin) -> None:
        """Written whole or not at all."""
        write_whole(self.pin_path(name), json.dumps(asdict(pin), indent=1).encode())

    # ---- what was measured here ------------------------------------------------------------------------------

    def cost(self, name: str) -> dict[str, Any]:
        """What a reranker was found to cost on this computer; {} where that is not known."""
        try:
            found: dict[str, Any] = json.loads(self._cost_path(name).read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def keep_cost(self, name: str, cost: Mapping[str, Any]) -> None:
        """Where it cannot be written it is measured again."""
        with contextlib.suppress(OSError):
            write_whole(self._cost_path(name), json.dumps(dict(cost)).encode())

    def _cost_path(self, name: str) -> Path:
        return self._home() / f"{check_name(name)}.cost.json"

    # ---- where things lie ------------------------------------------------------------------------------------

    def staging(self, name: str) -> Path:
        """What was fetched so far; it survives a cut, a pause and a kill."""
        return self._home() / ".fetching" / check_name(name)

    def making(self, name: str) -> Path:
        """Where the model's folder is put together before it is moved into place."""
        return self._home() / ".making" / check_name(name)

    def home(self, name: str) -> Path:
        """Where a fetched or imported model lies."""
        return self._home() / check_name(name)

    def _home(self) -> Path:
        if self.fetched is None:
            raise AssertionError("a place for fetched models is needed")
        return self.fetched

    def _list(self) -> dict[str, dict[str, Any]]:
        path = self.shipped / LIST
        if not path.is_file():
            raise ModelMissing("the list of models is missing", path=os.fsencode(path), remedy=REPAIR)
        return {name: facts for name, facts in json.loads(path.read_bytes()).items() if not name.startswith("_")}

    def _imported(self, name: str) -> Preset:
        """What its own files tell; nobody has told us a licence or languages."""
        pin = self.pin(name)
        try:
            config = json.loads((self.home(name) / "config.json").read_bytes())
            head, kind, towers = config.get("head") is not None, config.get("kind"), config.get("model_cfg")
        except (FileNotFoundError, ValueError, AttributeError):
            head, kind, towers = False, None, None  # told when it is loaded; a list shows it, so that it can be removed
        abilities = {"search": kind is None, "rerank": head}
        source = pin.source if pin else None
        facts = {"title": name, "imported_from": source, "kind": kind, "abilities": abilities, "towers": towers}
        return Preset(name, facts, True)


def spoken_by(name: str, shipped: Path | None = None) -> tuple[str, ...]:
    """ISO 639-1 codes of the languages that a listed model was trained for; empty where that is not known."""
    preset = Presets(shipped).all().get(name)
    return tuple(preset.facts.get("language_codes") or ()) if preset is not None else ()


def speaking(code: str, shipped: Path | None = None) -> list[str]:
    """Names of the listed models that were trained for a language and can be served here, in the order of the list."""
    presets = Presets(shipped).all()
    trained = [name for name, preset in presets.items() if code in (preset.facts.get("language_codes") or ())]
    return [name for name in trained if not presets[name].lacks]


def read_files(entries: list[Mapping[str, Any]]) -> list[ModelFile]:
    """From JSON. Raises TypeError for what is no such entry."""
    return [ModelFile(**entry) for entry in entries]


def is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not name.endswith((".pin.json", ".cost.json"))


def check_name(name: str) -> str:
    """The name, if it can be that of a model. Raises UsageError."""
    if not is_name(name):
        raise UsageError(f"{name!r:.80} cannot be the name of a model", remedy="use letters, digits, . _ and -")
    return name


def write_whole(path: Path, contents: bytes) -> None:
    """A file that is there completely or not at all, whatever happens meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with open(temporary, "wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _again(name: str) -> str:
    return f"afterimage models remove {name}, then get it again"
