"""Models by name or folder, each file checked against its pinned hash before it is used. Nothing is ever unpickled."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.waiting_threads import wait_asleep

# A model comes from its folder alone; these make sure that no library below asks a hub.
for _name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ.setdefault(_name, "1")
wait_asleep()  # threads that spin starve beside other work: a batch of four took 33 ms instead of 1,400 ms

import safetensors.torch  # noqa: E402  (after the environment, like everything that may import a hub client)

from engine import calibration  # noqa: E402
from engine.allocator import keep_freed_memory  # noqa: E402
from engine.bi_encoder import BiEncoder, ModelFacts  # noqa: E402
from engine.config import ModelInput  # noqa: E402
from engine.cross_encoder import CrossEncoder  # noqa: E402
from engine.errors import AfterimageError, ModelAltered, ModelMissing, UsageError  # noqa: E402
from engine.heads import HeadFacts, HeadStore  # noqa: E402
from engine.identity_memory import Identity, IdentityMemory  # noqa: E402
from engine.joint_model import TOKEN_WIDTH, HeadConfig, JointModel, build_clip  # noqa: E402
from engine.joint_model_served import plainly_named, serve  # noqa: E402
from engine.loaded_model import LoadedModel  # noqa: E402
from engine.model_files import (  # noqa: E402
    CONFIG,
    REPAIR,
    TOKENIZER,
    WEIGHTS,
    WORDS,
    check_files,
    manifest_sha256,
    read_input,
)
from engine.model_identity import TOWERS, identify  # noqa: E402
from engine.placed_model import PlacedModel, choose_device  # noqa: E402
from engine.precision import PrecisionMemory  # noqa: E402
from engine.presets import Presets  # noqa: E402
from engine.tokenizer import Tokenizer  # noqa: E402

if TYPE_CHECKING:
    import torch

    from engine.matcher import Matcher


TrainedHead = tuple[HeadFacts, dict[str, "torch.Tensor"]]


class ModelStore:
    """`folder` holds presets.json and one folder per model that ships, by default those of the application; `fetched`
    holds the models of a library (Locations.presets). `measured` has a folder per model id: there it is remembered
    which precision is fastest, and there are, unless `learned` is their folder, the heads that were trained here;
    `heads` are the keys, by name, of those that take the place of what a model came with. `device` and its setting: see
    choose_device. With
    `rerank_budget_ms` models without a head get a ready cross-encoder, where one is installed that has use for it."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        fetched: Path | None = None,
        measured: Path | None = None,
        device: str | None = None,
        device_setting: str | None = None,
        rerank_budget_ms: float = 0,
        heads: Mapping[str, str] | None = None,
        learned: Path | None = None,
    ) -> None:
        self._presets = Presets(folder, fetched)
        self._measured = measured
        self._learned = learned or measured
        self._device, self._device_setting = device, device_setting
        self._rerank_budget_ms = rerank_budget_ms
        self._heads = heads if heads is not None else {}
        self._shared: weakref.ref[Matcher] | None = None  # as long as a loaded model uses it

    def presets(self) -> dict[str, dict[str, Any]]:
        """What is known of each preset, by name; `installed` says whether its files are here."""
        return {name: {**preset.facts, "installed": preset.installed} for name, preset in self._presets.all().items()}

    def load(self, name: str, *, head: str = "") -> LoadedModel:
        """A preset by its name, or a model by its folder; with a `head` that was trained here, by the beginning of its
        key.

        Raises ModelMissing where files are not there, ModelAltered where one is not what its hash says, UsageError for
        a device that is not there, or another model's head.
        """
        key = HeadStore(self._learned).find(head).key if head and self._learned else self._heads.get(name)
        if os.sep in name or name in (".", "..") or Path(name).is_dir():
            folder, pinned, shown = Path(name), None, Path(name).name
        else:
            folder, pinned, shown = self._presets.require(name), self._presets.manifest_sha256(name), name
        loaded = _calibrated(self._load(folder, shown, pinned=pinned, head=key), folder)
        if head and loaded.head != key:
            raise UsageError(f"the head {key} is not one of {name}", remedy="name its model: --model NAME")
        return loaded

    def _load(self, folder: Path, name: str, *, pinned: str | None, head: str | None) -> LoadedModel:
        keep_freed_memory()
        device = choose_device(self._device, setting=self._device_setting)
        files = check_files(folder, pinned=pinned)
        config = json.loads(files[CONFIG])
        if "kind" in config:
            remedy = "it serves models that have no head of their own: use one of those"
            raise ModelMissing("this model finds no photos, it only reranks", path=os.fsencode(folder), remedy=remedy)
        model_input = read_input(config["input"])
        who = self._identify(folder, config, model_input)
        facts = ModelFacts(who.model_id, model_input, frozenset(files.get(WORDS, b"").decode().split()))
        trained = self._trained_head(facts.model_id, head)
        model = _served(config, folder, trained)
        tokenizer = Tokenizer(
            files[TOKENIZER].decode(), context_length=model.text.context_length, **config.get("tokenizer", {})
        )
        version = token_version(model)
        placed = PlacedModel(model, device)
        memory = PrecisionMemory(self._measured / facts.model_id if self._measured is not None else None)
        bi_encoder = BiEncoder(placed, tokenizer, facts, memory=memory)
        if config.get("head") is None and trained is None:
            return LoadedModel(name, facts.model_id, bi_encoder, None, None, "", self._matcher(device))
        shape = (bi_encoder.token_count, TOKEN_WIDTH)
        cross_encoder, key = CrossEncoder(placed, tokenizer), trained[0].key if trained is not None else who.head
        return LoadedModel(name, facts.model_id, bi_encoder, cross_encoder, shape, version, head=key)

    def _identify(self, folder: Path, config: dict[str, Any], model_input: ModelInput) -> Identity:
        """The files have been verified: what their manifest was found to be before, it is."""
        memory = IdentityMemory(self._measured)
        manifest = manifest_sha256(folder)
        known = memory.recall(manifest)
        if known is None:
            try:
                known = identify(folder / WEIGHTS, config, model_input)
            except (ValueError, KeyError, TypeError) as error:
                raise ModelAltered("the weights cannot be read", path=os.fsencode(folder), remedy=REPAIR) from error
            memory.keep(manifest, known)
        return known

    def _trained_head(self, model_id: str, key: str | None) -> TrainedHead | None:
        """One that is lost or damaged must not take the search along: the model's own serves then, and it is told."""
        if not key or self._learned is None:
            return None
        try:
            return HeadStore(self._learned).load(model_id, key)
        except AfterimageError as failure:
            print(f"{failure.sentence()}: the model's own head serves.", file=sys.stderr)
            return None

    def _matcher(self, device: torch.device) -> Matcher | None:
        """The installed reranker; one model after the other shares it. One that cannot be used is told of, and the
        models that it would serve search without it."""
        name = self._presets.reranker() if self._rerank_budget_ms else None
        if name is None:
            return None
        shared = self._shared() if self._shared is not None else None
        if shared is not None and shared.name == name:
            return shared
        from engine.blip_itm_files import serve_matcher  # an optional part, and it reads its files as this module does

        try:
            matcher = serve_matcher(
                self._presets, name, device=device, measured=self._measured, budget_ms=self._rerank_budget_ms
            )
        except (ModelMissing, ModelAltered) as problem:
            print(f"The reranker {name} is not used: {problem.sentence()}", file=sys.stderr)
            return None
        if matcher is None:
            return None
        self._shared = weakref.ref(matcher)
        return matcher


