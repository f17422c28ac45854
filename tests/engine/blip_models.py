"""A small BLIP-ITM with random weights, in a folder as its publisher would offer it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor

from engine.blip_itm_network import STALE, BlipItmNetwork, plain_config

WORDS = [
    "a",
    "the",
    "dog",
    "cat",
    "red",
    "two",
    "snow",
    "water",
    "children",
    "play",
    "runs",
    "over",
    "in",
    "man",
    "rock",
    ",",
]
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = len(MARKS) + len(WORDS) + 2  # the model knows two marks more than its tokenizer
BASE_TEXT = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
BASE_PHOTO = {**BASE_TEXT, "image_size": 384, "patch_size": 16}


def published_config(**text: Any) -> dict[str, Any]:
    """With things that do not shape the network, as old files have them."""
    vision = {"hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4}
    words = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4}
    words |= {"vocab_size": VOCABULARY, "max_position_embeddings": 40, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    return {
        "architectures": ["BlipForImageTextRetrieval"],
        "model_type": "blip",
        "torch_dtype": "float32",
        "vision_config": {**vision, "image_size": 32, "patch_size": 8, "top_k": 50, "typical_p": 1.0},
        "text_config": {**words, "is_encoder_decoder": False, "pruned_heads": {}, **text},
    }


def random_network(config: dict[str, Any], *, sight: float = 3.0) -> BlipItmNetwork:
    """Random weights; `sight` makes what is seen matter more than chance would."""
    network = BlipItmNetwork(plain_config(config))
    generator = torch.Generator().manual_seed(0)
    weights: dict[str, Tensor] = {}
    for name, value in network.blip.state_dict().items():
        numbers = torch.randn(value.shape, generator=generator) * (0.02 if min(value.shape[-2:]) > 64 else 0.15)
        if "norm" in name.lower() and name.endswith("weight"):
            numbers += 1
        if "crossattention" in name and value.ndim > 1:
            numbers *= sight
        weights[name] = numbers
    network.fill(weights)
    return network.eval()


def write_published(folder: Path) -> BlipItmNetwork:
    """config.json, model.safetensors, tokenizer.json and preprocessor_config.json; returns the network in them."""
    folder.mkdir(parents=True, exist_ok=True)
    config = published_config()
    network = random_network(config)
    weights = {**network.blip.state_dict(), STALE: torch.arange(40)[None]}
    safetensors.torch.save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(tokenizer_description())
    photos = {"size": {"height": 32, "width": 32}, "resample": 3, "image_mean": [0.4, 0.5, 0.6]}
    (folder / "preprocessor_config.json").write_text(json.dumps({**photos, "image_std": [0.2, 0.3, 0.4]}))
    return network


def tokenizer_description() -> str:
    vocabulary = {word: number for number, word in enumerate(MARKS + WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return str(tokenizer.to_str())
