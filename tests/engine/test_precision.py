from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.model_store import ModelStore
from engine.precision import FILE, Measured, PrecisionMemory, candidates, machine, measure
from tests.engine.model_folders import write_tiny

CPU = torch.device("cpu")


def embeddings(spread: float) -> tuple[Tensor, Tensor]:
    rows = torch.eye(4, 8) + spread * torch.ones(4, 8)
    return rows, torch.zeros(4, 9, 256)


def test_the_fastest_that_agrees_is_chosen() -> None:
    spins = {"float32": 400, "bfloat16": 1, "float16": 1}

    def see(name: str) -> tuple[Tensor, Tensor]:
        for _ in range(spins[name]):
            torch.ones(64, 64) @ torch.ones(64, 64)
        return embeddings({"float32": 0.0, "bfloat16": 0.001, "float16": 0.9}[name])

    assert measure(see, ("float32", "bfloat16", "float16"), lambda: None) == Measured("bfloat16", 9, 8)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 0.1])
def test_a_precision_that_gives_other_embeddings_is_never_chosen(wrong: float) -> None:
    def see(name: str) -> tuple[Tensor, Tensor]:
        return embeddings(0.0 if name == "float32" else wrong)

    assert measure(see, ("float32", "float16"), lambda: None).precision == "float32"


def test_one_candidate_is_looked_at_once() -> None:
    seen: list[str] = []

    def see(name: str) -> tuple[Tensor, Tensor]:
        seen.append(name)
        return embeddings(0.0)

    measure(see, ("float32",), lambda: None)
    assert seen == ["float32"]


def test_a_finding_is_remembered_for_the_same_machine_and_torch(tmp_path: Path) -> None:
    memory, found = PrecisionMemory(tmp_path / "models" / "id"), Measured("bfloat16", 49, 256)
    memory.keep("cpu one, torch 2.6", found)
    assert PrecisionMemory(tmp_path / "models" / "id").recall("cpu one, torch 2.6") == found
    assert memory.recall("cpu one, torch 2.7") is None
    assert memory.recall("cpu two, torch 2.6") is None


def test_a_new_finding_takes_the_place_of_the_old_of_its_device_only(tmp_path: Path) -> None:
    memory = PrecisionMemory(tmp_path)
    memory.keep("cuda card, torch 2.6", Measured("float16", 49, 256))
    memory.keep("cpu one, torch 2.6", Measured("float32", 49, 256))
    memory.keep("cpu one, torch 2.7", Measured("bfloat16", 49, 256))
    assert memory.recall("cuda card, torch 2.6") == Measured("float16", 49, 256)
    assert memory.recall("cpu one, torch 2.6") is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 9}', '{"format": 1, "measured": {"cpu": {"odd": 1}}}'])
def test_a_note_that_cannot_be_read_is_no_note(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    memory = PrecisionMemory(tmp_path)
    assert memory.recall("cpu") is None
    memory.keep("cpu", Measured("float32", 1, 2))
    assert memory.recall("cpu") == Measured("float32", 1, 2)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_folder_that_cannot_be_written_costs_the_memory_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    PrecisionMemory(tmp_path / "id").keep("cpu", Measured("float32", 1, 2))
    assert PrecisionMemory(tmp_path / "id").recall("cpu") is None


def test_a_model_that_is_loaded_again_is_not_measured_again(tmp_path: Path) -> None:
    write_tiny(tmp_path / "tiny")
    store = ModelStore(tmp_path, measured=tmp_path / "measured", device="cpu")
    first = store.load(str(tmp_path / "tiny"))
    memory = PrecisionMemory(tmp_path / "measured" / first.model_id)
    kept = memory.recall(machine(CPU))
    assert kept == Measured(first.bi_encoder.precision, 16, 32)
    memory.keep(machine(CPU), replace(kept, tokens=17))
    assert store.load(str(tmp_path / "tiny")).token_shape == (17, 256)


def test_the_starter_s_embeddings_agree_in_every_precision_and_are_recorded() -> None:
    bi_encoder = ModelStore().load("starter").bi_encoder
    assert bi_encoder.precision in candidates(CPU)
    photos = drawn(bi_encoder.model_input.size)
    with torch.inference_mode():
        whole, _ = bi_encoder._see(photos, "float32")
        for precision in ("bfloat16", "float16"):
            other, _ = bi_encoder._see(photos, precision)
            assert torch.cosine_similarity(other, whole).min() >= 0.999, precision


def drawn(edge: int) -> np.ndarray:
    """uint8[4, edge, edge, 3]: noise, sky over grass, stripes, and a disc."""
    down, across = np.mgrid[0:edge, 0:edge] / edge
    noise = np.random.default_rng(0).random((edge, edge, 3))
    sky = np.where(down[..., None] < 0.5, (0.4, 0.6, 0.9), (0.2, 0.5, 0.1))
    stripes = np.repeat((np.sin(40 * across) > 0)[..., None], 3, 2)
    disc = np.where(((down - 0.5) ** 2 + (across - 0.5) ** 2 < 0.1)[..., None], (0.9, 0.1, 0.1), (1.0, 1.0, 1.0))
    return (np.stack([noise, sky, stripes, disc]) * 255).astype(np.uint8)
