"""BLIP-ITM as a folder: made of what its publisher offers, hashed, and loaded from there alone."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from engine.blip_itm import BlipItm, MatcherFacts
from engine.blip_itm_network import INSTALL, STALE, BlipItmNetwork, available, plain_config
from engine.config import ModelInput
from engine.errors import ModelAltered, ModelMissing
from engine.matcher import Matcher, MatcherCost
from engine.model_files import CONFIG, PICKLES, REPAIR, TOKENIZER, WEIGHTS, check_files, identity, read_input
from engine.model_folder import halved, write_model
from engine.precision import PrecisionMemory, machine
from engine.presets import QWEN_RERANKER, RERANKER, Presets
from engine.qwen_reranker_files import load_reranker, require_card
from engine.tokenizer import Tokenizer, number_of

KIND = RERANKER
PHOTOS = "preprocessor_config.json"
MARK = "[ENC]"  # stands before sentences that are read in sight of a photo
LONGEST_SENTENCE = 35
FILTERS = {2: "bilinear", 3: "bicubic"}  # by Pillow's numbers
CONVERT = "make safetensors of them: afterimage models convert FILE --to DIR"
FORM = f"the folder needs {CONFIG}, {WEIGHTS}, {TOKENIZER} and {PHOTOS}, as their publisher offers them"


def import_matcher(source: Path, target: Path) -> str:
    """Writes a folder of ours, in half precision, the manifest last; returns the manifest's SHA-256.

    Raises ModelMissing where a file is not there or weights are pickled, ModelAltered where they do not fit together.
    """
    facts, photos = _json(source / CONFIG), _json(source / PHOTOS)
    description = _read(source / TOKENIZER).decode()
    try:
        blip = plain_config(facts)
        config = {
            "format": 1,
            "kind": KIND,
            "blip": blip,
            "input": asdict(_input(photos)),
            "first_word": _first_word(description, blip["text_config"]["vocab_size"]),
        }
        weights = {name: halved(value) for name, value in _weights(source).items() if name != STALE}
        BlipItmNetwork(blip).fill(weights)
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise ModelAltered(f"the files do not fit together ({error})", path=os.fsencode(source), remedy=FORM) from error
    files = {CONFIG: json.dumps(config, indent=1).encode(), TOKENIZER: description.encode()}
    return write_model(target, files, weights=weights)


def load_matcher(
    folder: Path, *, device: torch.device, pinned: str | None = None, measured: Path | None = None
) -> BlipItm:
    """`pinned` is what the manifest must hash to; below `measured` it is remembered which number format is fastest.

    Raises ModelMissing, also without the optional part, and ModelAltered where a file is not what its hash says.
    """
    files = check_files(folder, pinned=pinned)
    config = json.loads(files[CONFIG])
    if config.get("kind") != KIND:
        raise ModelMissing("this is no reranker", path=os.fsencode(folder), remedy=FORM)
    try:
        network = BlipItmNetwork(config["blip"])
        network.fill({name: value.float() for name, value in _weights(folder).items()})
        model_input = read_input(config["input"])
        tokenizer = Tokenizer(files[TOKENIZER].decode(), context_length=LONGEST_SENTENCE)
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise ModelAltered("the weights do not fit the config", path=os.fsencode(folder), remedy=REPAIR) from error
    facts = MatcherFacts(identity(folder / WEIGHTS, model_input), model_input, config["first_word"])
    home = measured / facts.model_id if measured is not None else None
    memories = [PrecisionMemory(home / half if home is not None else None) for half in ("seeing", "reading")]
    return BlipItm(network, tokenizer, facts, device=device, memories=(memories[0], memories[1]))


def serve_matcher(
    presets: Presets, name: str, *, device: torch.device, measured: Path | None, budget_ms: float
) -> Matcher | None:
    """An installed one of any kind by its name; None where, as far as is known, a search has no time for two photos
    that it has not seen. What it costs on this computer is measured at the first time, which takes seconds, and kept
    beside it.

    Raises ModelMissing, ModelAltered.
    """
    folder, kind = presets.require(name), presets.get(name).facts.get("kind")
    if not available():
        raise ModelMissing("this reranker needs an optional part", path=os.fsencode(folder), remedy=INSTALL)
    if kind == QWEN_RERANKER:
        require_card(folder, device)
    known, pinned = presets.cost(name), presets.manifest_sha256(name)
    where = {"manifest": pinned, "machine": machine(device)}
    cost = MatcherCost(known["see_ms"], known["match_ms"]) if where.items() <= known.items() else None
    if cost is not None and 2 * (cost.see_ms + cost.match_ms) > budget_ms:
        return None
    matcher: Matcher
    if kind == QWEN_RERANKER:
        matcher = load_reranker(folder, device=device, pinned=pinned)
    else:
        matcher = load_matcher(folder, device=device, pinned=pinned, measured=measured)
    matcher.name = name
    if cost is not None:
        matcher.expect(cost)
    else:
        presets.keep_cost(name, {**where, **asdict(matcher.cost())})
    return matcher


def _input(photos: dict[str, Any]) -> ModelInput:
    """Raises KeyError, ValueError."""
    height, width = photos["size"]["height"], photos["size"]["width"]
    if height != width:
        raise ValueError(f"photos of {width} x {height} pixels")
    facts = {
        "size": height,
        "resize": "squash",
        "interpolation": FILTERS[photos["resample"]],
        "mean": photos["image_mean"],
        "std": photos["image_std"],
    }
    return read_input(facts)


def _first_word(description: str, vocabulary: int) -> int | None:
    """The mark's number. Published tokenizers lack the two marks that end the model's vocabulary, this one last."""
    marked = number_of(description, MARK)
    if marked is None and vocabulary == Tokenizer(description, context_length=LONGEST_SENTENCE).size + 2:
        return vocabulary - 1
    return marked


def _weights(folder: Path) -> dict[str, Tensor]:
    path = folder / WEIGHTS
    pickled = [name for name in sorted(os.listdir(folder)) if name.endswith(PICKLES)] if folder.is_dir() else []
    if not path.is_file():
        problem = "pickled weights are never opened" if pickled else "the weights are missing"
        where, remedy = (folder / pickled[0], CONVERT) if pickled else (path, FORM)
        raise ModelMissing(problem, path=os.fsencode(where), remedy=remedy)
    try:
        return safetensors.torch.load_file(path)
    except safetensors.SafetensorError as error:
        raise ModelAltered("the weights cannot be read", path=os.fsencode(path), remedy="fetch them again") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(_read(path))
    except ValueError as error:
        raise ModelAltered("the file cannot be read", path=os.fsencode(path), remedy=FORM) from error
    return facts


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelMissing("a file is missing or cannot be read", path=os.fsencode(path), remedy=FORM) from error
