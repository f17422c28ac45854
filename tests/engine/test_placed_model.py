from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from engine.bi_encoder import BiEncoder, ModelFacts
from engine.config import ModelInput
from engine.cross_encoder import CrossEncoder
from engine.errors import DeviceLost, UsageError
from engine.joint_model import HeadConfig, JointModel, build_clip
from engine.placed_model import DEVICE_VARIABLE, PlacedModel, choose_device
from tests.engine.tiny_models import tiny_config, tiny_tokenizer

CARD = torch.device("cuda")


class CrampedModel(JointModel):
    """Has room for some photos at once and no more."""

    def __init__(self, room: int) -> None:
        torch.manual_seed(0)
        super().__init__(build_clip(tiny_config()), HeadConfig(layers=2), patch_width=64)
        self.room = room
        self.seen: list[int] = []
        self.eval()

    def see(self, photos: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        self.seen.append(len(photos))
        if len(photos) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB")
        return super().see(photos)


def photos(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), np.uint8)


def encoder(model: JointModel) -> BiEncoder:
    placed = PlacedModel(model, torch.device("cpu"))
    return BiEncoder(placed, tiny_tokenizer()[0], ModelFacts("tiny", ModelInput(32)))


def test_a_setting_counts_where_nobody_asks_for_more(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(DEVICE_VARIABLE, raising=False)
    assert choose_device(setting="cpu").type == "cpu"
    if not torch.cuda.is_available():
        assert choose_device(setting="cuda") == choose_device("auto")
        assert "no device 'cuda'" in capfd.readouterr().err
        with pytest.raises(UsageError):
            choose_device("cuda", setting="cpu")
    monkeypatch.setenv(DEVICE_VARIABLE, "gpu")
    with pytest.raises(UsageError, match="gpu"):
        choose_device(setting="cpu")
    assert choose_device("cpu", setting="gpu").type == "cpu"


def test_batches_are_halved_until_they_fit_and_nothing_is_lost() -> None:
    model = CrampedModel(room=5)
    embeddings, tokens = encoder(model).encode_images(photos(40))
    expected, _ = encoder(CrampedModel(room=100)).encode_images(photos(40))
    np.testing.assert_allclose((embeddings * expected).sum(1), 1, atol=1e-3)
    assert len(tokens.values) == 40
    assert max(model.seen[-5:]) <= 5


def test_what_did_not_fit_once_is_not_tried_again() -> None:
    model = CrampedModel(room=5)
    bi_encoder = encoder(model)
    bi_encoder.encode_images(photos(40))
    model.seen.clear()
    bi_encoder.encode_images(photos(40))
    assert max(model.seen) == 4


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError])
def test_a_card_without_room_for_one_photo_is_left_for_the_processor(error: type[Exception], capsys: Any) -> None:
    moves: list[str] = []

    class Model:
        def to(self, device: torch.device | str) -> None:
            moves.append(str(device))

    placed = PlacedModel(Model(), CARD)  # type: ignore[arg-type]

    def work(start: int, stop: int) -> tuple[int, int]:
        if placed.device.type == "cuda":
            raise error("MPS backend out of memory")
        return start, stop

    assert placed.in_slices(10, 4, work) == [(0, 4), (4, 8), (8, 10)]
    assert moves == ["cuda", "cpu"]
    assert placed.device == torch.device("cpu")
    assert "goes on with the processor" in capsys.readouterr().err


def test_weights_that_no_card_has_room_for_stay_with_the_processor() -> None:
    class Model:
        def to(self, device: torch.device | str) -> None:
            if torch.device(device).type == "cuda":
                raise torch.OutOfMemoryError("CUDA out of memory")

    assert PlacedModel(Model(), CARD).device == torch.device("cpu")  # type: ignore[arg-type]


def test_a_processor_without_memory_says_so() -> None:
    bi_encoder = encoder(model := CrampedModel(room=4))
    model.room = 0
    with pytest.raises(torch.OutOfMemoryError):
        bi_encoder.encode_images(photos(1))


@pytest.mark.parametrize(
    "words", ["CUDA error: unspecified launch failure", "CUDA error: device-side assert triggered"]
)
def test_a_lost_device_ends_more_than_one_request(words: str) -> None:
    placed = PlacedModel(CrampedModel(room=9), torch.device("cpu"))

    def work(_start: int, _stop: int) -> None:
        raise RuntimeError(words)

    with pytest.raises(DeviceLost) as lost:
        placed.in_slices(1, 1, work)
    assert not isinstance(lost.value, Exception)


def test_a_bug_stays_a_bug() -> None:
    placed = PlacedModel(CrampedModel(room=9), torch.device("cpu"))

    def work(_start: int, _stop: int) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        placed.in_slices(1, 1, work)


def test_a_sentence_that_was_prepared_elsewhere_is_prepared_again() -> None:
    placed = PlacedModel(CrampedModel(room=9), torch.device("cpu"))
    cross_encoder = CrossEncoder(placed, tiny_tokenizer()[0])
    values, scales = np.zeros((3, 16, 256), np.int8), np.ones((3, 16), np.float16)
    sentence = cross_encoder.prepare("a red dog")
    moved = replace(sentence.reading, embedding=sentence.reading.embedding.to("meta"))
    elsewhere = replace(sentence, reading=moved)
    cosines = np.array([0.1, 0.3, 0.2], np.float32)
    np.testing.assert_array_equal(
        cross_encoder.score(elsewhere, values, scales, cosines), cross_encoder.score(sentence, values, scales, cosines)
    )


def test_the_device_is_chosen_by_name_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEVICE_VARIABLE, "cpu")
    assert choose_device() == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda", "mps")
    monkeypatch.setenv(DEVICE_VARIABLE, "quantum")
    with pytest.raises(UsageError, match="quantum"):
        choose_device()


@pytest.mark.skipif(torch.cuda.is_available(), reason="this computer has a graphics card")
def test_a_device_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"cuda.*auto.*cpu"):
        choose_device("cuda")
