"""A model ready for work from its weights: no random numbers are drawn first, and open_clip is imported only where the
towers are not ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from engine.joint_model import HeadConfig, JointModel, build_clip
from engine.joint_model_attention import pack_attention
from engine.joint_model_light_text import LightText
from engine.joint_model_mobilenet import MobileNetV4
from engine.model_parts import is_light

TRUNK = "visual.trunk."
FLAT = ("text_projection", "positional_embedding", "token_embedding.", "transformer.", "ln_final.")
Value = TypeVar("Value")


class LightClip(nn.Module):
    """The starter's kind of open_clip model, under the same names. `visual` is put in with its weights."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.text = LightText(config["text_cfg"], config["embed_dim"])
        self.logit_scale = nn.Parameter(torch.empty(()))
        self.context_length = self.text.context_length


def serve(config: dict[str, Any], weights: dict[str, Tensor]) -> JointModel:
    """The network of a model folder's config with these weights, which it takes over as they are.

    Raises KeyError, RuntimeError or ValueError where the weights do not fit the config.
    """
    facts = config["model_cfg"]
    headless = config.get("head") is None
    towers, rest = _split(weights, headless=headless)
    if is_light(facts):
        trunk = {name.removeprefix(TRUNK): towers.pop(name) for name in list(towers) if name.startswith(TRUNK)}
        clip: Any = _filled(LightClip, facts, towers)
        clip.visual = MobileNetV4(trunk)
    else:
        clip = _filled(build_clip, facts, towers)
        _rebuild_masks(clip, facts)
        pack_attention(clip.visual)
    head = HeadConfig(layers=0) if headless else HeadConfig(**config["head"])
    model = JointModel(clip, head, patch_width=config["patch_width"])
    own = {name for name in model.state_dict() if not name.startswith("clip.")}
    if not headless and own != set(rest):
        raise KeyError(min(own ^ set(rest)))
    model.load_state_dict(rest, strict=False, assign=True)
    return model.eval()


def plainly_named(weights: dict[str, Value]) -> dict[str, Value]:
    """Weights of any open_clip model by the names that `build_clip` gives them."""
    flat = "text_projection" in weights
    named: dict[str, Value] = {}
    for name, value in weights.items():
        if name.startswith("text_decoder."):  # writes captions; of no use here
            continue
        named[f"text.{name}" if flat and name.startswith(FLAT) else name] = value
    return named


def _split(weights: dict[str, Tensor], *, headless: bool) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Weights of the towers, plainly named, and of the head."""
    if headless:
        return plainly_named(weights), {}
    towers = {name.removeprefix("clip."): value for name, value in weights.items() if name.startswith("clip.")}
    return plainly_named(towers), {name: value for name, value in weights.items() if not name.startswith("clip.")}


def _filled(build: Callable[[dict[str, Any]], nn.Module], facts: dict[str, Any], weights: dict[str, Tensor]) -> Any:
    with torch.device("meta"):
        clip = build(facts)
    clip.load_state_dict(weights, assign=True)
    return clip


def _rebuild_masks(clip: Any, facts: dict[str, Any]) -> None:
    """What no file holds, because it follows from the config, is taken from a model that is built for real."""
    bare = [name for name, value in clip.named_buffers() if value.is_meta]
    if bare == ["text.attn_mask"]:
        clip.text.attn_mask = clip.text.build_causal_mask()
    elif bare:
        real = dict(build_clip(facts).named_buffers())
        for name in bare:
            owner, _, last = name.rpartition(".")
            setattr(clip.get_submodule(owner), last, real[name])
