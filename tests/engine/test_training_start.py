from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.captions.caption_files import read_captioned
from engine.errors import UsageError
from engine.model_store import ModelStore
from engine.training.dev import Dev, Lists
from engine.training.drawn_pairs import CutPhotos
from engine.training.interrupt import PutDown, heed_of
from engine.training.kept_photos import Eye, keep_pixels
from engine.training.sentences import Sentences
from engine.training.sights import TowerSight
from engine.training.start import aim_tokens, begin
from engine.training.train_config import TrainConfig
from tests.engine.captioned_shapes import draw_world
from tests.engine.model_folders import write_tiny
from tests.engine.tiny_models import SENTENCES, tiny_model

VISION = {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8}
TEXT = {"context_length": 77, "width": 64, "heads": 2, "layers": 3}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "as CLIP": {"embed_dim": 32, "vision_cfg": VISION, "text_cfg": TEXT},
    "as SigLIP": {
        "embed_dim": 32,
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {"image_size": 64, "timm_model_name": "mobilenetv4_conv_small_035", "timm_proj": ""},
        "text_cfg": {**TEXT, "no_causal_mask": True, "pool_type": "last", "hf_tokenizer_name": "somewhere/else"},
    },
}


def describe(folder: Path, facts: dict[str, Any]) -> str:
    path = folder / "towers.json"
    path.write_text(json.dumps(facts))
    return str(path)


@pytest.mark.parametrize("kind", ARCHITECTURES)
@pytest.mark.parametrize("fusion", ["late", "single_stream"])
def test_an_architecture_becomes_a_model_with_a_head(tmp_path: Path, kind: str, fusion: Any) -> None:
    name = describe(tmp_path, ARCHITECTURES[kind])
    start = begin(TrainConfig(architecture=name, fusion=fusion, layers=2, vocabulary=200), SENTENCES)
    size = start.model_input.size
    embeddings, tokens = start.model.eval().see(torch.rand(2, 3, size, size))
    reading = start.model.read(start.reader()(SENTENCES[:2]))
    assert embeddings.shape == reading.embedding.shape == (2, 32)
    assert start.model.match(reading, tokens).shape == (2, 2)
    assert start.model.text.context_length < 20, "places that no sentence reaches would stay random"


def test_the_same_seed_begins_with_the_same_weights(tmp_path: Path) -> None:
    config = TrainConfig(architecture=describe(tmp_path, ARCHITECTURES["as CLIP"]), seed=3)
    one = begin(config, SENTENCES)
    other = begin(config, SENTENCES, tokenizer=one.tokenizer)
    assert all(torch.equal(w, other.model.state_dict()[name]) for name, w in one.model.state_dict().items())


