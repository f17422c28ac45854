"""What of the application some models need beyond what every build has, and whether it is in this one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

OPEN_CLIP, TRANSFORMERS = (
    "open_clip",
    "transformers",
)  # for towers that are not ours; for rerankers
INSTALL = {OPEN_CLIP: "pip install open_clip_torch", TRANSFORMERS: "pip install 'transformers>=5'"}
WHOLE = "use a build of Afterimage that has it"  # nothing can be installed into a frozen folder
MOBILENETS = ("mobilenetv4_conv_small", "mobilenetv4_conv_small_035", "mobilenetv4_conv_small_050")
PLAIN_VISION = {"image_size", "timm_model_name", "timm_model_pretrained", "timm_pool", "timm_proj"}
PLAIN_TEXT = {
    "context_length",
    "vocab_size",
    "width",
    "heads",
    "layers",
    "pool_type",
    "eos_id",
    "pad_id",
    "no_causal_mask",
}


def is_here(part: str) -> bool:
    """Asked of the finder: importing one takes seconds."""
    from importlib.util import find_spec  # which a single search does without

    return find_spec(part) is not None


def how_to_get(part: str) -> str:
    return WHOLE if getattr(sys, "frozen", False) else INSTALL[part]


def is_light(config: Mapping[str, Any]) -> bool:
    """Whether both towers are of the starter's kind, which are built without open_clip."""
    vision, text = config.get("vision_cfg") or {}, config.get("text_cfg") or {}
    plain = set(config) <= {"embed_dim", "vision_cfg", "text_cfg", "custom_text"}
    plain = plain and set(vision) <= PLAIN_VISION and set(text) <= PLAIN_TEXT
    pooled = (vision.get("timm_pool", "avg"), vision.get("timm_proj", "linear")) == ("avg", "")
    return plain and pooled and vision.get("timm_model_name") in MOBILENETS
