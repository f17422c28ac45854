"""A reranker that is a language model: small random weights, against transformers' own forward pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from engine.errors import ModelAltered, ModelMissing
from engine.model_store import ModelStore
from engine.preset_facts import InUse, facts_of
from engine.preset_install import install, look_at
from engine.presets import Presets
from engine.qwen_reranker import QwenReranker, question
from engine.qwen_reranker_files import import_reranker, load_reranker
from tests.engine.model_folders import write_tiny

pytest.importorskip("transformers", reason="the optional part is not installed")

MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "<|vision_end|>")
SIZE = 64  # pixels: 2 x 2 tokens
CPU = torch.device("cpu")


def description() -> str:
    """Every byte is a word, and so are the marks and the answers."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: number for number, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(mark, special=True) for mark in MARKS])
    tokenizer.add_tokens([AddedToken(answer, single_word=True) for answer in ("no", "yes")])
    return str(tokenizer.to_str())


def published_config() -> dict[str, Any]:
    numbers = Tokenizer.from_str(description())
    turns = {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [2, 1, 1], "mrope_interleaved": True}
    text = {"vocab_size": numbers.get_vocab_size(), "hidden_size": 32, "intermediate_size": 48}
    text |= {"num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}
    text |= {"rms_norm_eps": 1e-6, "max_position_embeddings": 2_048, "rope_parameters": turns}
    vision = {"depth": 4, "hidden_size": 32, "intermediate_size": 48, "num_heads": 4, "patch_size": 16}
    vision |= {"spatial_merge_size": 2, "temporal_patch_size": 2, "out_hidden_size": 32}
    vision |= {"num_position_embeddings": 36, "deepstack_visual_indexes": [0, 2]}
    marks = {"image_token_id": numbers.token_to_id("<|image_pad|>"), "tie_word_embeddings": True}
    return {"model_type": "qwen3_vl", "text_config": text, "vision_config": vision, **marks}


def write_published(folder: Path) -> Any:
    """As its publisher would offer it; returns transformers' model with the same weights."""
    from transformers.models.qwen3_vl.configuration_qwen3_vl import Qwen3VLConfig
    from transformers.models.qwen3_vl.modeling_qwen3_vl import Qwen3VLForConditionalGeneration

    torch.manual_seed(0)
    config = published_config()
    model = Qwen3VLForConditionalGeneration(Qwen3VLConfig(**config)).eval()
    for value in model.parameters():
        value.data = torch.randn(value.shape) * 0.3
    weights = {name: value.contiguous() for name, value in model.state_dict().items() if name != "lm_head.weight"}
    folder.mkdir(parents=True)
    safetensors.torch.save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(description())
    (folder / "preprocessor_config.json").write_text(json.dumps({"image_mean": [0.5] * 3, "image_std": [0.5] * 3}))
    return model


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("hub") / "qwen"
    return folder, write_published(folder)


@pytest.fixture(scope="module")
def reranker(published: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> QwenReranker:
    own = tmp_path_factory.mktemp("own") / "qwen"
    manifest = import_reranker(published[0], own, size=SIZE)
    return load_reranker(own, device=CPU, pinned=manifest)


def photos(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, SIZE, SIZE, 3), np.uint8)


@torch.inference_mode()
def plainly(model: Any, sentence: str, pixels: np.ndarray) -> np.ndarray:
    """One photo after the other, as transformers prepares and computes it."""
    from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor

    tokenizer = Tokenizer.from_str(description())
    processor = Qwen2VLImageProcessor(
        patch_size=16, do_resize=False, image_mean=[0.5] * 3, image_std=[0.5] * 3, merge_size=2
    )
    yes, no = (tokenizer.token_to_id(word) for word in ("yes", "no"))
    asked = question(sentence).replace("<|image_pad|>", "<|image_pad|>" * 4)
    ids = torch.tensor([tokenizer.encode(asked).ids])
    kinds = (ids == tokenizer.token_to_id("<|image_pad|>")).int()
    scores = []
    for photo in pixels:
        seen = processor(torch.from_numpy(photo.copy()).permute(2, 0, 1), return_tensors="pt")
        logits = model(input_ids=ids, mm_token_type_ids=kinds, **seen).logits[0, -1]
        scores.append(float(logits[yes] - logits[no]))
    return np.array(scores)


def test_its_scores_are_those_of_the_plain_forward_pass(published: tuple[Path, Any], reranker: QwenReranker) -> None:
    pixels, sentence = photos(3), "a red dog over the water"
    seen = reranker.see(pixels)
    assert seen.shape == (3, 4, 3 * 32)
    scores = reranker.score(reranker.prepare(sentence), seen, np.zeros(3, np.float32))
    expected = plainly(published[1], sentence, pixels)
    assert expected.std() > 0.01
    np.testing.assert_allclose(scores, expected, atol=2e-3)  # what is seen is kept in half precision


@pytest.mark.parametrize("sentence", ["", "yes", "<|image_pad|>", "\udcff", "words " * 400])
def test_any_sentence_is_scored(reranker: QwenReranker, sentence: str) -> None:
    scores = reranker.score(reranker.prepare(sentence), reranker.see(photos(2)), np.zeros(2, np.float32))
    assert np.isfinite(scores).all()


def test_files_that_do_not_fit_together_are_refused(published: tuple[Path, Any], tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="missing"):
        import_reranker(tmp_path, tmp_path / "own")
    with pytest.raises(ModelAltered, match="whole number of patches"):
        import_reranker(published[0], tmp_path / "own", size=70)


def test_it_is_installed_like_any_model_and_refused_by_a_processor(
    published: tuple[Path, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    presets = Presets(fetched=tmp_path / "library" / "presets")
    install(presets, "qwen3-vl-reranker", look_at(published[0]), spare_bytes=0)
    assert presets.reranker() == "qwen3-vl-reranker"
    write_tiny(tmp_path / "plain", headless=True)
    install(presets, "plain", look_at(tmp_path / "plain"), spare_bytes=0)
    loaded = ModelStore(fetched=presets.fetched, device="cpu", rerank_budget_ms=60_000.0).load("plain")
    assert loaded.matcher is None
    said = capsys.readouterr().err
    assert "needs a graphics card" in said
    assert "blip-itm-base" in said
    plain = presets.get("plain")
    assert facts_of(presets, plain, InUse("plain", "plain"))["reranked_by"] is None
    presets.keep_cost("qwen3-vl-reranker", {"see_ms": 30.0, "match_ms": 20.0})  # as after a first search on a card
    assert facts_of(presets, plain, InUse("plain", "plain"))["abilities"]["rerank"]
