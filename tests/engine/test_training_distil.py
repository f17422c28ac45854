from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import timm
import torch

from engine.config import ModelInput
from engine.training.distil import (
    TARGET_CHANNELS,
    TARGET_GRIDS,
    Aim,
    Distillation,
    DistilRecipe,
    TrainingViews,
    cut_view,
    dense_loss,
    distil,
    jitter_colour,
    make_strided_fast,
    make_views,
    measure,
)
from engine.training.optim import orthogonal, split_matrices
from engine.training.progress import Budget, Log

TRUNK = "mobilenetv4_conv_small_035"


def training_views(photos: int = 8) -> TrainingViews:
    rng = np.random.default_rng(0)
    shapes = [(2, photos, g, g, c) for g, c in zip(TARGET_GRIDS, TARGET_CHANNELS, strict=True)]
    maps = [rng.integers(0, 255, shape, np.uint8) for shape in shapes]
    pixels = rng.integers(0, 255, (photos, 224, 224, 3), np.uint8)
    return TrainingViews(pixels, make_views(2, photos, seed=0), maps, [torch.full((c,), 70.0) for c in TARGET_CHANNELS])


def test_strided_convolutions_by_phases_give_the_same_numbers() -> None:
    torch.manual_seed(0)
    trunk = timm.create_model(TRUNK, num_classes=0).eval()
    photos = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        before = trunk.forward_features(photos)
        make_strided_fast(trunk)
        torch.testing.assert_close(trunk.forward_features(photos), before, atol=1e-3, rtol=1e-3)


def test_a_run_that_is_taken_up_again_goes_on_exactly(tmp_path: Path) -> None:
    data, recipe = training_views(), DistilRecipe(batch=2)

    def start() -> Distillation:
        torch.manual_seed(0)
        return Distillation(timm.create_model(TRUNK, num_classes=0), recipe)

    def go(run: Distillation, steps: int) -> None:
        for _ in range(steps):
            run.ready()
            run.round(data.batch(run.step, recipe), 0.5)

    whole, first, second = start(), start(), start()
    go(whole, 2)
    go(first, 1)
    first.save(tmp_path / "state.pt")
    second.resume(tmp_path / "state.pt")
    go(second, 1)
    for name, weight in whole.average.items():
        assert torch.equal(weight, second.average[name]), name


def test_a_distillation_goes_through_the_one_loop_and_is_judged_by_its_averages(tmp_path: Path) -> None:
    data = training_views()
    run = Distillation(timm.create_model(TRUNK, num_classes=0), DistilRecipe(batch=2))
    dev = torch.randn(3, 3, 64, 64), torch.rand(3, TARGET_CHANNELS[-1], 2, 2)
    distil(run, data, budget=Budget(steps=2), dev=dev, log=Log(tmp_path / "log"), checkpoint=tmp_path / "state.pt")
    last = json.loads((tmp_path / "log").read_text().splitlines()[-1])
    with run.shown():
        run.student.eval()
        wanted = measure(run.student, *dev)
    assert run.step == 2
    assert last["dev_error"] == pytest.approx(wanted["dev_error"], abs=1e-4)
    assert torch.load(tmp_path / "state.pt", weights_only=True)["step"] == 2


def test_views_stay_inside_the_photo_and_the_first_is_whole() -> None:
    views = make_views(50, 20, seed=3)
    assert (views.boxes[..., :2] >= 0).all()
    assert (views.boxes[..., :2] + views.boxes[..., 2:] <= 1 + 1e-6).all()
    assert (views.boxes[0] == [0, 0, 1, 1]).all()
    assert not views.flips[0].any()
    aspect = views.boxes[..., 2] / views.boxes[..., 3]
    assert aspect.min() > 0.74
    assert aspect.max() < 1.35


def test_a_flip_mirrors_and_a_whole_box_changes_nothing() -> None:
    photo = np.random.default_rng(0).integers(0, 255, (8, 8, 3), np.uint8)
    whole = np.array([0, 0, 1, 1], np.float32)
    plain = cut_view(photo, whole, False)
    assert np.array_equal(plain.permute(1, 2, 0).numpy(), photo)
    assert torch.equal(cut_view(photo, whole, True), plain.flip(-1))


