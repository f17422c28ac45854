"""An open_clip model, as hubs hold it, becomes a model folder: config, weights in half the bytes, tokenizer, hashes."""

from __future__ import annotations

import gzip
import importlib.resources
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from engine.config import ModelInput
from engine.errors import ModelAltered, ModelMissing
from engine.joint_model import build_clip
from engine.joint_model_served import plainly_named
from engine.model_files import CONFIG, MANIFEST, PICKLES, TOKENIZER, read_files
from engine.model_folder import halved, write_model
from engine.tokenizer import Tokenizer, number_of
from engine.tokenizer_clip import clip_description

HUB_CONFIG = "open_clip_config.json"
HUB_TOKENIZER = "tokenizer_config.json"
HUB_WEIGHTS = ("open_clip_model.safetensors", "model.safetensors")
MEAN = (0.48145466, 0.4578275, 0.40821073)  # what open_clip takes where a model says nothing
STD = (0.26862954, 0.26130258, 0.27577711)
CONVERT = "make safetensors of them: afterimage models convert FILE --to DIR"
FORM = f"a model is a folder with {HUB_CONFIG}, {HUB_WEIGHTS[0]} and {TOKENIZER}"


def import_folder(source: Path, target: Path) -> str:
    """Writes a model folder to `target`, the manifest last, and returns the manifest's SHA-256.

    `source` is a folder of a hub, or a model folder already. Raises ModelMissing where something is not there or cannot
    be used here (pickled weights, a text tower of another library), ModelAltered where the files do not fit together.
    """
    target.mkdir(parents=True, exist_ok=True)
    if (source / MANIFEST).is_file():
        return write_model(target, read_files(source))
    facts = _json(source / HUB_CONFIG)
    model_cfg = _model_config(facts, source)
    weights = _weights(source)
    patch_width = _check(model_cfg, weights, source)
    description, settings = _tokenizer(source, model_cfg)
    config = {
        "format": 1,
        "model_cfg": model_cfg,
        "head": None,
        "patch_width": patch_width,
        "input": asdict(model_input(facts.get("preprocess_cfg") or {}, model_cfg)),
        "tokenizer": settings,
    }
    files = {CONFIG: json.dumps(config, indent=1).encode(), TOKENIZER: description.encode()}
    return write_model(target, files, weights=weights)


def model_input(preprocess: dict[str, Any], model_cfg: dict[str, Any]) -> ModelInput:
    """What open_clip's preprocess_cfg says, with open_clip's own defaults. Raises ModelMissing for photos that are not
    square."""
    size = preprocess.get("size", model_cfg["vision_cfg"].get("image_size", 224))
    sides = set(size) if isinstance(size, list | tuple) else {size}
    if len(sides) != 1:
        raise ModelMissing(f"the model wants photos of {size} pixels", remedy="choose a model with square photos")
    interpolation = preprocess.get("interpolation", "bicubic")
    return ModelInput(
        size=int(sides.pop()),
        resize=preprocess.get("resize_mode", "shortest"),
        interpolation="bilinear" if interpolation == "bilinear" else "bicubic",
        mean=_three(preprocess.get("mean", MEAN)),
        std=_three(preprocess.get("std", STD)),
        fill=int(preprocess.get("fill_color", 0)),
    )


