"""A ready cross-encoder: the folded attention, the folder it comes from, and the scores it gives."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("transformers", reason="the extra `rerankers` is not installed")

from engine.blip_itm import BlipItm
from engine.blip_itm_files import import_matcher, load_matcher
from engine.blip_itm_network import BlipItmNetwork
from engine.errors import ModelAltered, ModelMissing
from engine.model_store import ModelStore
from engine.presets import Pin, Presets
from tests.engine.blip_models import (
    BASE_PHOTO,
    BASE_TEXT,
    VOCABULARY,
    published_config,
    random_network,
    write_published,
)
from tests.engine.model_folders import write_store, write_tiny

CPU = torch.device("cpu")


def plainly(network: BlipItmNetwork, ids: torch.Tensor, vision: torch.Tensor) -> torch.Tensor:
    """The logits by transformers' own forward pass over the text, every vision token projected."""
    pairs = len(vision)
    seen = network.blip.text_encoder(
        input_ids=ids.expand(pairs, -1),
        attention_mask=torch.ones(pairs, ids.shape[1], dtype=torch.long),
        encoder_hidden_states=vision,
        encoder_attention_mask=torch.ones(vision.shape[:2], dtype=torch.long),
    )
    return network.blip.itm_head(seen.last_hidden_state[:, 0])


@torch.inference_mode()
@pytest.mark.parametrize("length", [1, 2, 14, 35])
def test_folded_matrices_give_the_plain_forward_pass(length: int) -> None:
    network = random_network(published_config())
    ids = torch.randint(1, VOCABULARY, (1, length), generator=torch.Generator().manual_seed(length))
    photos = torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    whole = network.blip(
        input_ids=ids.expand(3, -1), pixel_values=photos, attention_mask=torch.ones(3, length, dtype=torch.long)
    )
    folded = network.judge(network.read(ids, network.see(photos)))
    assert (folded - whole.itm_score).abs().max() < 1e-4
    assert folded[:, 1].std() > 0.01, "photos must matter, or nothing was compared"


@torch.inference_mode()
def test_folding_is_exact_and_not_merely_close() -> None:
    network = random_network(published_config()).double()
    ids, vision = torch.randint(1, VOCABULARY, (1, 9)), torch.randn(4, 17, 48, dtype=torch.float64)
    folded, plain = network.judge(network.read(ids, vision)), plainly(network, ids, vision)
    assert (folded - plain).abs().max() < 1e-11


@torch.inference_mode()
def test_folding_holds_at_the_size_of_the_base_model() -> None:
    config = published_config(**BASE_TEXT)
    config["vision_config"] |= BASE_PHOTO | {"num_hidden_layers": 1}
    network = random_network(config, sight=1.0)
    ids = torch.randint(1, VOCABULARY, (1, 12))
    vision = torch.randn(2, *network.token_shape)
    assert network.token_shape == (577, 768)
    folded, plain = network.judge(network.read(ids, vision)), plainly(network, ids, vision)
    assert (folded - plain).abs().max() < 1e-4
    assert (folded[0] - folded[1]).abs().max() > 1e-3


# ---- a folder ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BlipItmNetwork]:
    folder = tmp_path_factory.mktemp("published")
    return folder, write_published(folder)


