"""Configs of real open_clip models, made small where that changes only the cost: towers, pools and masks stay."""

from __future__ import annotations

import functools
from typing import Any

import open_clip
import torch

from tests.engine.tiny_models import END_ID

SMALL_VIT = {"layers": 2, "width": 64, "head_width": 32, "patch_size": 32}
SMALL_TEXT = {"context_length": 16, "vocab_size": 200, "width": 64, "heads": 2, "layers": 3}

CONFIGS: dict[str, dict[str, Any]] = {
    "ViT-B-32": {"embed_dim": 32, "vision_cfg": {"image_size": 224, **SMALL_VIT}, "text_cfg": SMALL_TEXT},
    "ViT-B-32-quickgelu": {
        "embed_dim": 32,
        "quick_gelu": True,
        "vision_cfg": {"image_size": 224, **SMALL_VIT},
        "text_cfg": SMALL_TEXT,
    },
    "ViT-B-32-256": {"embed_dim": 32, "vision_cfg": {"image_size": 256, **SMALL_VIT}, "text_cfg": SMALL_TEXT},
    "ViT-B-32-SigLIP2-256": {
        "embed_dim": 768,
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 256,
            "timm_model_name": "vit_base_patch32_siglip_256",
            "timm_model_pretrained": False,
            "timm_pool": "map",
            "timm_proj": "none",
        },
        "text_cfg": {
            **SMALL_TEXT,
            "hf_tokenizer_name": "timm/ViT-B-32-SigLIP2-256",
            "tokenizer_kwargs": {"clean": "canonicalize"},
            "no_causal_mask": True,
            "proj_bias": True,
            "pool_type": "last",
            "norm_kwargs": {"eps": 1e-6},
            "act_kwargs": {"approximate": "tanh"},
        },
    },
    "MobileCLIP2-S0": {
        "embed_dim": 32,
        "custom_text": True,
        "vision_cfg": {
            "timm_model_name": "fastvit_mci0",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": None,
            "timm_drop": 0.0,
            "timm_drop_path": 0.0,
            "image_size": 128,
        },
        "text_cfg": {**SMALL_TEXT, "no_causal_mask": True},
    },
    "coca_ViT-B-32": {
        "embed_dim": 64,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 224,
            **SMALL_VIT,
            "attentional_pool": True,
            "attn_pooler_heads": 2,
            "output_tokens": True,
        },
        "text_cfg": {**SMALL_TEXT, "embed_cls": True, "output_tokens": True},
        "multimodal_cfg": {**SMALL_TEXT, "attn_pooler_heads": 2},
    },
    "convnext": {
        "embed_dim": 32,
        "vision_cfg": {
            "timm_model_name": "convnext_atto",
            "timm_model_pretrained": False,
            "timm_pool": "",
            "timm_proj": "linear",
            "timm_drop": 0.0,
            "timm_drop_path": 0.1,
            "image_size": 224,
        },
        "text_cfg": SMALL_TEXT,
    },
    "starter": {
        "embed_dim": 32,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 224,
            "timm_model_name": "mobilenetv4_conv_small_035",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "",
        },
        "text_cfg": {**SMALL_TEXT, "pool_type": "eos", "eos_id": END_ID},
    },
    "starter-that-sees-padding": {
        "embed_dim": 32,
        "custom_text": True,
        "vision_cfg": {"image_size": 224, "timm_model_name": "mobilenetv4_conv_small", "timm_proj": ""},
        "text_cfg": {**SMALL_TEXT, "pool_type": "first", "no_causal_mask": True},
    },
}
CUT = {"ViT-B-32", "ViT-B-32-quickgelu", "ViT-B-32-256", "coca_ViT-B-32", "convnext", "starter"}


@functools.cache
def of_open_clip(name: str) -> Any:
    """The class that open_clip itself takes for such a config, with random weights that are no longer those of the
    first moment: norms and biases differ from one and nothing."""
    config = {key: value for key, value in CONFIGS[name].items() if key != "custom_text"}
    torch.manual_seed(3)
    if "multimodal_cfg" in config:
        model: Any = open_clip.CoCa(**config)
    elif "custom_text" in CONFIGS[name]:
        model = open_clip.CustomTextCLIP(**config)
    else:
        model = open_clip.CLIP(**config)
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if value.is_floating_point() and value.ndim == 1:
                value.add_(torch.rand_like(value) * (0.5 if "running_var" in key else 0.1))
    return model.eval()


def size_of(name: str) -> int:
    return int(CONFIGS[name]["vision_cfg"]["image_size"])


def sentences(text_cfg: dict[str, Any]) -> torch.Tensor:
    """int64[4, 16]: of one word, of some, with a padding number inside, and as long as there is room; the end mark has
    the highest number, or the one that the config says."""
    end = text_cfg.get("eos_id", 199)
    ids = torch.zeros(4, 16, dtype=torch.long)
    for row, length in enumerate((1, 5, 7, 14)):
        ids[row, 0] = 1
        ids[row, 1 : length + 1] = torch.arange(20, 20 + length)
        ids[row, length + 1] = end
    ids[2, 3] = 0
    return ids