def _calibrated(loaded: LoadedModel, folder: Path) -> LoadedModel:
    """With what lies beside its weights; no part of the manifest, because it names the model and head it is for."""
    path = os.fsencode(folder / calibration.FILE)
    return replace(loaded, calibration=calibration.read(path, model_id=loaded.model_id, head=loaded.head))


def build_model(config: dict[str, Any]) -> JointModel:
    """The network that a model folder's config describes, with random weights."""
    head = HeadConfig(**(config.get("head") or {}))
    return JointModel(build_clip(config["model_cfg"]), head, patch_width=config["patch_width"])


def token_version(model: JointModel) -> str:
    """Identity of what turns patches into tokens: tokens of another version cannot be read."""
    digest = hashlib.blake2b(digest_size=8)
    for part in (model.token_projection, model.token_norm):
        for weight in part.state_dict().values():
            digest.update(weight.numpy().tobytes())
    return digest.hexdigest()


def _served(config: dict[str, Any], folder: Path, trained: TrainedHead | None) -> JointModel:
    """Weights are mapped, so that a table of which few rows are read costs few rows. `trained` takes the place of the
    model's own head."""
    try:
        weights = safetensors.torch.load_file(folder / WEIGHTS)
        if trained is not None:
            weights = {**_towers(weights, bare=config.get("head") is None), **trained[1]}
            config = {**config, "head": trained[0].config}
        return serve(config, {name: v.float() if v.is_floating_point() else v for name, v in weights.items()})
    except (KeyError, RuntimeError, ValueError, safetensors.SafetensorError) as error:
        raise ModelAltered("the weights do not fit the config", path=os.fsencode(folder), remedy=REPAIR) from error


def _towers(weights: dict[str, torch.Tensor], *, bare: bool) -> dict[str, torch.Tensor]:
    """By the names that they have beside a head, which those of a model without one lack."""
    if bare:
        return {f"{TOWERS}{name}": value for name, value in plainly_named(weights).items()}
    return {name: value for name, value in weights.items() if name.startswith(TOWERS)}
