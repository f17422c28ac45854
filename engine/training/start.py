"""What a training starts from: a model that is there, or an architecture with random weights."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from engine.config import ModelInput
from engine.errors import ModelAltered, UsageError
from engine.joint_model import TOKEN_WIDTH, HeadConfig, JointModel
from engine.joint_model_served import plainly_named
from engine.model_files import CONFIG, TOKENIZER, WEIGHTS, WORDS, read_files, read_input
from engine.model_store import build_model
from engine.presets import Presets
from engine.tokenizer import Tokenizer
from engine.training.kept_photos import small_grid
from engine.training.parameters import part_of
from engine.training.starter_config import starter_config
from engine.training.train_config import TrainConfig
from engine.training.vocabulary import END_ID, learn_tokenizer, met_words

FRESH = {"nothing": (), "head": ("new",), "text": ("new", "text", "projection")}  # parts that begin again
LONGEST = 77  # words of a sentence, as in the models that people use


@dataclass(frozen=True, slots=True)
class Start:
    """A model and what belongs in its folder. `new_tokens`: what makes tokens of patches has random weights yet."""

    model: JointModel
    config: dict[str, Any]
    tokenizer: str
    words: tuple[str, ...]
    new_tokens: bool

    @property
    def model_input(self) -> ModelInput:
        return read_input(self.config["input"])

    def reader(self) -> Tokenizer:
        settings = self.config.get("tokenizer", {})
        return Tokenizer(self.tokenizer, context_length=self.model.text.context_length, **settings)


def begin(
    config: TrainConfig, sentences: list[str], *, tokenizer: str | None = None, presets: Presets | None = None
) -> Start:
    """The model that a training changes. `tokenizer`: one that was learned before, where an architecture is given.
    presets: where a model's name is looked up; by default those that ship.

    Raises ModelMissing, ModelAltered, UsageError.
    """
    torch.manual_seed(config.seed)
    if config.model:
        return _from_folder(_folder_of(config.model, presets or Presets()), config, sentences)
    return _from_architecture(config, sentences, tokenizer or learn_tokenizer(sentences, size=config.vocabulary))


def _folder_of(name: str, presets: Presets) -> Path:
    return Path(name) if os.sep in name or Path(name).is_dir() else presets.require(name)


def _from_folder(folder: Path, config: TrainConfig, sentences: list[str]) -> Start:
    files = read_files(folder)
    facts: dict[str, Any] = json.loads(files[CONFIG])
    weights = {name: _whole(value) for name, value in safetensors.torch.load(files[WEIGHTS]).items()}
    headless = facts.get("head") is None
    if headless:
        weights = {f"clip.{name}": value for name, value in plainly_named(weights).items()}
    facts["head"] = _head(facts.get("head"), config, facts)
    model = build_model(facts)
    again = FRESH[config.fresh]
    kept = {name: value for name, value in weights.items() if _fits(model, name, value) and part_of(name) not in again}
    missing = model.load_state_dict(kept, strict=False).missing_keys
    if any(name.startswith("clip.") and part_of(name) not in again for name in missing):
        raise ModelAltered("the weights do not fit the config", path=os.fsencode(folder), remedy="choose another model")
    words = tuple(files[WORDS].decode().split()) if WORDS in files else ()
    words = tuple(sorted({*words, *met_words(sentences)})) if words else ()
    return Start(model, facts, files[TOKENIZER].decode(), words, "token_projection.weight" in missing)


def _head(there: dict[str, Any] | None, config: TrainConfig, facts: dict[str, Any]) -> dict[str, Any]:
    """The head that is there, where it may stay and is of the kind that is asked for; otherwise a new one."""
    if there is not None and config.fresh == "nothing" and there.get("fusion", "late") == config.fusion:
        return there
    layers = min(config.layers, int(facts["model_cfg"]["text_cfg"].get("layers", config.layers)))
    return asdict(HeadConfig(layers=layers, fusion=config.fusion, alignment=config.alignment))


def _fits(model: JointModel, name: str, value: Tensor) -> bool:
    own = model.state_dict().get(name)
    return own is not None and own.shape == value.shape


def _from_architecture(config: TrainConfig, sentences: list[str], tokenizer: str) -> Start:
    pieces = Tokenizer(tokenizer, context_length=LONGEST)
    # Places that no training sentence reaches would stay random.
    longest = max(8, int((pieces(sentences) > 0).sum(1).max()))
    try:
        facts = _starter(config, pieces.size) if config.architecture == "starter" else _open_clip(config, pieces.size)
        text = facts["model_cfg"]["text_cfg"]
        text["context_length"] = min(int(text.get("context_length", LONGEST)), longest)
        model = build_model(facts)
    except (ValueError, RuntimeError, AssertionError, TypeError) as error:
        raise UsageError(f"{config.architecture!r} cannot be trained here ({error})", remedy="name another") from error
    return Start(model, facts, tokenizer, tuple(met_words(sentences)), True)


def _starter(config: TrainConfig, vocabulary: int) -> dict[str, Any]:
    facts = starter_config(vocabulary)
    facts["head"] = asdict(replace(HeadConfig(**facts["head"]), fusion=config.fusion, alignment=config.alignment))
    return facts


def _open_clip(config: TrainConfig, vocabulary: int) -> dict[str, Any]:
    """An architecture of open_clip, or a JSON file that describes one, with a tokenizer of ours."""
    facts = _architecture(config.architecture)
    facts = {name: facts[name] for name in facts if name not in ("preprocess_cfg", "multimodal_cfg")}
    vision, text = dict(facts["vision_cfg"]), dict(facts["text_cfg"])
    if "hf_model_name" in text or not isinstance(vision.get("image_size", 224), int):
        problem = f"{config.architecture!r} has a text tower from elsewhere, or photos that are not square"
        raise UsageError(problem, remedy="name an architecture with towers of open_clip's own")
    vision |= {"timm_model_pretrained": False} if "timm_model_name" in vision else {}
    text = {name: value for name, value in text.items() if not name.startswith(("hf_", "tokenizer_"))}
    text |= {"vocab_size": vocabulary, "pad_id": 0}
    if text.get("pool_type", "argmax") in ("argmax", "eos"):
        text |= {"pool_type": "eos", "eos_id": END_ID}
    layers = min(config.layers, int(text.get("layers", config.layers)))
    head = asdict(HeadConfig(layers=layers, fusion=config.fusion, alignment=config.alignment))
    shape = {**facts, "custom_text": True, "vision_cfg": vision, "text_cfg": text}
    size = int(vision.get("image_size", 224))
    return {
        "format": 1,
        "model_cfg": shape,
        "head": head,
        "patch_width": patch_width(shape, size),
        "input": asdict(ModelInput(size=size)),
    }


def _architecture(name: str) -> dict[str, Any]:
    if name.endswith(".json"):
        try:
            facts: dict[str, Any] = json.loads(Path(name).read_bytes())
        except (OSError, ValueError) as error:
            raise UsageError(f"the architecture cannot be read ({error})", path=name, remedy="name a file") from error
        return facts.get("model_cfg", facts)
    from open_clip import get_model_config, list_models

    known = get_model_config(name)
    if known is None:
        near = [model for model in list_models() if model.lower().startswith(name.lower()[:5])]
        some = ", ".join((near or list_models())[:12])
        raise UsageError(
            f"There is no architecture {name!r}", remedy=f"name starter, a JSON file, or one of: {some} ..."
        )
    return dict(known)


@torch.no_grad()
def patch_width(shape: dict[str, Any], size: int) -> int:
    """How many numbers the tower shows of each patch: tried with an empty photo."""
    from engine.joint_model import build_clip

    clip: Any = build_clip(shape).eval()
    seen = clip.visual.forward_intermediates(torch.zeros(1, 3, size, size), indices=1, output_fmt="NCHW")
    return int(seen["image_intermediates"][-1].shape[1])


@torch.no_grad()
def aim_tokens(model: JointModel, maps: Tensor) -> None:
    """Lets the tokens of a model without a head begin as the main directions of its patches: maps float[n, D, h, w].

    What all patches share is taken away. The strong directions are damped, or hardly anything else would be left of a
    token once it is brought to length; but not all the way to one spread, which would blow up noise.
    """
    cells = small_grid(maps).flatten(2).transpose(1, 2).flatten(0, 1).float()
    mean = cells.mean(0)
    spread, directions = torch.linalg.eigh((cells - mean).T @ (cells - mean) / len(cells))
    count = min(TOKEN_WIDTH, int((spread > spread[-1] * 1e-5).sum()))
    found = directions[:, -count:].flip(1).T / spread[-count:].flip(0)[:, None] ** 0.25
    weight = model.token_projection.weight
    weight[:count] = found.to(weight)
    weight[count:] *= 0.02
    model.token_projection.bias.copy_(-weight @ mean.to(weight))


def identity_of(start: Start) -> str:
    """Of the weights a run starts with, so that it is only taken up again over the same."""
    digest = hashlib.blake2b(digest_size=16)
    for name, weight in sorted(start.model.state_dict().items()):
        digest.update(name.encode() + weight.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _whole(value: Tensor) -> Tensor:
    return value.float() if value.is_floating_point() else value