@pytest.fixture(scope="module")
def folder(published: tuple[Path, BlipItmNetwork], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("own") / "blip-itm-base"
    import_matcher(published[0], target)
    return target


@pytest.fixture(scope="module")
def matcher(folder: Path) -> BlipItm:
    return load_matcher(folder, device=CPU)


def photos(count: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (count, 32, 32, 3), np.uint8)


def test_a_score_is_the_published_model_s_logit_plus_the_cosine(
    published: tuple[Path, BlipItmNetwork], matcher: BlipItm
) -> None:
    pixels, cosines = photos(5), np.linspace(0.1, 0.5, 5, dtype=np.float32)
    scores = matcher.score(matcher.prepare("a dog runs over the snow"), matcher.see(pixels), cosines)
    normalised = (torch.from_numpy(pixels) / 255 - torch.tensor([0.4, 0.5, 0.6])) / torch.tensor([0.2, 0.3, 0.4])
    ids = matcher.prepare("a dog runs over the snow")
    with torch.inference_mode():
        present = torch.ones(5, ids.shape[1], dtype=torch.long)
        pixel_values = normalised.permute(0, 3, 1, 2)
        whole = published[1].blip(input_ids=ids.expand(5, -1), pixel_values=pixel_values, attention_mask=present)
    logits = whole.itm_score
    assert scores.dtype == np.float32
    assert np.allclose(scores - cosines, logits[:, 1], atol=0.05), "weights and vision tokens are in half precision"
    assert np.argsort(scores - cosines).tolist() == logits[:, 1].argsort().tolist()


def test_a_sentence_begins_with_the_encoder_s_mark_and_has_no_padding(matcher: BlipItm) -> None:
    ids = matcher.prepare("Two children play.")
    assert ids.shape == (1, 5)
    assert ids[0, 0] == VOCABULARY - 1
    assert ids[0, -1] == 3
    assert torch.equal(ids, matcher.prepare("two children #play"))


@pytest.mark.parametrize("sentence", ["", "x" * 5_000, "dog " * 500, "[PAD] dog", "😀", "\udcff"])
def test_any_sentence_is_scored(matcher: BlipItm, sentence: str) -> None:
    ids = matcher.prepare(sentence)
    assert 1 <= ids.shape[1] <= 35
    assert np.isfinite(matcher.score(ids, matcher.see(photos(2)), np.zeros(2))).all()


def test_no_photos_have_no_scores(matcher: BlipItm) -> None:
    seen = matcher.see(photos(0))
    assert seen.shape == (0, 17, 48)
    assert len(matcher.score(matcher.prepare("a dog"), seen, np.zeros(0))) == 0


def test_its_cost_is_measured_where_it_runs(matcher: BlipItm) -> None:
    cost = matcher.cost()
    assert cost.see_ms > 0
    assert cost.match_ms > 0


def test_the_number_format_is_remembered(folder: Path, tmp_path: Path) -> None:
    matcher = load_matcher(folder, device=CPU, measured=tmp_path)
    formats = matcher.precisions
    assert {part.name for part in (tmp_path / matcher.model_id).iterdir()} == {"seeing", "reading"}
    assert load_matcher(folder, device=CPU, measured=tmp_path).precisions == formats


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_an_altered_file_is_refused(published: tuple[Path, BlipItmNetwork], tmp_path: Path, name: str) -> None:
    import_matcher(published[0], tmp_path)
    contents = bytearray((tmp_path / name).read_bytes())
    contents[-2] ^= 1
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(ModelAltered):
        load_matcher(tmp_path, device=CPU)


def test_another_manifest_than_the_pinned_one_is_refused(folder: Path) -> None:
    with pytest.raises(ModelAltered):
        load_matcher(folder, device=CPU, pinned="0" * 64)


def test_importing_the_same_files_twice_gives_the_same_hash(
    published: tuple[Path, BlipItmNetwork], tmp_path: Path
) -> None:
    assert import_matcher(published[0], tmp_path / "one") == import_matcher(published[0], tmp_path / "two")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json", "preprocessor_config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_published(tmp_path / "source")
    (tmp_path / "source" / name).unlink()
    with pytest.raises(ModelMissing) as refusal:
        import_matcher(tmp_path / "source", tmp_path / "target")
    assert name.encode() in (refusal.value.path or b"")
    assert not (tmp_path / "target" / "manifest.json").exists()


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    write_published(tmp_path)
    os.rename(tmp_path / "model.safetensors", tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelMissing, match="never opened"):
        import_matcher(tmp_path, tmp_path / "target")


def test_weights_of_another_config_are_refused(tmp_path: Path) -> None:
    write_published(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(published_config(num_hidden_layers=4)))
    with pytest.raises(ModelAltered):
        import_matcher(tmp_path, tmp_path / "target")


# ---- beside a model ------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> ModelStore:
    """With a model that has a head, one that has none, and the reranker, fetched and pinned."""
    shipped, fetched = tmp_path / "shipped", tmp_path / "fetched"
    write_store(shipped)
    presets = Presets(shipped, fetched)
    shutil.copytree(folder, fetched / "blip-itm-base")
    reranker = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    for name, manifest in (("plain", write_tiny(fetched / "plain", headless=True)), ("blip-itm-base", reranker)):
        presets.keep_pin(name, Pin("here", None, (), manifest))
    return ModelStore(shipped, fetched=fetched, rerank_budget_ms=60_000)


def test_a_model_without_a_head_gets_the_installed_reranker(store: ModelStore) -> None:
    loaded = store.load("plain")
    assert loaded.cross_encoder is None
    assert loaded.matcher is not None
    assert loaded.matcher.token_shape == (17, 48)


def test_a_model_with_a_head_keeps_its_own(store: ModelStore) -> None:
    loaded = store.load("starter")
    assert loaded.cross_encoder is not None
    assert loaded.matcher is None


def test_without_being_asked_for_no_reranker_is_loaded(store: ModelStore, tmp_path: Path) -> None:
    assert ModelStore(tmp_path / "shipped", fetched=tmp_path / "fetched").load("plain").matcher is None


def test_a_reranker_is_no_model_to_search_with(store: ModelStore) -> None:
    with pytest.raises(ModelMissing, match="only reranks"):
        store.load("blip-itm-base")


def test_an_altered_reranker_is_never_used(store: ModelStore, tmp_path: Path) -> None:
    with (tmp_path / "fetched" / "blip-itm-base" / "manifest.json").open("a") as manifest:
        manifest.write(" ")
    assert store.load("plain").matcher is None
