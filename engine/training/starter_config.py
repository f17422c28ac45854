"""What the starter is: towers, head and input, as its config.json states them."""

from __future__ import annotations

from typing import Any

from engine.training.vocabulary import END_ID

TRUNK = "mobilenetv4_conv_small"
PATCH_WIDTH = 960
# Trained on cuts of 224 pixels, in which things are larger than in whole photos: looked at in 256 pixels they are as
# large again (Touvron et al., "Fixing the train-test resolution discrepancy", 2019). On dev 0.9 of R@10.
INPUT_SIZE = 256
READERS = 3
COMMON = 2000  # sentences of the bank; on dev 500 to 12,000 do alike
CONTEXT_LENGTH = 28  # the longest captions; every position has been trained


def starter_config(vocabulary: int) -> dict[str, Any]:
    return {
        "format": 1,
        "model_cfg": {
            "embed_dim": 256,
            "vision_cfg": {
                "image_size": INPUT_SIZE,
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
                "layers": 2,
                "pool_type": "eos",
                "eos_id": END_ID,
            },
        },
        "head": {
            "layers": 2,
            "fusion": "late",
            "alignment": True,
            "readers": READERS,
            "colours": True,
            "shares": True,
            "common": COMMON,
        },
        "patch_width": PATCH_WIDTH,
        "input": {
            "size": INPUT_SIZE,
            "resize": "squash",
            "interpolation": "bicubic",
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
        },
    }
