"""Small models with random weights, made for tests: the same code as the large ones."""

from __future__ import annotations

import functools
from typing import Any

import torch

from engine.joint_model import HeadConfig, JointModel, build_clip
from engine.tokenizer import Tokenizer
from engine.training.vocabulary import END_ID, learn_tokenizer

SENTENCES = ["a red dog runs over the snow", "two children play in the water", "a man climbs a rock"] * 3


@functools.cache
def tiny_description() -> str:
    return learn_tokenizer(SENTENCES, size=200)


def tiny_tokenizer(context_length: int = 16) -> tuple[Tokenizer, str]:
    return Tokenizer(tiny_description(), context_length=context_length), tiny_description()


def tiny_config(tower: str = "vit", *, causal: bool = True) -> dict[str, Any]:
    """Config of a model with 32-pixel photos; towers "vit" (open_clip's own), "timm_vit" and "timm_conv"."""
    vision: dict[str, dict[str, Any]] = {
        "vit": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8},
        "timm_vit": {"image_size": 224, "timm_model_name": "vit_tiny_patch16_224", "timm_pool": ""},
        "timm_conv": {"image_size": 64, "timm_model_name": "mobilenetv4_conv_small_035", "timm_proj": ""},
    }
    text: dict[str, Any] = {"context_length": 16, "vocab_size": 200, "width": 64, "heads": 2, "layers": 3}
    text |= {"pool_type": "eos", "eos_id": END_ID}
    if not causal:
        text |= {"no_causal_mask": True, "pool_type": "last"}
    return {"embed_dim": 32, "vision_cfg": vision[tower], "text_cfg": text, "custom_text": True}


def tiny_model(tower: str = "vit", *, causal: bool = True, **head: Any) -> JointModel:
    torch.manual_seed(0)
    widths = {"vit": 64, "timm_vit": 192, "timm_conv": 336}
    config = HeadConfig(**{"layers": 2, **head})
    return JointModel(build_clip(tiny_config(tower, causal=causal)), config, patch_width=widths[tower]).eval()


def photo_batch(tower: str = "vit", count: int = 5) -> torch.Tensor:
    size = {"vit": 32, "timm_vit": 224, "timm_conv": 64}[tower]
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(1))
