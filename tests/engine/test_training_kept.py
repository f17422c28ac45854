from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.captions.caption_files import read_captioned
from engine.config import ModelInput
from engine.errors import DiskFull
from engine.training.batch import Batch
from engine.training.kept_photos import Eye, KeptMaps, keep_maps, keep_pixels, small_grid
from engine.training.kept_rows import ROWS_AT_ONCE, KeptRows, RowKind
from engine.training.sights import KeptSight, ProjectedSight, TowerSight, is_projection_apart
from tests.engine.captioned_shapes import World, draw_world
from tests.engine.tiny_models import tiny_model

KINDS = {"square": RowKind((2,), "float32")}
CPU = torch.device("cpu")


def quiet(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return draw_world(tmp_path_factory.mktemp("world"))


def eye(tower: str = "vit", size: int = 32) -> Eye:
    return Eye(tiny_model(tower), ModelInput(size=size), CPU, "float32")


def test_filling_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    asked: list[range] = []
    count = 2 * ROWS_AT_ONCE + 5

    def make(rows: range) -> dict[str, np.ndarray]:
        if len(asked) == 1 and rows.start:
            asked.append(rows)
            raise KeyboardInterrupt
        asked.append(rows)
        return {"square": np.array([[row, row * row] for row in rows], np.float32)}

    with pytest.raises(KeyboardInterrupt):
        KeptRows(tmp_path, KINDS, count).fill(make, label="rows", progress=quiet)
    again = KeptRows(tmp_path, KINDS, count)
    assert again.done == ROWS_AT_ONCE
    again.fill(make, label="rows", progress=quiet)
    assert [rows.start for rows in asked] == [0, 64, 64, 128]
    assert (KeptRows(tmp_path, KINDS, count).arrays["square"][:, 1] == np.arange(count, dtype=np.float32) ** 2).all()


def test_what_does_not_fit_on_the_disk_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match=r"1,0\d\d,\d\d\d\.\d GB"):
        KeptRows(tmp_path, {"vast": RowKind((1 << 20,), "uint8")}, 1 << 30)
    assert list(tmp_path.iterdir()) == []


def test_maps_are_what_the_tower_shows_and_are_computed_once(world: World, tmp_path: Path) -> None:
    pairs = read_captioned(world.captions, photos=world.photos, split="dev")
    told: list[int] = []

    def tell(what: str, done: int, total: int) -> None:
        told.append(done)

    kept = keep_maps(eye(), pairs, tmp_path, views=1, smallest_crop=0.5, progress=tell)
    pixels = keep_pixels(pairs, ModelInput(size=32), tmp_path, progress=quiet)
    rows = np.array([3, 0, 7])
    seen = TowerSight(eye())(Batch(torch.zeros(0), torch.zeros(0), pixels.rows(rows)))
    maps, embeddings = kept.whole(rows)
    assert torch.allclose(maps, seen.patches, atol=0.02)
    assert torch.allclose(embeddings, seen.embeddings, atol=1e-4)
    assert told == [16]
    keep_maps(eye(), pairs, tmp_path, views=1, smallest_crop=0.5, progress=tell)
    assert told == [16], "the second time nothing is left to do"


def test_maps_of_other_weights_or_photos_are_kept_apart(world: World, tmp_path: Path) -> None:
    def keep(which: Eye, split: str) -> KeptMaps:
        pairs = read_captioned(world.captions, photos=world.photos, split=split)
        return keep_maps(which, pairs, tmp_path, views=1, smallest_crop=0.5, progress=quiet)

    other = eye()
    with torch.no_grad():
        other.model.clip.visual.conv1.weight[0] += 1
    keep(eye(), "dev"), keep(other, "dev"), keep(eye(), "train")
    assert len(list(tmp_path.iterdir())) == 3


def test_further_views_are_cut_from_the_photo(world: World, tmp_path: Path) -> None:
    pairs = read_captioned(world.captions, photos=world.photos, split="dev")
    kept = keep_maps(eye(), pairs, tmp_path, views=3, smallest_crop=0.5, progress=quiet)
    assert kept.maps.shape == (16, 3, 64, 4, 4)
    assert not np.allclose(kept.embeddings[:, 0], kept.embeddings[:, 1], atol=1e-3)
    drawn = {tuple(kept.take(np.array([5]), np.random.default_rng(seed))[1][0, :2].tolist()) for seed in range(20)}
    assert len(drawn) == 3


def test_only_a_tower_whose_embedding_follows_from_its_map_is_projected_anew() -> None:
    assert is_projection_apart(eye("timm_conv", 64))
    assert not is_projection_apart(eye())


def test_a_projection_over_kept_maps_gives_the_tower_s_embeddings(world: World, tmp_path: Path) -> None:
    pairs = read_captioned(world.captions, photos=world.photos, split="dev")
    conv = eye("timm_conv", 64)
    kept = keep_maps(conv, pairs, tmp_path, views=1, smallest_crop=0.5, progress=quiet)
    maps, embeddings = kept.whole(np.arange(16))
    batch = Batch(torch.zeros(0), torch.zeros(0), maps, embeddings=embeddings)
    with torch.no_grad():
        assert torch.allclose(ProjectedSight(conv.model)(batch).embeddings, embeddings, atol=1e-3)
    assert KeptSight()(batch).embeddings is embeddings


def test_large_grids_are_averaged_as_the_model_does() -> None:
    patches = torch.randn(2, 64, 16, 16)
    model = tiny_model()
    assert torch.allclose(model.tokens(small_grid(patches)), model.tokens(patches), atol=1e-5)
    assert small_grid(patches[..., :7, :7]).shape == (2, 64, 7, 7)
