"""A language model that is asked whether a photo is what a sentence asks for: the logit of "yes" less that of "no".

Source: Li et al., "Qwen3-VL-Embedding and Qwen3-VL-Reranker" (2026). The modules are those of transformers. What is
seen of a photo does not depend on the sentence: its vision tokens, and those that DeepStack adds in the first layers,
are kept side by side, so that a photo is seen once for all sentences.
Shapes: p photos, v vision tokens, T words of width W; D = W times one more than there are layers of DeepStack.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.blip_itm_network import INSTALL, available
from engine.errors import ModelMissing

# What of a published configuration shapes the network; everything else in it is passed over.
VISION_FACTS = (
    "depth",
    "hidden_size",
    "intermediate_size",
    "num_heads",
    "patch_size",
    "spatial_merge_size",
    "temporal_patch_size",
    "out_hidden_size",
    "num_position_embeddings",
    "deepstack_visual_indexes",
)
TEXT_FACTS = (
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "rms_norm_eps",
    "max_position_embeddings",
)
MORE_FACTS = ("hidden_act", "rope_parameters", "rope_scaling", "rope_theta")
TIED = "lm_head.weight"  # where it is not stored, the words' embeddings judge


def plain_config(facts: dict[str, Any]) -> dict[str, Any]:
    """What shapes the network, of a published config.json. Raises KeyError for what is missing."""
    vision, text = facts["vision_config"], facts["text_config"]
    return {
        "vision_config": {name: vision[name] for name in VISION_FACTS} | _given(vision),
        "text_config": {name: text[name] for name in TEXT_FACTS} | _given(text),
        "image_token_id": facts["image_token_id"],
        "tie_word_embeddings": bool(facts.get("tie_word_embeddings", False)),
    }


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in MORE_FACTS if name in facts}


class QwenNetwork(nn.Module):
    """`size`: pixels of a photo's edge, a whole number of merged patches."""

    qwen: Any

    def __init__(self, config: dict[str, Any], *, size: int, answers: tuple[int, int]) -> None:
        """`config` from `plain_config`; `answers`: the word numbers of no and yes. Weights stay empty until `fill`.
        Raises ModelMissing without transformers, ValueError for a size that patches do not fill."""
        super().__init__()
        vision = config["vision_config"]
        self._patch, self._merge = vision["patch_size"], vision["spatial_merge_size"]
        if size % (self._patch * self._merge):
            raise ValueError(f"photos of {size} pixels are no whole number of patches")
        self._grid = size // self._patch
        self._frames = vision["temporal_patch_size"]
        self._answers = list(answers)
        self._parts = 1 + len(vision["deepstack_visual_indexes"])
        self._width = config["text_config"]["hidden_size"]
        self._photo_word: int = config["image_token_id"]
        self.qwen = _build(config)

    def fill(self, weights: dict[str, Tensor]) -> None:
        """Takes weights, by the names that transformers gives them. Raises RuntimeError where they do not fit."""
        given = dict(weights)
        if TIED not in given:
            given[TIED] = given["model.language_model.embed_tokens.weight"]
        self.qwen.load_state_dict(given, assign=True)
        _turn_anew(self.qwen)

    @property
    def dtype(self) -> torch.dtype:
        weight: Tensor = self.qwen.lm_head.weight
        return weight.dtype

    @property
    def token_shape(self) -> tuple[int, int]:
        """(v, D) of a photo."""
        return (self._grid // self._merge) ** 2, self._parts * self._width

    def see(self, photos: Tensor) -> Tensor:
        """float[p, 3, R, R], normalised -> vision tokens [p, v, D]."""
        count = len(photos)
        grid = torch.tensor([[1, self._grid, self._grid]], device=photos.device).expand(count, -1)
        seen = self.qwen.model.visual(self._patches(photos).to(self.dtype), grid_thw=grid)
        parts = [seen.pooler_output, *seen.deepstack_features]
        return torch.cat([part.view(count, -1, self._width) for part in parts], -1)

    def _patches(self, photos: Tensor) -> Tensor:
        """[p * patches, 3 * frames * s * s]: those that are merged stand together, and a photo is a film of one frame,
        shown twice."""
        merged, s = self._grid // self._merge, self._patch
        cut = photos.reshape(len(photos), 3, merged, self._merge, s, merged, self._merge, s)
        cut = cut.permute(0, 2, 5, 3, 6, 1, 4, 7).unsqueeze(6)  # [p, down, across, m, m, 3, 1, s, s]
        cut = cut.expand(*cut.shape[:6], self._frames, s, s)
        return cut.flatten(5).flatten(0, 4)

    def read(self, ids: Tensor, vision: Tensor) -> Tensor:
        """A question with the photo's word in its place int64[1, T], and [p, v, D] -> the logit of yes less that of no,
        float32[p]."""
        ids, count = self._spread(ids), len(vision)
        model = self.qwen.model
        here = ids[0] == self._photo_word
        embeddings, *deep = vision.to(self.dtype).split(self._width, -1)
        words = model.get_input_embeddings()(ids).repeat(count, 1, 1)
        words[:, here] = embeddings
        places, _ = model.get_rope_index(ids, here[None].int(), torch.tensor([[1, self._grid, self._grid]]))
        last = model.language_model(
            inputs_embeds=words,
            position_ids=places.expand(-1, count, -1),
            visual_pos_masks=here.expand(count, -1),
            deepstack_visual_embeds=[part.flatten(0, 1) for part in deep],
            use_cache=False,
        ).last_hidden_state[:, -1]
        no, yes = (last.float() @ self.qwen.lm_head.weight[self._answers].float().T).unbind(-1)
        return yes - no

    def _spread(self, ids: Tensor) -> Tensor:
        """As many words for the photo as it has tokens."""
        (place,) = (ids[0] == self._photo_word).nonzero()[:, 0].tolist()
        photo = ids[:, place : place + 1].expand(-1, self.token_shape[0])
        return torch.cat([ids[:, :place], photo, ids[:, place + 1 :]], 1)


def _build(config: dict[str, Any]) -> Any:
    """Without numbers, which are overwritten at once."""
    if not available():
        raise ModelMissing("this reranker needs an optional part", remedy=INSTALL)
    from transformers.models.qwen3_vl.configuration_qwen3_vl import Qwen3VLConfig
    from transformers.models.qwen3_vl.modeling_qwen3_vl import Qwen3VLForConditionalGeneration

    with torch.device("meta"):
        return Qwen3VLForConditionalGeneration(Qwen3VLConfig(**config)).eval()


def _turn_anew(qwen: Any) -> None:
    """The turns of the rotary embeddings are no weights: they are computed where there are numbers."""
    for owner, name in ((qwen.model.visual, "rotary_pos_emb"), (qwen.model.language_model, "rotary_emb")):
        setattr(owner, name, type(getattr(owner, name))(owner.config))
