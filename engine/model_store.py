"""Models by name or folder, each file checked against its pinned hash before it is used. Nothing is ever unpickled."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A model comes from its folder alone; these make sure that no library below asks a hub.
for _name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ.setdefault(_name, "1")
# Threads that wait by spinning starve beside other work: a batch of four took 33 ms instead of 1,400 ms.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import safetensors.torch  # noqa: E402  (after the environment, like everything that may import a hub client)
import torch  # noqa: E402

from engine.allocator import keep_freed_memory  # noqa: E402
from engine.bi_encoder import BiEncoder  # noqa: E402
from engine.config import ModelInput  # noqa: E402
from engine.cross_encoder import CrossEncoder  # noqa: E402
from engine.errors import ModelAltered, ModelMissing  # noqa: E402
from engine.joint_model import TOKEN_WIDTH, HeadConfig, JointModel, build_clip  # noqa: E402
from engine.presets import Presets  # noqa: E402
from engine.tokenizer import Tokenizer  # noqa: E402

MANIFEST = "manifest.json"
CONFIG = "config.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
WORDS = "words.txt"
PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
REPAIR = "install Afterimage again, or choose another model"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready for work. cross_encoder and token_shape (tokens, width) are None where it has no head."""

    name: str
    model_id: str
    bi_encoder: BiEncoder
    cross_encoder: CrossEncoder | None
    token_shape: tuple[int, int] | None
    token_version: str


class ModelStore:
    """`folder` holds presets.json and one folder per model that ships, by default those of the application; `fetched`
    holds the models of a library (Locations.presets)."""

    def __init__(self, folder: Path | None = None, *, fetched: Path | None = None) -> None:
        self._presets = Presets(folder, fetched)

    def presets(self) -> dict[str, dict[str, Any]]:
        """What is known of each preset, by name; `installed` says whether its files are here."""
        return {name: {**preset.facts, "installed": preset.installed} for name, preset in self._presets.all().items()}

    def load(self, name: str) -> LoadedModel:
        """A preset by its name, or a model by its folder.

        Raises ModelMissing where files are not there, ModelAltered where one is not what its hash says.
        """
        if os.sep in name or name in (".", "..") or Path(name).is_dir():
            return self._load(Path(name), Path(name).name, pinned=None)
        folder = self._presets.require(name)
        return self._load(folder, name, pinned=self._presets.manifest_sha256(name))

    def _load(self, folder: Path, name: str, *, pinned: str | None) -> LoadedModel:
        keep_freed_memory()
        files = read_files(folder, pinned=pinned)
        config = json.loads(files[CONFIG])
        model_input = read_input(config["input"])
        model_id = hashlib.blake2b(files[WEIGHTS] + model_input.digest().encode(), digest_size=16).hexdigest()
        model = build_model(config)
        # Without a head the file holds an open_clip model and nothing else.
        _fill(model.clip if config.get("head") is None else model, safetensors.torch.load(files[WEIGHTS]), folder)
        tokenizer = Tokenizer(files[TOKENIZER].decode(), context_length=model.text.context_length)
        words = frozenset(files[WORDS].decode().split()) if WORDS in files else frozenset()
        bi_encoder = BiEncoder(model, tokenizer, model_input=model_input, model_id=model_id, known_words=words)
        if config.get("head") is None:
            return LoadedModel(name, model_id, bi_encoder, None, None, "")
        shape = (bi_encoder.token_count, TOKEN_WIDTH)
        return LoadedModel(name, model_id, bi_encoder, CrossEncoder(model, tokenizer), shape, token_version(model))


def read_input(facts: dict[str, Any]) -> ModelInput:
    """JSON knows lists only, and what identifies a model must not change with how it was written."""
    plain: dict[str, Any] = {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}
    return ModelInput(**plain)


def build_model(config: dict[str, Any]) -> JointModel:
    """The network that a model folder's config describes, with random weights."""
    head = HeadConfig(**(config.get("head") or {}))
    return JointModel(build_clip(config["model_cfg"]), head, patch_width=config["patch_width"])


def read_files(folder: Path, *, pinned: str | None = None) -> dict[str, bytes]:
    """Every file of a model folder, by name. Raises ModelMissing, ModelAltered."""
    if folder.is_file():
        problem = "pickled weights are never opened" if folder.suffix in PICKLES else "a model is a folder"
        raise ModelMissing(problem, path=os.fsencode(folder), remedy=f"name a folder with a {MANIFEST}")
    manifest = _read(folder / MANIFEST)
    if pinned is not None:
        _verify(folder / MANIFEST, manifest, pinned)
    try:
        hashes: dict[str, str] = json.loads(manifest)["files"]
    except (ValueError, KeyError) as error:
        raise ModelAltered("the manifest cannot be read", path=os.fsencode(folder / MANIFEST), remedy=REPAIR) from error
    contents: dict[str, bytes] = {}
    for name, expected in hashes.items():
        if os.path.basename(name) != name or name.endswith(PICKLES):
            raise ModelAltered(f"the manifest names {name!r}", path=os.fsencode(folder / MANIFEST), remedy=REPAIR)
        contents[name] = _read(folder / name)
        _verify(folder / name, contents[name], expected)
    for name in (CONFIG, WEIGHTS, TOKENIZER):
        if name not in contents:
            raise ModelMissing(f"the manifest lacks {name}", path=os.fsencode(folder / MANIFEST), remedy=REPAIR)
    return contents


def token_version(model: JointModel) -> str:
    """Identity of what turns patches into tokens: tokens of another version cannot be read."""
    digest = hashlib.blake2b(digest_size=8)
    for part in (model.token_projection, model.token_norm):
        for weight in part.state_dict().values():
            digest.update(weight.numpy().tobytes())
    return digest.hexdigest()


def _fill(model: torch.nn.Module, weights: dict[str, torch.Tensor], folder: Path) -> None:
    try:
        model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in weights.items()})
    except RuntimeError as error:
        raise ModelAltered("the weights do not fit the config", path=os.fsencode(folder), remedy=REPAIR) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ModelMissing("a file of the model is missing", path=os.fsencode(path), remedy=REPAIR) from error
    except OSError as error:
        raise ModelMissing("a file of the model cannot be read", path=os.fsencode(path), remedy=REPAIR) from error


def _verify(path: Path, contents: bytes, expected: str) -> None:
    if hashlib.sha256(contents).hexdigest() != expected:
        problem = "a file of the model is not the one that was published"
        raise ModelAltered(problem, path=os.fsencode(path), remedy=REPAIR)