def test_colours_stay_in_range_and_differ_by_photo() -> None:
    photos = torch.full((2, 3, 4, 4), 100, dtype=torch.uint8)
    out = jitter_colour(photos, torch.Generator().manual_seed(0))
    assert out.min() >= 0
    assert out.max() <= 255
    assert not torch.allclose(out[0], out[1])


def test_a_perfect_student_has_no_loss() -> None:
    target = torch.rand(2, 5, 3, 3) + 0.1
    assert dense_loss(target, target).item() < 1e-5


class Eye:
    """Sees the first half of the features only."""

    def see(self, features: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(features[:, : features.shape[1] // 2], dim=-1)


def aim(width: int = TARGET_CHANNELS[-1]) -> Aim:
    return Aim(Eye(), torch.full((width,), 70.0), torch.zeros(width), torch.full((width,), 9.0))


def test_the_aim_is_met_by_the_same_mean_whatever_the_single_cells() -> None:
    target = torch.rand(2, 6, 3, 3) + 0.1
    turned = target.flip(-1)
    assert all(loss.item() == pytest.approx(0, abs=1e-5) for loss in aim(6).losses(turned, target).values())


def test_what_the_eye_does_not_see_is_missed_by_the_mean_alone() -> None:
    target = torch.rand(2, 6, 3, 3) + 0.1
    other = target.clone()
    other[:, 3:] += 1
    losses = aim(6).losses(other, target)
    assert losses["sense"].item() == pytest.approx(0, abs=1e-5)
    assert losses["pooled"].item() > 1


def test_an_aimed_run_starts_from_the_averages_of_another_and_needs_no_hints() -> None:
    data, recipe = training_views(), DistilRecipe(batch=2, hints=(), dense=0.5, pooled=1.0, sense=3.0)
    first = Distillation(timm.create_model(TRUNK, num_classes=0), DistilRecipe(batch=2))
    aimed = Distillation(timm.create_model(TRUNK, num_classes=0), recipe, aim())
    aimed.go_on_from(first)
    for name, weight in first.average.items():
        assert torch.equal(weight, aimed.student.state_dict()[name]), name
    photos, targets = data.batch(0, recipe)
    assert len(targets) == 1
    assert set(aimed.round((photos, targets), 0.5)) == {"dense", "pooled", "sense"}


def test_orthogonalised_updates_have_singular_values_near_one() -> None:
    torch.manual_seed(0)
    for shape in ((8, 32), (32, 8)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
        assert values.min() > 0.4
        assert values.max() < 1.4


def test_depthwise_weights_and_vectors_are_no_matrices() -> None:
    trunk = timm.create_model(TRUNK, num_classes=0)
    matrices, others = split_matrices([trunk])
    assert len(matrices) + len(others) == len(list(trunk.parameters()))
    assert all(weight.flatten(1).shape[1] >= 32 for weight in matrices)
    assert all(weight.ndim < 2 or weight.shape[1] == 1 or weight.flatten(1).shape[1] < 32 for weight in others)


def test_the_teacher_gives_the_features_it_is_known_for() -> None:
    from engine.decoder import load_pixels
    from engine.training.teacher import read_teacher

    data = Path(os.environ.get("AFTERIMAGE_DATA", "."))
    npz = data.parent / "teacher" / "mobilenet_v1_imagenet_to_block12.npz"
    if not npz.exists():
        pytest.skip("the teacher's array file is not beside AFTERIMAGE_DATA")
    photo = os.fsencode(data / "flickr8k" / "images" / "1000268201_693b08cb0e.jpg")
    pixels = torch.frombuffer(bytearray(load_pixels(photo, ModelInput(size=224))), dtype=torch.uint8)
    features = read_teacher(npz)(pixels.view(1, 224, 224, 3).permute(0, 3, 1, 2))[0]
    assert features.shape == (1, 1024, 7, 7)
    assert features.mean().item() == pytest.approx(0.4243, abs=0.005)
    assert features.std().item() == pytest.approx(0.7725, abs=0.005)
    assert (features > 0).float().mean().item() == pytest.approx(0.379, abs=0.005)
