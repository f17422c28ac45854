"""BLIP's matching network: a sentence read in sight of a photo's vision tokens, which are never projected.

Source: Li et al., "BLIP" (ICML 2022), image-text matching. Its cross-attentions turn all 577 vision tokens into keys
and values, in every layer and for every pair, for the sake of a dozen words. Products of matrices may be taken in
another order: the key's matrix meets the query, the value's matrix what was seen. The result is the same, for a third
of the work.
Shapes: p photos, v vision tokens of width D, T words of width W, h heads of width w.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import ModelMissing

INSTALL = "pip install 'transformers>=5'"
# What of a published configuration shapes the network; everything else in it is passed over.
VISION_FACTS = (
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "image_size",
    "patch_size",
)
TEXT_FACTS = (
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "max_position_embeddings",
)
MORE_FACTS = ("hidden_act", "layer_norm_eps")
STALE = "text_encoder.embeddings.position_ids"  # numbers from 0 on, which older files hold


def available() -> bool:
    """Whether the optional part is installed."""
    return importlib.util.find_spec("transformers") is not None


def plain_config(facts: dict[str, Any]) -> dict[str, Any]:
    """What shapes the network, of a published config.json. Raises KeyError for what is missing."""
    vision, text = facts["vision_config"], facts["text_config"]
    return {
        "vision_config": {name: vision[name] for name in VISION_FACTS} | _given(vision),
        "text_config": {name: text[name] for name in TEXT_FACTS} | _given(text) | {"is_decoder": True},
        "image_text_hidden_size": facts.get("image_text_hidden_size", 256),
    }


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in MORE_FACTS if name in facts}


class BlipItmNetwork(nn.Module):
    """The modules are those of transformers; the order in which they are used is ours."""

    blip: Any

    def __init__(self, config: dict[str, Any]) -> None:
        """`config` from `plain_config`; weights stay empty until `fill`. Raises ModelMissing without transformers."""
        super().__init__()
        self.blip = _build(config)

    def fill(self, weights: dict[str, Tensor]) -> None:
        """Takes weights, by the names that transformers gives them. Raises RuntimeError where they do not fit."""
        given = {name: value for name, value in weights.items() if name != STALE}
        self.blip.load_state_dict(given, assign=True)
        embeddings = self.blip.text_encoder.embeddings
        embeddings.position_ids = torch.arange(embeddings.position_embeddings.num_embeddings)[None]

    @property
    def token_shape(self) -> tuple[int, int]:
        """(v, D) of a photo."""
        positions = self.blip.vision_model.embeddings.position_embedding
        return int(positions.shape[1]), int(positions.shape[2])

    def see(self, photos: Tensor) -> Tensor:
        """float[p, 3, R, R], normalised -> vision tokens [p, v, D]."""
        seen: Tensor = self.blip.vision_model(pixel_values=photos).last_hidden_state
        return seen

    def read(self, ids: Tensor, vision: Tensor) -> Tensor:
        """One sentence without padding int64[1, T] and [p, v, D] -> the first word in sight of each photo [p, W].

        Only this word is judged: in the last layer nothing else is computed.
        """
        text = self.blip.text_encoder
        words = text.embeddings(input_ids=ids, position_ids=torch.arange(ids.shape[1], device=ids.device)[None])
        *layers, last = text.encoder.layer
        for layer in layers:
            words = _sighted(layer, layer.attention(words)[0], vision)
        attention = last.attention
        first = attention.output(attention.self(words[:, :1], encoder_hidden_states=words)[0], words[:, :1])
        return _sighted(last, first, vision)[:, 0]

    def judge(self, first: Tensor) -> Tensor:
        """[p, W] from `read` -> logits [p, 2]: no match, match."""
        verdict: Tensor = self.blip.itm_head(first)
        return verdict


def _sighted(layer: Any, words: Tensor, vision: Tensor) -> Tensor:
    """What follows a layer's self-attention: [1 or p, T, W] -> [p, T, W]."""
    sight = layer.crossattention
    words = sight.output(folded_attention(sight.self, words, vision), words)
    done: Tensor = layer.feed_forward_chunk(words)
    return done


def folded_attention(attention: Any, words: Tensor, vision: Tensor) -> Tensor:
    """A cross-attention's result [p, T, W], as by projecting all vision tokens.

    (x W_q + b_q)(v W_k + b_k)' = ((x W_q + b_q) W_k') v' + a number that is the same for all v, which the softmax does
    not see. Its weights add up to one, so that sum(a (v W_v + b_v)) = (sum(a v)) W_v + b_v.
    """
    heads = attention.num_attention_heads
    query = attention.query(words).unflatten(-1, (heads, -1)).permute(2, 0, 1, 3)  # [h, p, T, w]
    key, value = (part.weight.unflatten(0, (heads, -1)) for part in (attention.key, attention.value))  # [h, w, D]
    photos, count = query.shape[1:3]
    asked = torch.bmm(query.flatten(1, 2), key) * query.shape[-1] ** -0.5  # [h, p T, D]
    asked = asked.unflatten(1, (photos, count)).transpose(0, 1).flatten(1, 2)  # [p, h T, D]
    seen = torch.softmax(asked @ vision.transpose(1, 2), -1) @ vision  # [p, h T, D]
    seen = seen.unflatten(1, (heads, count)).transpose(0, 1).flatten(1, 2)  # [h, p T, D]
    told = torch.bmm(seen, value.transpose(1, 2)).unflatten(1, (-1, count))  # [h, p, T, w]
    return told.permute(1, 2, 0, 3).flatten(2) + attention.value.bias


def _build(config: dict[str, Any]) -> Any:
    """Without numbers: drawing 224 million that are overwritten at once takes seconds."""
    if not available():
        raise ModelMissing("this reranker needs an optional part", remedy=INSTALL)
    from transformers.models.blip.configuration_blip import BlipConfig
    from transformers.models.blip.modeling_blip import BlipForImageTextRetrieval

    with torch.device("meta"):
        return BlipForImageTextRetrieval(BlipConfig(**config)).eval()
