"""A model as the rest of the engine holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bi_encoder import BiEncoder
    from engine.calibration import Calibration
    from engine.cross_encoder import CrossEncoder
    from engine.matcher import Matcher


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready for work. `model_id` is that of towers and input, `head` the key of what scores beside them,
    empty without one. cross_encoder and token_shape (tokens, width) are None where it has no head; `matcher` is then a
    ready cross-encoder, where one is installed and was asked for. `calibration`: what its scores mean, where that came
    with it. `light`: for a search, see LightModels."""

    name: str
    model_id: str
    bi_encoder: BiEncoder
    cross_encoder: CrossEncoder | None
    token_shape: tuple[int, int] | None
    token_version: str
    matcher: Matcher | None = None
    head: str = ""
    calibration: Calibration | None = None
    light: bool = False
