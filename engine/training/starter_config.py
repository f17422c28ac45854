"""What the starter is: towers, head and input, as its config.json states them."""

from __future__ import annotations

from typing import Any

from engine.training.vocabulary import END_ID

TRUNK = "mobilenetv4_conv_small"
PATCH_WIDTH = 960
CONTEXT_LENGTH = 28  # the longest captions; every position has been trained


def starter_config(vocabulary: int) -> dict[str, Any]:
    return {
        "format": 1,
        "model_cfg": {
            "embed_dim": 256,
            "vision_cfg": {
                "image_size": 224,
                "timm_model_name": TRUNK,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "",
            },
            "text_cfg": {
                "context_length": CONTEXT_LENGTH,
                "vocab_size": vocabulary,
                "width": 256,
                "heads": 4,
                "layers": 4,
                "pool_type": "eos",
                "eos_id": END_ID,
            },
        },
        "head": {"layers": 2, "fusion": "late", "alignment": True},
        "patch_width": PATCH_WIDTH,
        "input": {
            "size": 224,
            "resize": "squash",
            "interpolation": "bicubic",
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
        },
    }
