"""A ready cross-encoder in a real library: imported, loaded for a model without a head, and given time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("transformers", reason="the extra `rerankers` is not installed")

from engine import cli
from engine.config import RERANK_BUDGET_MS
from engine.errors import ModelMissing, UsageError
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search, Stage
from engine.model_import import import_folder
from engine.preset_facts import InUse, facts_of
from engine.preset_install import install, look_at, remove
from engine.presets import Pin, Presets
from tests.engine.blip_models import write_published
from tests.engine.library_at_work import index, results, work
from tests.engine.test_model_import import write_hub_folder
from tests.photos import draw_photo

PHOTOS = 5
PATIENT_MS = 60_000.0
SENTENCE = "a red dog in the snow"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "blip-itm-base"
    write_published(folder)
    return folder


@pytest.fixture(scope="module")
def headless(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small ViT-B-32 of open_clip, as a hub would hold it, made a model folder; and its manifest's SHA-256."""
    home = tmp_path_factory.mktemp("headless")
    return home / "plain", import_folder(write_hub_folder(home / "hub", "ViT-B-32"), home / "plain")


@pytest.fixture
def locations(tmp_path: Path, published: Path, headless: tuple[Path, str]) -> Locations:
    """An empty library with a model that has no head, in use, and the reranker."""
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    presets = Presets.of(locations)
    install(presets, "blip-itm-base", look_at(published), spare_bytes=0)
    presets.keep_pin("plain", Pin("a test", None, (), headless[1]))
    presets.home("plain").symlink_to(headless[0])
    with Library.open(locations) as opened:
        opened.use_model("plain")
        opened.model_settings.budget(PATIENT_MS)
    return locations


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PHOTOS):
        draw_photo(folder / f"{seed}.jpg", size=(160, 120), seed=seed)
        os.utime(folder / f"{seed}.jpg", (1_600_000_000, 1_600_000_000))
    return folder


@pytest.fixture
def library(locations: Locations, photos: Path) -> Iterator[Library]:
    with Library.open(locations, workers=1) as opened:
        opened.load_model()
        index(opened, photos)
        yield opened


def loaded_of(library: Library) -> Any:
    return library._switch.loaded


def test_a_model_without_a_head_reranks_by_the_match_and_its_own_cosine(library: Library) -> None:
    retrieved, reranked = results(library, Search(1, SENTENCE, every_copy=True))
    assert (retrieved.stage, reranked.stage) == (Stage.RETRIEVED, Stage.RERANKED)
    assert (retrieved.looked_closely, reranked.looked_closely) == (0, PHOTOS)
    before = {hit.photo_id: hit.cosine for hit in library.hits(retrieved.result, 0, PHOTOS)}
    found = library.hits(reranked.result, 0, PHOTOS)
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert all(hit.reranked for hit in found)
    stage = library._switch.served.stage  # type: ignore[union-attr]
    matcher = loaded_of(library).matcher
    content_ids = [library._catalog.content_at(hit.path) for hit in found]
    vision = stage._vision([int(content) for content in content_ids])
    seen = np.stack([vision[int(content)] for content in content_ids])
    logits = matcher.score(matcher.prepare(SENTENCE), seen, np.zeros(PHOTOS, np.float32))
    expected = logits + [before[hit.photo_id] for hit in found]
    assert scores == pytest.approx(expected.tolist(), abs=1e-3)


def test_the_budget_is_a_setting_that_counts_at_once_and_after_a_restart(
    library: Library, locations: Locations
) -> None:
    told = library.model_settings.budget(0)
    assert (told.ms, told.default_ms, told.reranker, told.unseen, told.seen) == (
        0,
        RERANK_BUDGET_MS,
        "blip-itm-base",
        0,
        0,
    )
    assert [event.stage for event in results(library, Search(1, SENTENCE))] == [Stage.RETRIEVED]
    for odd in (-1, float("nan"), 1e9):
        with pytest.raises(UsageError):
            library.model_settings.budget(odd)
    library.close()
    with Library.open(locations, workers=1) as again:
        assert again.model_settings.budget().ms == 0
        again.load_model()
        assert loaded_of(again).matcher is None  # it would never be asked
        assert [event.stage for event in results(again, Search(1, SENTENCE))] == [Stage.RETRIEVED]
        told = again.model_settings.budget(PATIENT_MS)
        assert (told.at_work, told.unseen) == (False, told.head)
    with Library.open(locations, workers=1) as again:
        again.load_model()
        assert len(results(again, Search(2, SENTENCE))) == 2
        assert again.model_settings.budget().at_work


