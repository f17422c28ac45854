"""Real architectures of open_clip with random weights: served as open_clip itself would, and cut where that is free."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch

from engine.joint_model import HeadConfig, JointModel, build_clip
from engine.joint_model_mobilenet import MobileNetV4
from engine.joint_model_served import serve
from engine.model_import import patch_width_of
from engine.model_parts import is_light
from tests.engine.architectures import CONFIGS, CUT, of_open_clip, sentences, size_of


@functools.cache
def plain(name: str) -> JointModel:
    return served(name)


def served(name: str, **head: Any) -> JointModel:
    weights = {key: value.clone() for key, value in of_open_clip(name).state_dict().items()}
    width = patch_width_of(CONFIGS[name])
    config = {"model_cfg": CONFIGS[name], "patch_width": width, "head": None}
    if head:
        weights = {**{f"clip.{key}": value for key, value in weights.items()}, **new_head(name, width, head)}
        config["head"] = head
    return serve(config, weights)


def new_head(name: str, width: int, head: dict[str, Any]) -> dict[str, torch.Tensor]:
    model = JointModel(build_clip(CONFIGS[name]), HeadConfig(**head), patch_width=width)
    return {key: value for key, value in model.state_dict().items() if not key.startswith("clip.")}


@pytest.mark.parametrize("name", CONFIGS)
@torch.inference_mode()
def test_photos_and_sentences_are_embedded_as_open_clip_does(name: str) -> None:
    theirs, mine = of_open_clip(name), plain(name)
    photos = torch.randn(2, 3, size_of(name), size_of(name), generator=torch.Generator().manual_seed(1))
    embeddings, tokens = mine.see(photos)
    torch.testing.assert_close(embeddings, theirs.encode_image(photos, normalize=True), atol=1e-5, rtol=0)
    assert tokens.shape[1] <= 64
    ids = sentences(CONFIGS[name]["text_cfg"])
    for row in range(len(ids)):
        alone = ids[row : row + 1]
        expected = theirs.encode_text(alone, normalize=True)
        torch.testing.assert_close(mine.read(alone).embedding, expected, atol=1e-5, rtol=0)
    together = theirs.encode_text(ids, normalize=True)
    torch.testing.assert_close(mine.read(ids).embedding, together, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", CONFIGS)
@torch.inference_mode()
def test_a_tower_is_cut_at_the_end_of_text_where_it_cannot_see_beyond(name: str) -> None:
    mine = plain(name)
    ids = sentences(CONFIGS[name]["text_cfg"])[:1]
    length = mine.read(ids).words.shape[1]
    assert (length < ids.shape[1]) == (name in CUT)


@pytest.mark.parametrize("name", ["ViT-B-32", "coca_ViT-B-32", "starter"])
@torch.inference_mode()
def test_a_head_with_shut_gates_says_nothing_whatever_the_towers(name: str) -> None:
    mine = served(name, layers=2, alignment=True)
    _, tokens = mine.see(torch.randn(3, 3, size_of(name), size_of(name)))
    reading = mine.read(sentences(CONFIGS[name]["text_cfg"])[1:2])
    assert torch.equal(mine.compare(reading, mine.offer(tokens)), torch.zeros(3, 2))
    assert torch.isfinite(mine.align(reading, tokens)).all()


@pytest.mark.parametrize("fusion", ["late", "single_stream"])
@torch.inference_mode()
def test_a_tower_with_a_class_token_is_fused_whatever_stands_beside_it(fusion: str) -> None:
    mine = served("coca_ViT-B-32", layers=2, fusion=fusion)
    torch.nn.init.normal_(mine.verdict.weight)
    for sight in getattr(mine, "sights", []):
        sight.gate.fill_(1.0)
    _, tokens = mine.see(torch.randn(1, 3, 224, 224))
    ids = sentences(CONFIGS["coca_ViT-B-32"]["text_cfg"])
    alone = mine.compare(mine.read(ids[:1]), mine.offer(tokens))
    beside = mine.match(mine.read(ids).repeat(torch.tensor([0])), tokens)
    torch.testing.assert_close(beside, alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", CONFIGS)
def test_no_weight_is_left_without_a_value(name: str) -> None:
    mine = plain(name)
    assert not [key for key, value in [*mine.named_parameters(), *mine.named_buffers()] if value.is_meta]
    assert isinstance(mine.clip.visual, MobileNetV4) == name.startswith("starter")


@pytest.mark.parametrize("change", ["missing", "unknown", "shape"])
@pytest.mark.parametrize("name", ["ViT-B-32", "starter"])
def test_weights_that_do_not_fit_are_refused(name: str, change: str) -> None:
    weights = dict(of_open_clip(name).state_dict())
    prefix = "visual.trunk.blocks.2.0.pw_exp." if name == "starter" else "visual.transformer.resblocks.0.mlp.c_fc."
    key = next(key for key in weights if key.startswith(prefix))
    value = weights.pop(key)
    if change != "missing":
        weights[key if change == "shape" else f"{key}_more"] = value[1:]
        weights |= {key: value} if change == "unknown" else {}
    with pytest.raises((KeyError, RuntimeError, ValueError)):
        serve({"model_cfg": CONFIGS[name], "patch_width": 64, "head": None}, weights)


@pytest.mark.parametrize(
    ("tower", "fact"),
    [
        ("vision_cfg", {"timm_pool": "abs_attn"}),
        ("vision_cfg", {"timm_proj": "mlp"}),
        ("vision_cfg", {"timm_model_name": "mobilenetv4_conv_medium"}),
        ("text_cfg", {"embed_cls": True}),
        ("text_cfg", {"mlp_ratio": 2.0}),
    ],
)
def test_a_tower_of_another_kind_is_left_to_open_clip(tower: str, fact: dict[str, Any]) -> None:
    config = CONFIGS["starter"]
    assert is_light(config)
    assert not is_light({**config, tower: {**config[tower], **fact}})
    assert not is_light({**config, "quick_gelu": True})