def _three(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _json(path: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(path.read_bytes())
    except OSError as error:
        raise ModelMissing("the model's config is missing", path=os.fsencode(path), remedy=FORM) from error
    except ValueError as error:
        raise ModelAltered("the model's config cannot be read", path=os.fsencode(path), remedy=FORM) from error
    return facts


def _model_config(facts: dict[str, Any], source: Path) -> dict[str, Any]:
    where = os.fsencode(source / HUB_CONFIG)
    model_cfg = dict(facts.get("model_cfg") or {})
    if not {"embed_dim", "vision_cfg", "text_cfg"} <= set(model_cfg):
        raise ModelAltered("the model's config lacks its model_cfg", path=where, remedy=FORM)
    vision, text = dict(model_cfg["vision_cfg"]), dict(model_cfg["text_cfg"])
    if text.get("hf_model_name"):
        problem = f"the text tower {text['hf_model_name']!r} is of another library and cannot be used here"
        raise ModelMissing(problem, path=where, remedy="choose a model with a text tower of open_clip's own")
    if vision.get("timm_model_name"):
        vision["timm_model_pretrained"] = False
    return {**model_cfg, "vision_cfg": vision, "text_cfg": text}


def _weights(source: Path) -> dict[str, Tensor]:
    """In half precision, save where a number is too large for it."""
    path = next((source / name for name in HUB_WEIGHTS if (source / name).is_file()), None)
    if path is None:
        pickled = sorted(file for file in source.iterdir() if file.suffix in PICKLES)
        if pickled:
            raise ModelMissing("pickled weights are never opened", path=os.fsencode(pickled[0]), remedy=CONVERT)
        raise ModelMissing("the model's weights are missing", path=os.fsencode(source), remedy=FORM)
    try:
        weights = safetensors.torch.load_file(path)
    except safetensors.SafetensorError as error:
        raise ModelAltered("the weights cannot be read", path=os.fsencode(path), remedy="fetch them again") from error
    return {name: halved(value) for name, value in weights.items()}


def _check(model_cfg: dict[str, Any], weights: dict[str, Tensor], source: Path) -> int:
    """That the config describes these weights, without a copy of them. Returns the width of the photo's patches."""
    try:
        clip = _empty(model_cfg)
        width = patch_width_of(model_cfg)
        own = {name: value.shape for name, value in clip.state_dict().items()}
    except (RuntimeError, ValueError, TypeError, AssertionError, KeyError, AttributeError) as error:
        problem = f"this version of Afterimage cannot build the model ({error})"
        raise ModelMissing(problem, path=os.fsencode(source / HUB_CONFIG), remedy="choose another model") from error
    named = {name: value.shape for name, value in plainly_named(weights).items()}
    if own != named:
        odd = min(name for name in own.keys() | named.keys() if own.get(name) != named.get(name))
        problem = f"the weights do not fit the config ({odd})"
        raise ModelAltered(problem, path=os.fsencode(source), remedy="fetch both again")
    return width


def patch_width_of(model_cfg: dict[str, Any]) -> int:
    """How many numbers the photo tower has for each patch: seen by sending a photo through without any numbers."""
    size = model_input({}, model_cfg).size
    photo = torch.zeros(1, 3, size, size, device="meta")
    seen = _empty(model_cfg).visual.eval().forward_intermediates(photo, indices=1, output_fmt="NCHW")
    return int(seen["image_intermediates"][-1].shape[1])


def _empty(model_cfg: dict[str, Any]) -> Any:
    with torch.device("meta"):
        return build_clip(model_cfg)


def _tokenizer(source: Path, model_cfg: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The text of the tokenizer's file and how the model wants it used."""
    text = model_cfg["text_cfg"]
    own = text.get("hf_tokenizer_name") is not None
    settings = dict(text.get("tokenizer_kwargs") or {})
    clean = settings.pop("clean", "whitespace" if own else "lower")
    if settings or text.get("tokenizer_mode"):
        odd = ", ".join(sorted(settings)) or text["tokenizer_mode"]
        raise ModelMissing(f"sentences prepared by {odd} are not supported", remedy="choose another model")
    path = source / TOKENIZER
    try:
        description = path.read_text(encoding="utf-8") if own or path.is_file() else _clip_words()
        pad_id = _pad_id(source, description) if own else 0
        Tokenizer(description, context_length=int(text.get("context_length", 77)), pad_id=pad_id, clean=clean)
    except OSError as error:
        raise ModelMissing("the model's tokenizer is missing", path=os.fsencode(path), remedy=FORM) from error
    except ValueError as error:
        raise ModelAltered("the tokenizer cannot be read", path=os.fsencode(path), remedy="fetch it again") from error
    return description, {"pad_id": pad_id, "clean": clean}


def _pad_id(source: Path, description: str) -> int:
    """What fills a sentence up: named beside the tokenizer, or inside it."""
    path = source / HUB_TOKENIZER
    word = _json(path).get("pad_token") if path.is_file() else None
    word = word.get("content") if isinstance(word, dict) else word
    number = number_of(description, word) if word else None
    inside = (json.loads(description).get("padding") or {}).get("pad_id", 0)
    return int(inside if number is None else number)


def _clip_words() -> str:
    packed = importlib.resources.files("open_clip").joinpath("bpe_simple_vocab_16e6.txt.gz").read_bytes()
    return clip_description(gzip.decompress(packed).decode())
