"""Tags that the model proposes, and photos that a sentence may tag."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import tag_suggestions
from engine.calibration import Calibration, Curve
from engine.calibration_features import Lexicon
from engine.library import Library
from engine.locations import Locations
from engine.messages import FindTaggable, SuggestTags, Taggable, TagSuggestions
from tests.engine.library_at_work import index, paint
from tests.fake_model import FakeLoadedModel, FakeModels

REDS, GREENS = range(200, 212), range(200, 212)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    models = FakeModels()
    models.model = FakeLoadedModel(cross_encoder=None, token_shape=None)  # cosines alone decide
    with Library.open(Locations.at(os.fsencode(tmp_path / "library")), workers=1, models=models) as library:
        library.load_model()
        for red in REDS:
            paint(tmp_path / "photos" / f"red {red}.png", (red, 20, 20))
        for green in GREENS:
            paint(tmp_path / "photos" / f"green {green}.png", (20, green, 20))
        index(library, tmp_path / "photos")
        yield library


def suggested(library: Library, path: Path) -> dict[str, float]:
    photo = library._catalog.tags.photo_at(os.fsencode(path))
    assert photo is not None
    (event,) = (each for each in library.tag_finder.run(SuggestTags(7, photo)) if isinstance(each, TagSuggestions))
    assert (event.request, event.photo_id) == (7, photo)
    return dict(json.loads(event.tags))


def test_a_tag_with_examples_is_proposed_for_photos_like_them_and_for_no_others(
    library: Library, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    assert suggested(library, photos / "red 211.png") == {}, "nothing is known of probabilities"
    examples = [os.fsencode(photos / f"red {red}.png") for red in list(REDS)[:9]]
    library.tags.change((), examples, add=["colours/warm"], remove=[])
    warm = suggested(library, photos / "red 211.png")
    assert list(warm) == ["colours/warm"]
    assert warm["colours/warm"] > 0.5
    assert "colours/warm" not in suggested(library, photos / "green 211.png")
    assert library.tags.all() == [("colours/warm", 9)], "nothing is written by itself"
    library.tags.undo()
    assert suggested(library, photos / "red 211.png") == {}, "what is known of tags follows them"


def test_a_line_through_examples_keeps_to_what_it_was_shown() -> None:
    random = np.random.default_rng(3)
    own, others = random.normal(0.6, 0.05, 40), random.normal(0.2, 0.05, 400)
    bias, slope = tag_suggestions._line(own.astype(np.float32), others.astype(np.float32), share=1.0)
    likely = 1 / (1 + np.exp(-(bias + slope * np.array([0.2, 0.6]))))
    assert likely[0] < 0.02
    assert likely[1] > 0.9
    rarer = tag_suggestions._line(own.astype(np.float32), others.astype(np.float32), share=100.0)
    assert rarer[0] + rarer[1] * 0.4 < bias + slope * 0.4, "in a larger library the same cosine says less"


def test_what_a_sentence_may_tag_comes_with_falling_probabilities(library: Library) -> None:
    searcher = library._served_model().searcher
    (refused,) = (each for each in library.tag_finder.run(FindTaggable(1, "red")) if isinstance(each, Taggable))
    assert refused.count == 0
    assert "calibrated" in refused.uncalibrated
    searcher.calibration = _calibration()
    (found,) = (each for each in library.tag_finder.run(FindTaggable(2, "red")) if isinstance(each, Taggable))
    likely = struct.unpack(f"<{found.count}f", found.probabilities)
    assert list(likely) == sorted(likely, reverse=True)
    assert found.count >= len(REDS)
    first = library.hits(found.result, 0, 3)
    assert all(b"red" in hit.path for hit in first)
    assert [hit.probability for hit in first] == pytest.approx(likely[:3])
    ids = struct.unpack(f"<{found.count}q", found.photo_ids)
    assert [hit.photo_id for hit in first] == list(ids[:3])


def test_a_photo_that_a_person_described_with_the_sentence_is_the_surest_to_be_tagged(
    library: Library, tmp_path: Path
) -> None:
    library._served_model().searcher.calibration = _calibration()
    described = os.fsencode(tmp_path / "photos" / "green 205.png")
    library.tags.change((), [described], add=["red"], remove=[])
    (found,) = (each for each in library.tag_finder.run(FindTaggable(2, "red")) if isinstance(each, Taggable))
    likely = struct.unpack(f"<{found.count}f", found.probabilities)
    assert likely[0] == 1
    assert list(likely) == sorted(likely, reverse=True)
    assert library.hits(found.result, 0, 1)[0].path == described


def _calibration() -> Calibration:
    """Steep enough to tell the fake model's colours apart."""
    curve = Curve(-8.0, {"score": 16.0})
    made = Calibration("fake", "", Lexicon({}, (0.0, 1.0)), curve, None, 0.5)
    return replace(made, spread=0.1)
