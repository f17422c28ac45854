"""A model for one search on the command line: it reads sentences and compares them with photos in numpy.

Importing torch takes two seconds, everything that a search computes a few hundredths. Whatever else is asked of such a
model is asked of the whole one, which is loaded then.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import safetensors

from engine import calibration, light_text
from engine.config import ModelInput
from engine.errors import ModelAltered
from engine.identity_memory import Identity, IdentityMemory
from engine.known_words import KnownWords
from engine.light_head import TOKEN_WIDTH, LightHead, ReadSentence
from engine.light_layers import Weights
from engine.light_text import LightTower, cut
from engine.loaded_model import LoadedModel
from engine.locations import Locations
from engine.model_files import CONFIG, REPAIR, TOKENIZER, WEIGHTS, WORDS, check_files, manifest_sha256, read_input
from engine.presets import Presets
from engine.tokenizer import Tokenizer

if TYPE_CHECKING:
    from engine.bi_encoder import BiEncoder
    from engine.cross_encoder import CrossEncoder

STRIDE, LONGEST_GRID = 32, 8  # pixels of a cell; cells along and across
PHOTOS = "clip.visual."
PHOTOS_SEEN_BY = "mobilenetv4_conv"
HEAD = {"layers", "fusion", "alignment", "cosine_weight", "readers", "colours", "shares", "common"}
TOKEN_MAKERS = ("token_projection.weight", "token_projection.bias", "token_norm.weight", "token_norm.bias")


class Models(Protocol):
    def load(self, name: str) -> LoadedModel: ...


class LightModels:
    """Models as `whole` loads them, save those of the starter's kind. `heads`: as of ModelStore."""

    def __init__(self, whole: Callable[[], Models], locations: Locations, *, heads: Mapping[str, str]) -> None:
        self._whole = whole
        fetched = Path(os.fsdecode(locations.presets))
        self._presets = Presets(None, fetched)
        self._memory = IdentityMemory(fetched.parent)
        self._heads = heads

    def load(self, name: str) -> LoadedModel:
        """Raises ModelMissing, ModelAltered."""
        elsewhere = os.sep in name or Path(name).is_dir()
        light = None if elsewhere or self._heads.get(name) else self._light(name)
        return light or self._whole().load(name)

    def _light(self, name: str) -> LoadedModel | None:
        folder = self._presets.require(name)
        who = self._memory.recall(manifest_sha256(folder))
        if who is None or not who.head:
            return None
        files = check_files(folder, pinned=self._presets.manifest_sha256(name))
        if not fits(json.loads(files[CONFIG])):
            return None
        try:
            return _loaded(folder, files, who, functools.cache(lambda: self._whole().load(name)))
        except (KeyError, ValueError, safetensors.SafetensorError) as error:
            raise ModelAltered("the weights do not fit the config", path=os.fsencode(folder), remedy=REPAIR) from error


def fits(config: dict[str, Any]) -> bool:
    """Whether a model folder's config is one of those that are read here."""
    text, vision, head = config["model_cfg"]["text_cfg"], config["model_cfg"]["vision_cfg"], config.get("head") or {}
    known = light_text.fits(text) and str(vision.get("timm_model_name")).startswith(PHOTOS_SEEN_BY)
    late = set(head) <= HEAD and head.get("fusion", "late") == "late" and head.get("layers", 0) > 0
    return known and late and bool(head.get("alignment")) and head.get("readers", 0) > 0 and "tokenizer" not in config


def _loaded(folder: Path, files: dict[str, bytes], who: Identity, whole: Callable[[], LoadedModel]) -> LoadedModel:
    """Of a model folder whose files have been verified."""
    config = json.loads(files[CONFIG])
    text = config["model_cfg"]["text_cfg"]
    with safetensors.safe_open(folder / WEIGHTS, "numpy") as kept:
        names = [name for name in kept.keys() if not name.startswith(PHOTOS)]  # noqa: SIM118  not a dict
        weights = Weights({name: kept.get_tensor(name) for name in names})
    tower = LightTower(weights.below("clip.text."), text)
    sentences = _Sentences(files[TOKENIZER].decode(), text)
    known = KnownWords(frozenset(files.get(WORDS, b"").decode().split()))
    bi_encoder = LightBiEncoder(tower, sentences, known, read_input(config["input"]), whole)
    head = LightHead(weights, config["head"], tower=tower, text=text)
    scale = float(weights["cosine_weight"] * np.exp(weights["clip.logit_scale"]))
    return LoadedModel(
        folder.name,
        who.model_id,
        cast("BiEncoder", bi_encoder),  # to whoever searches; the rest it hands on
        cast("CrossEncoder", LightCrossEncoder(head, sentences, scale, whole)),
        (bi_encoder.token_count, TOKEN_WIDTH),
        _token_version(weights),
        head=who.head,
        calibration=calibration.read(os.fsencode(folder / calibration.FILE), model_id=who.model_id, head=who.head),
        light=True,
    )


def _token_version(weights: Weights) -> str:
    """As `model_store.token_version` tells it of a whole model."""
    digest = hashlib.blake2b(digest_size=8)
    for name in TOKEN_MAKERS:
        digest.update(weights[name].tobytes())
    return digest.hexdigest()


class _Sentences:
    """Sentences to the numbers of their words, int64[T], up to their end."""

    def __init__(self, description: str, text: dict[str, Any]) -> None:
        self._tokenizer = Tokenizer(description, context_length=text.get("context_length", 77))
        self._text = text

    def __call__(self, sentence: str) -> np.ndarray:
        return cut(self._tokenizer.numbers([sentence])[0], self._text)


class LightBiEncoder:
    """As BiEncoder, for sentences."""

    precision = "float32"
    device = "cpu"

    def __init__(
        self,
        tower: LightTower,
        sentences: _Sentences,
        known_words: KnownWords,
        model_input: ModelInput,
        whole: Callable[[], LoadedModel],
    ) -> None:
        self.model_input = model_input
        self.token_count = min(model_input.size // STRIDE, LONGEST_GRID) ** 2
        self._tower = tower
        self._sentences = sentences
        self._known_words = known_words
        self._whole = whole

    @property
    def dimension(self) -> int:
        return len(self.encode_sentences([""])[0])

    def encode_sentences(self, sentences: list[str]) -> np.ndarray:
        """-> float32[n, d], unit length."""
        return np.stack([self._tower.embed(self._sentences(sentence)) for sentence in sentences])

    @property
    def knows_words(self) -> bool:
        return bool(self._known_words)

    def unknown_words(self, sentence: str) -> list[str]:
        return self._known_words.unknown(sentence)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole().bi_encoder, name)


class LightCrossEncoder:
    """As CrossEncoder, for scores."""

    at_once = 25  # some 20 ms

    def __init__(
        self, head: LightHead, sentences: _Sentences, cosine_scale: float, whole: Callable[[], LoadedModel]
    ) -> None:
        self.cosine_scale = cosine_scale
        self._head = head
        self._sentences = sentences
        self._whole = whole

    def prepare(self, sentence: str) -> ReadSentence:
        return self._head.read(self._sentences(sentence))

    def score(self, sentence: ReadSentence, values: np.ndarray, scales: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """int8[n, t, 256], float16[n, t], float32[n] -> float32[n]."""
        if not len(values):
            return np.zeros(0, np.float32)
        tokens = values.astype(np.float32) * scales.astype(np.float32)[..., None]
        return self._head.score(sentence, tokens) + np.float32(self.cosine_scale) * np.asarray(cosines, np.float32)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole().cross_encoder, name)
