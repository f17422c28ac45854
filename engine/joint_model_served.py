"""A model ready for work from its weights: no random numbers are drawn first, and open_clip is imported only where the
towers are not ours."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.joint_model import HeadConfig, JointModel, build_clip
from engine.joint_model_light_text import PLAIN, LightText
from engine.joint_model_mobilenet import NAMES, MobileNetV4

TRUNK = "clip.visual.trunk."
FLAT = ("text_projection", "positional_embedding", "token_embedding.", "transformer.", "ln_final.")
PLAIN_VISION = {"image_size", "timm_model_name", "timm_model_pretrained", "timm_pool", "timm_proj"}


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
    weights = _named(weights, headless=config.get("head") is None)
    head = HeadConfig(layers=0) if config.get("head") is None else HeadConfig(**config["head"])
    if is_light(facts):
        trunk = {name.removeprefix(TRUNK): weights.pop(name) for name in list(weights) if name.startswith(TRUNK)}
        model = _filled(_empty(LightClip, facts), head, config["patch_width"], weights)
        model.clip.visual = MobileNetV4(trunk)
    else:
        model = _filled(_empty(build_clip, facts), head, config["patch_width"], weights)
        _rebuild_masks(model.clip, facts)
    return model.eval()


def is_light(config: dict[str, Any]) -> bool:
    """Whether both towers are among those that are built here."""
    vision, text = config["vision_cfg"], config["text_cfg"]
    plain = set(config) <= {"embed_dim", "vision_cfg", "text_cfg", "custom_text"}
    plain = plain and set(vision) <= PLAIN_VISION and set(text) <= PLAIN
    pooled = (vision.get("timm_pool", "avg"), vision.get("timm_proj", "linear")) == ("avg", "")
    return plain and pooled and vision.get("timm_model_name") in NAMES


def _named(weights: dict[str, Tensor], *, headless: bool) -> dict[str, Tensor]:
    """The names of a joint model for the weights of one or of any open_clip model."""
    prefix = "" if headless else "clip."
    flat = f"{prefix}text_projection" in weights
    named: dict[str, Tensor] = {}
    for name, value in weights.items():
        inner = name.removeprefix(prefix)
        if inner.startswith("text_decoder."):  # writes captions; of no use here
            continue
        if flat and name.startswith(prefix) and inner.startswith(FLAT):
            name = f"{prefix}text.{inner}"
        named[f"clip.{name}" if headless else name] = value
    return named


def _empty(build: Any, facts: dict[str, Any]) -> nn.Module:
    with torch.device("meta"):
        clip: nn.Module = build(facts)
    return clip


def _filled(clip: nn.Module, head: HeadConfig, patch_width: int, weights: dict[str, Tensor]) -> JointModel:
    """Without a head of its own the model keeps the untrained one, whose parts no weights name."""
    model = JointModel(clip, head, patch_width=patch_width)
    if head.layers:
        model.load_state_dict(weights, assign=True)
    else:
        model.clip.load_state_dict({name.removeprefix("clip."): value for name, value in weights.items()}, assign=True)
    return model


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
