"""A ready cross-encoder as second stage: photos from thumbnails, tokens that are kept, and a budget of time."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("transformers", reason="the extra `rerankers` is not installed")

from engine.blip_itm import BlipItm
from engine.blip_itm_files import import_matcher, load_matcher
from engine.blip_itm_stage import BlipStage, thumbnails_of
from engine.blip_itm_vision_store import Form, VisionStore, bytes_per_photo
from engine.catalog import Catalog
from engine.decoder import load_pixels
from engine.library import Library
from engine.locations import Locations
from engine.searcher import Ranking, Searcher
from engine.thumbnails import ThumbnailStore
from engine.vector_index import VectorIndex
from tests.engine.blip_models import write_published
from tests.engine.library_at_work import COLOURS, index, paint
from tests.fake_model import DIMENSION, FakeBiEncoder, FakeModels
from tests.photos import draw_photo

PHOTOS = 6


class Disk:
    """Thumbnails of contents 1 to 6, as files. Counts who is asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[int] = []
        self.files = {content: os.fsencode(folder / f"{content}.jpg") for content in range(1, PHOTOS + 1)}
        for content, path in self.files.items():
            draw_photo(path, size=(512, 384), seed=content)

    def __call__(self, content_ids: list[int]) -> dict[int, bytes]:
        self.asked += content_ids
        return {content: self.files[content] for content in content_ids if content in self.files}


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> BlipItm:
    folder = tmp_path_factory.mktemp("blip")
    write_published(folder / "source")
    import_matcher(folder / "source", folder / "own")
    return load_matcher(folder / "own", device=torch.device("cpu"))


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def ranking(*contents: int) -> Ranking:
    cosines = np.linspace(0.9, 0.1, len(contents), dtype=np.float32)
    return Ranking(np.array(contents), cosines, cosines, np.zeros(len(contents), bool))


def searcher(folder: Path, stage: BlipStage, *, budget_ms: float = 1e9) -> Searcher:
    catalog = Catalog(os.fsencode(folder / "catalog.db"))
    vectors = VectorIndex(os.fsencode(folder / "index"), DIMENSION)
    found = Searcher(catalog, FakeBiEncoder(), cross_encoder=None, index=vectors, tokens=None, second_stage=stage)
    found.budget_ms = budget_ms
    return found


def reranked(found: Searcher, before: Ranking, sentence: str = "a red dog") -> Ranking | None:
    return next((better for better in found.rerank(sentence, before) if better is not None), None)


def truth(matcher: BlipItm, disk: Disk, before: Ranking, sentence: str = "a red dog") -> np.ndarray:
    size = matcher.model_input.size
    pixels = [np.frombuffer(load_pixels(disk.files[int(c)], matcher.model_input), np.uint8) for c in before.ids]
    seen = matcher.see(np.stack(pixels).reshape(-1, size, size, 3))
    return matcher.score(matcher.prepare(sentence), seen, before.cosines)


