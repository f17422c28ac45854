"""Another head over the same towers: what was learned of the photos stays, and the old head answers meanwhile."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelMissing
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search, Stage
from tests.engine.library_at_work import COLOURS, hits, index, names, paint
from tests.fake_model import FakeCrossEncoder, FakeLoadedModel


class BrightFirst(FakeCrossEncoder):
    """The contrary of the other one."""

    def score(self, state: str, values: np.ndarray, scales: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return -super().score(state, values, scales, cosines)


@dataclass
class Heads:
    """Loads `starter` with the head that is chosen for it: its own, `same` (which reads the same tokens), `other`."""

    own: FakeLoadedModel = field(default_factory=lambda: FakeLoadedModel(name="starter"))
    chosen: dict[str, str] = field(default_factory=dict)

    def load(self, name: str) -> FakeLoadedModel:
        key = self.chosen.get(name, "")
        version = "fake-2" if key == "other" else "fake-1"
        if not key:
            return self.own
        return dataclasses.replace(self.own, cross_encoder=BrightFirst(), head=key, token_version=version)


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    locations.create()
    for key, version in (("same", "fake-1"), ("other", "fake-2")):
        folder = Path(os.fsdecode(locations.model("fake"))) / "heads" / key
        folder.mkdir(parents=True)
        (folder / "head.json").write_text(json.dumps({"token_version": version}))
    return locations


def opened(locations: Locations, heads: Heads) -> Library:
    library = Library.open(locations, models=heads, workers=1)
    heads.chosen = library._switch.heads
    library.load_model()
    return library


@pytest.fixture
def library(locations: Locations, photos: Path) -> Iterator[Library]:
    with opened(locations, Heads()) as library:
        index(library, photos)
        yield library


def reranked(library: Library) -> list[str]:
    (best,) = [event for event in library.search(Search(1, "red")) if event and event.stage is Stage.RERANKED]
    return names(library.hits(best.result, 0, 10))


def turned(after: list[str], before: list[str]) -> bool:
    """Whether what was first is last now."""
    return after[-1] == before[0] and after[0] != before[0]


def choose(library: Library, key: str) -> None:
    library.heads.use("starter", "fake", key)
    if library.wanted_model is not None:
        library.begin_change()
        library.load_coming(library.wanted_model)


def settle(library: Library) -> None:
    while not library.idle:
        library.step()


def encoded(library: Library) -> int:
    served = library._switch.served
    assert served is not None
    return served.loaded.bi_encoder.encoded  # type: ignore[attr-defined]


def test_a_head_that_reads_the_same_tokens_takes_over_at_once(library: Library) -> None:
    before, passes = reranked(library), encoded(library)
    choose(library, "same")
    library.step()
    assert turned(reranked(library), before)
    assert encoded(library) == passes
    assert library.idle
    assert library.heads.serving == ("starter", 1)


def test_a_head_with_other_tokens_takes_over_when_they_are_made(library: Library) -> None:
    before, passes = reranked(library), encoded(library)
    choose(library, "other")
    while library.heads.serving[1] == 0:
        assert reranked(library) == before
        library.step()
    assert turned(reranked(library), before)
    assert encoded(library) == passes + len(COLOURS)
    settle(library)
    assert not library.prepare_progress().name
    tokens = os.path.join(library.locations.model("fake"), b"tokens")
    assert os.listdir(tokens) == [b"fake-2"]


def test_photos_that_come_during_the_change_have_the_new_tokens_too(library: Library, photos: Path) -> None:
    choose(library, "other")
    paint(photos / "late.png", (1, 1, 1))
    index(library, photos)
    settle(library)
    assert "late.png" in reranked(library)
    assert library._switch.served is not None
    assert library._switch.served.tokens is not None
    assert len(library._switch.served.tokens) == len(COLOURS) + 1


def test_a_change_that_was_cut_goes_on_with_the_old_head_serving(locations: Locations, photos: Path) -> None:
    with opened(locations, Heads()) as library:
        index(library, photos)
        before = reranked(library)
        choose(library, "other")
        library.step()
    with opened(locations, Heads()) as library:
        assert reranked(library) == before
        assert library.wanted_model == "starter"
        library.begin_change()
        library.load_coming("starter")
        settle(library)
        assert turned(reranked(library), before)
    with opened(locations, Heads()) as library:
        assert turned(reranked(library), before)
        assert library.wanted_model is None


def test_going_back_to_the_models_own_head(library: Library) -> None:
    before = reranked(library)
    choose(library, "same")
    settle(library)
    assert library.heads.examples()["head"] == "same"
    choose(library, "")
    settle(library)
    assert reranked(library) == before
    assert library.heads.examples()["head"] == ""


def test_a_search_under_way_ends_with_the_head_that_it_began_with(library: Library) -> None:
    before = reranked(library)
    search = library.search(Search(1, "red"))
    assert next(search) is not None
    choose(library, "other")
    settle_steps = 0
    while library.heads.serving[1] == 0:
        library.step()
        settle_steps += 1
    (best,) = [event for event in search if event and event.stage is Stage.RERANKED]
    assert names(library.hits(best.result, 0, 10)) == before
    settle(library)


def test_choosing_the_serving_head_ends_a_change(library: Library) -> None:
    before = reranked(library)
    choose(library, "other")
    library.step(0.0)
    library.heads.use("starter", "fake", "")
    settle(library)
    assert reranked(library) == before
    assert library.heads.serving == ("starter", 0)


def test_a_head_is_chosen_without_a_model_where_its_tokens_are_there(locations: Locations, photos: Path) -> None:
    with opened(locations, Heads()) as library:
        index(library, photos)
        before = reranked(library)
    with Library.open(locations, models=Heads(), workers=1) as library:
        library.heads.use("starter", "fake", "same")
        assert library.wanted_model is None
    with opened(locations, Heads()) as library:
        assert turned(reranked(library), before)


def test_tokens_that_lay_in_no_folder_of_their_own_are_found(locations: Locations, photos: Path) -> None:
    with opened(locations, Heads()) as library:
        index(library, photos)
        before = reranked(library)
    tokens = Path(os.fsdecode(locations.model("fake"))) / "tokens"
    for segment in (tokens / "fake-1").iterdir():
        shutil.move(segment, tokens / segment.name)
    (tokens / "fake-1").rmdir()
    heads = Heads()
    with opened(locations, heads) as library:
        assert reranked(library) == before
        settle(library)
    assert heads.own.bi_encoder.encoded == 0


def test_first_hits_do_not_change_with_the_head(library: Library) -> None:
    before = names(hits(library, Search(1, "red", rerank=False)))
    choose(library, "other")
    settle(library)
    assert names(hits(library, Search(1, "red", rerank=False))) == before


def test_what_a_training_can_learn_from_is_told_with_paths_and_without_the_rest(library: Library) -> None:
    (red,) = [hit for hit in hits(library, Search(1, "red")) if hit.path.endswith(b"red.png")]
    library.judgments.judge("a red thing", red.photo_id, 1)
    told = library.heads.examples()
    assert (told["model"], told["head"]) == ("starter", "")
    (judgment,) = told["judgments"]
    assert (judgment["sentence"], judgment["verdict"]) == ("a red thing", 1)
    assert base64.b64decode(judgment["path"]) == red.path
    assert len(told["photos"]) == len(COLOURS) - 1
    os.unlink(red.path)
    assert base64.b64decode(library.heads.examples()["judgments"][0]["path"]) == red.thumbnail


def test_a_head_that_is_not_there_cannot_be_chosen(library: Library) -> None:
    with pytest.raises(ModelMissing):
        library.heads.use("starter", "fake", "absent")
    assert library.wanted_model is None


def test_heads_outlive_what_their_model_has_learned(library: Library) -> None:
    folder = Path(os.fsdecode(library.locations.model("other")))
    for name in ("heads/key/head.json", "index/graph", "calibration-key.json", "precision.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    library._catalog.models.note("other", "other", "")
    library.learned.drop("other")
    left = {path.name for path in folder.rglob("*") if path.is_file()}
    assert left >= {"head.json", "calibration-key.json"}
    assert "graph" not in left


def test_a_head_that_is_not_ready_yet_can_be_called_off(locations: Locations, photos: Path) -> None:
    with opened(locations, Heads()) as library:
        index(library, photos)
        before = reranked(library)
    with Library.open(locations, models=Heads(), workers=1) as library:
        library.heads.use("starter", "fake", "other")
        assert library.wanted_model == "starter"
        assert library.heads.examples()["head"] == "other"
        library.heads.use("starter", "fake", "")
        assert library.wanted_model is None
    with opened(locations, Heads()) as library:
        assert library.wanted_model is None
        assert reranked(library) == before


def test_another_choice_while_a_head_is_loaded_is_the_one_that_counts(library: Library) -> None:
    before = reranked(library)
    library.heads.use("starter", "fake", "same")
    library.begin_change()
    library.load_coming("starter")
    library.heads.use("starter", "fake", "other")
    library.step()
    assert library.wanted_model == "starter"
    library.begin_change()
    library.load_coming("starter")
    settle(library)
    assert turned(reranked(library), before)
    assert library.heads.examples()["head"] == "other"