@pytest.mark.parametrize(
    "facts",
    [
        {"embed_dim": 32, "vision_cfg": VISION, "text_cfg": {"hf_model_name": "roberta-base"}},
        {"embed_dim": 32, "vision_cfg": {**VISION, "image_size": [32, 48]}, "text_cfg": TEXT},
        {"embed_dim": 32, "vision_cfg": {**VISION, "timm_model_name": "unheard_of"}, "text_cfg": TEXT},
    ],
)
def test_an_architecture_that_cannot_be_trained_is_refused(tmp_path: Path, facts: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        begin(TrainConfig(architecture=describe(tmp_path, facts)), SENTENCES)


def test_a_model_begins_with_its_own_weights_and_learns_new_words(tmp_path: Path) -> None:
    write_tiny(tmp_path / "tiny", trained=True)
    start = begin(TrainConfig(model=str(tmp_path / "tiny")), ["a purple hat"])
    there = ModelStore().load(str(tmp_path / "tiny")).bi_encoder.encode_sentences(["a red dog"])
    mine = start.model.eval().read(start.reader()(["a red dog"])).embedding.detach().numpy()
    assert np.allclose(there, mine, atol=1e-5)
    assert start.model.verdict.weight.any()
    assert {"dog", "purple"} <= set(start.words)
    assert not start.new_tokens


def test_what_is_to_be_fresh_begins_again(tmp_path: Path) -> None:
    write_tiny(tmp_path / "tiny", trained=True)
    old = begin(TrainConfig(model=str(tmp_path / "tiny")), SENTENCES).model.state_dict()
    head = begin(TrainConfig(model=str(tmp_path / "tiny"), fresh="head"), SENTENCES)
    assert not head.model.verdict.weight.any()
    assert head.new_tokens
    text = begin(TrainConfig(model=str(tmp_path / "tiny"), fresh="text"), SENTENCES).model.state_dict()
    assert torch.equal(text["clip.visual.conv1.weight"], old["clip.visual.conv1.weight"])
    assert not torch.equal(text["clip.text.token_embedding.weight"], old["clip.text.token_embedding.weight"])


def test_a_model_without_a_head_gets_one_of_the_kind_asked_for(tmp_path: Path) -> None:
    write_tiny(tmp_path / "bare", headless=True)
    start = begin(TrainConfig(model=str(tmp_path / "bare"), layers=9, alignment=False), SENTENCES)
    assert start.new_tokens
    assert (start.config["head"]["layers"], start.config["head"]["alignment"]) == (3, False)


def test_new_tokens_begin_as_the_main_directions_of_the_patches() -> None:
    model = tiny_model()
    mixing = torch.randn(8, 64, generator=torch.Generator().manual_seed(0))
    maps = (torch.randn(50, 16, 8) @ mixing + 3.0).transpose(1, 2).reshape(50, 64, 4, 4)
    aim_tokens(model, maps)
    with torch.no_grad():
        tokens = model.token_projection(maps.flatten(2).transpose(1, 2)).flatten(0, 1)
    first = tokens[:, :8]
    correlation = torch.corrcoef(first.T) - torch.eye(8)
    assert correlation.abs().max() < 0.05
    assert first.mean(0).abs().max() < 0.1
    assert first.std(0).min() > 2 * tokens[:, 8:].std(0).max()


def test_dev_judges_as_the_parts_say(tmp_path: Path) -> None:
    world = draw_world(tmp_path / "world")
    write_tiny(tmp_path / "tiny", trained=True)
    config = TrainConfig(model=str(tmp_path / "tiny"), precision="float32", dev_sentences=20)
    start = begin(config, SENTENCES)
    pairs = read_captioned(world.captions, photos=world.photos, split="dev")
    photos = CutPhotos(keep_pixels(pairs, start.model_input, tmp_path, progress=lambda *_: None), 1.0, False)
    dev = Dev(photos, Sentences(pairs, start.reader()), config)
    sight = TowerSight(Eye(start.model.eval(), start.model_input, torch.device("cpu"), "float32"))
    assert np.bincount(dev.owner.numpy()).tolist() == [2] * 4 + [1] * 12
    encoded = dev.encode(start.model, sight, tokens=True)
    lists = dev.retrieved(encoded, 5)
    found = dev.judged(start.model, encoded, lists)
    assert found.recalls(0, 0, 5)["r5"] == dev.recalls(encoded)["r5"]
    drawn = dev.drawn(6)
    assert (drawn.photos == dev.owner[:, None]).sum(1).tolist() == [1] * 20
    assert torch.equal(drawn.photos, dev.drawn(6).photos)
    reading = start.model.read(start.reader()([pairs.sentences()[dev.numbers[7]]]))
    with torch.no_grad():
        logits = start.model.match(reading, encoded.tokens[lists.photos[7, 2]][None])[0]
    expected = (logits[1] - logits[0]) / start.model.temperature
    assert found.verdicts[7, 2] == pytest.approx(expected.item(), abs=1e-4)
    assert Lists(lists.photos, lists.cosines).first(2).photos.shape == (20, 2)
    for ask in (
        lambda: dev.encode(start.model, sight, tokens=True, heed=heed_of(lambda: True)),
        lambda: dev.judged(start.model, encoded, lists, heed=heed_of(lambda: True)),
    ):
        with pytest.raises(PutDown):
            ask()