def test_the_head_comes_in_the_order_of_the_scores(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    before = ranking(3, 1, 5, 2, 6, 4)
    scores = truth(matcher, disk, before)
    better = reranked(searcher(tmp_path, BlipStage(matcher, disk)), before)
    assert better is not None
    assert better.reranked.all()
    assert np.allclose(better.scores, np.sort(scores)[::-1], atol=1e-3)
    assert better.ids[0] == before.ids[scores.argmax()]


def test_a_content_without_a_thumbnail_keeps_its_rank(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    better = reranked(searcher(tmp_path, BlipStage(matcher, disk)), ranking(1, 99, 2, 3))
    assert better is not None
    assert better.ids[1] == 99
    assert better.reranked.tolist() == [True, False, True, True]


def test_a_damaged_thumbnail_keeps_its_rank(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    Path(os.fsdecode(disk.files[2])).write_bytes(b"no photo")
    better = reranked(searcher(tmp_path, BlipStage(matcher, disk)), ranking(1, 2, 3))
    assert better is not None
    assert better.ids[1] == 2
    assert better.reranked.tolist() == [True, False, True]


def test_photos_seen_for_one_sentence_are_not_opened_for_the_next(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    found = searcher(tmp_path, BlipStage(matcher, disk))
    reranked(found, ranking(1, 2, 3))
    disk.asked.clear()
    reranked(found, ranking(3, 2, 1), "children play in water")
    assert disk.asked == []


# ---- the budget ----------------------------------------------------------------------------------------------------


def test_as_many_candidates_as_fit_into_the_budget_are_looked_at(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    stage = BlipStage(matcher, disk)
    each_ms = stage.cost.see_ms + stage.cost.match_ms
    better = reranked(searcher(tmp_path, stage, budget_ms=3.5 * each_ms), ranking(1, 2, 3, 4, 5, 6))
    assert better is not None
    assert better.reranked.tolist() == [True] * 3 + [False] * 3
    assert better.ids[3:].tolist() == [4, 5, 6]


def test_a_budget_for_less_than_two_candidates_looks_at_none(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    stage = BlipStage(matcher, disk)
    each_ms = stage.cost.see_ms + stage.cost.match_ms
    assert reranked(searcher(tmp_path, stage, budget_ms=1.5 * each_ms), ranking(1, 2, 3)) is None


def test_a_photo_that_was_seen_costs_the_reading_alone(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    stage = BlipStage(matcher, disk)
    reranked(searcher(tmp_path, stage), ranking(1, 2))
    costs_ms = stage.compare("a dog", np.array([1, 2, 3])).costs_ms
    assert costs_ms.tolist() == pytest.approx([stage.cost.match_ms] * 2 + [stage.cost.match_ms + stage.cost.see_ms])


# ---- tokens on the disk --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "error"), [("float16", 0), ("int8", 0.01)])
def test_stored_tokens_read_back(matcher: BlipItm, tmp_path: Path, form: Form, error: float) -> None:
    seen = np.random.default_rng(0).normal(size=(3, *matcher.token_shape)).astype(np.float16)
    VisionStore(os.fsencode(tmp_path), matcher, form).put([4, 5, 6], seen)
    again = VisionStore(os.fsencode(tmp_path), matcher, form)
    found = again.get([6, 4, 7])
    assert set(found) == {6, 4}
    assert again.ids().tolist() == [4, 5, 6]
    assert np.abs(found[6].astype(float) - seen[2]).max() <= error * np.abs(seen).max()


def test_a_photo_of_the_base_model_takes_as_much_as_is_said() -> None:
    assert bytes_per_photo((577, 768), "float16") == 887_426
    assert bytes_per_photo((577, 768), "int8") == 444_290


def test_looking_ahead_stores_what_searches_then_read(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    before = ranking(2, 4, 1)
    scores = truth(matcher, disk, before)
    stage = BlipStage(matcher, disk, store=VisionStore(os.fsencode(tmp_path / "vision"), matcher, "float16"))
    assert stage.look_ahead([4, 2, 1, 99], 60) == 3
    assert stage.look_ahead([4, 2, 1, 99], 60) == 0
    disk.asked.clear()
    better = reranked(searcher(tmp_path, stage), before)
    assert better is not None
    assert disk.asked == []
    assert np.allclose(better.scores, np.sort(scores)[::-1], atol=1e-3)


def test_a_search_writes_nothing(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    store = VisionStore(os.fsencode(tmp_path / "vision"), matcher, "float16")
    reranked(searcher(tmp_path, BlipStage(matcher, disk, store=store)), ranking(1, 2))
    assert len(store.ids()) == 0


def test_forgotten_contents_are_forgotten(matcher: BlipItm, disk: Disk, tmp_path: Path) -> None:
    store = VisionStore(os.fsencode(tmp_path / "vision"), matcher, "int8")
    stage = BlipStage(matcher, disk, store=store)
    reranked(searcher(tmp_path, stage), ranking(1, 2))
    stage.look_ahead([1, 2], 60)
    stage.forget([1])
    assert store.ids().tolist() == [2]
    disk.asked.clear()
    reranked(searcher(tmp_path, stage), ranking(1, 2))
    assert 1 in disk.asked
    assert 2 not in disk.asked


def test_thumbnails_of_a_library_are_found(tmp_path: Path) -> None:
    for name, colour in COLOURS.items():
        paint(tmp_path / "photos" / f"{name}.png", colour)
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    with Library.open(locations, models=FakeModels(), workers=1) as library:
        library.load_model()
        index(library, tmp_path / "photos")
    catalog = Catalog(locations.catalog)
    contents = sorted(catalog.contents())
    paths = thumbnails_of(catalog, ThumbnailStore(locations.thumbnails))([*contents, 10_000])
    assert sorted(paths) == contents
    assert all(os.path.getsize(path) for path in paths.values())
    os.unlink(paths[contents[0]])
    assert contents[0] not in thumbnails_of(catalog, ThumbnailStore(locations.thumbnails))(contents)
    catalog.close()