def test_what_a_candidate_costs_is_measured_once(library: Library, locations: Locations) -> None:
    presets = Presets.of(locations)
    known = presets.cost("blip-itm-base")
    assert known["see_ms"] > 0
    assert known["match_ms"] > 0
    presets.keep_cost("blip-itm-base", {**known, "see_ms": 1234.5})
    library.close()
    with Library.open(locations, workers=1) as again:
        again.load_model()
        assert loaded_of(again).matcher.cost().see_ms == 1234.5


def test_a_forgotten_photo_is_no_longer_kept_in_memory(library: Library, photos: Path) -> None:
    results(library, Search(1, SENTENCE))
    stage = library._switch.served.stage  # type: ignore[union-attr]
    assert len(stage._recent) == PHOTOS
    library.forget([os.fsencode(photos / "0.jpg")])
    assert len(stage._recent) == PHOTOS - 1


def test_a_model_with_a_head_keeps_its_own_and_two_without_share_one(library: Library, locations: Locations) -> None:
    store = library._model_source()
    assert store.load("starter").matcher is None
    assert store.load("plain").matcher is loaded_of(library).matcher


def test_a_reranker_that_cannot_be_used_is_told_of_and_search_goes_on(
    library: Library, locations: Locations, capfd: pytest.CaptureFixture[str]
) -> None:
    library.close()
    with (Presets.of(locations).home("blip-itm-base") / "tokenizer.json").open("a") as file:
        file.write(" ")
    with Library.open(locations, workers=1) as again:
        again.load_model()
        assert [event.stage for event in results(again, Search(1, SENTENCE))] == [Stage.RETRIEVED]
        assert "blip-itm-base is not used" in capfd.readouterr().err
        assert again.doctor()["model"]["reranker"] is None


def test_the_list_says_who_reranks(locations: Locations) -> None:
    presets = Presets.of(locations)
    rows = {name: facts_of(presets, preset, InUse("plain", "plain")) for name, preset in presets.all().items()}
    assert rows["plain"]["reranked_by"] == "blip-itm-base"
    assert rows["plain"]["abilities"]["rerank"]
    assert rows["starter"]["reranked_by"] is None
    assert (rows["blip-itm-base"]["kind"], rows["plain"]["kind"]) == ("blip_itm", "search")
    assert not rows["blip-itm-base"]["abilities"]["search"]
    remove(presets, "blip-itm-base")
    plain = facts_of(presets, presets.get("plain"), InUse("plain", "plain"))
    assert (plain["reranked_by"], plain["abilities"]["rerank"]) == (None, False)


def test_a_reranker_is_not_chosen_as_a_model(library: Library) -> None:
    with pytest.raises(ModelMissing, match="only reranks"):
        library.use_model("blip-itm-base")


def test_it_is_imported_shown_and_given_time_on_the_command_line(
    tmp_path: Path, published: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> str:
        assert cli.main(["models", *words, "--library", str(tmp_path / "library")]) == 0
        return capfd.readouterr().out

    assert "none is installed" in run("budget")
    assert "looks closely for models that have no head" in run("import", str(published), "--yes", "--name", "matcher")
    assert "a ready cross-encoder" in run("show", "matcher")
    assert "not measured yet" in run("show", "matcher")
    assert "matcher" in run("list")
    assert "measured when it is first loaded" in run("budget")
    assert run("budget", "3000").startswith("3,000 ms a search")
    assert json.loads(run("budget", "--json"))["ms"] == 3000
    assert cli.main(["models", "budget", "soon", "--library", str(tmp_path / "library")]) == 2


def test_it_serves_the_model_that_takes_over(library: Library, headless: tuple[Path, str], tmp_path: Path) -> None:
    library.use_model("starter")
    library.load_coming("starter")
    work(library)
    assert (library.model_name, library._switch.served.stage) == ("starter", None)  # type: ignore[union-attr]
    library.use_model("plain")
    library.load_coming("plain")
    work(library)
    assert library.model_name == "plain"
    assert len(results(library, Search(3, SENTENCE))) == 2
