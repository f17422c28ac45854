"""A search without torch gives what the whole model gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.library import Library
from engine.light_layers import gelu
from engine.light_model import LightModels
from engine.loaded_model import LoadedModel
from engine.locations import Locations
from engine.messages import Search
from engine.model_store import ModelStore
from tests.engine.library_at_work import OLD, hits, index

SENTENCES = ("a red disc above a blue square", "two green squares", "", "snow " * 40, "a dog 😀 beside a Fahrrad")
COLOURS = ((220, 40, 30), (30, 60, 200), (40, 170, 60), (240, 220, 60), (20, 20, 20), (200, 200, 210))


def draw(path: Path, seed: int) -> Path:
    """Discs and squares in a field, each photo another."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (320, 240), COLOURS[int(rng.integers(len(COLOURS)))])
    pen = ImageDraw.Draw(image)
    for _ in range(3):
        x, y, size = (int(number) for number in rng.integers(20, 160, 3))
        shape = pen.ellipse if rng.random() < 0.5 else pen.rectangle
        shape((x, y, x + size, y + size), fill=COLOURS[int(rng.integers(len(COLOURS)))])
    image.save(path, quality=92)
    os.utime(path, (OLD, OLD))
    return path


@pytest.fixture(scope="module")
def locations(tmp_path_factory: pytest.TempPathFactory) -> Locations:
    """A library of drawn photos, indexed by the whole model, so that it is known who that is."""
    home = tmp_path_factory.mktemp("light")
    (home / "photos").mkdir()
    for number in range(60):
        draw(home / "photos" / f"{number:02}.jpg", number)
    locations = Locations.at(os.fsencode(home / "library"))
    with Library.open(locations, workers=1) as library:
        library.load_model()
        index(library, home / "photos")
    return locations


@pytest.fixture(scope="module")
def whole(locations: Locations) -> LoadedModel:
    return ModelStore(measured=Path(os.fsdecode(locations.presets)).parent, device="cpu").load("starter")


@pytest.fixture(scope="module")
def light(locations: Locations, whole: LoadedModel) -> LoadedModel:
    class Whole:
        def load(self, name: str) -> LoadedModel:
            return whole

    return LightModels(Whole, locations, heads={}).load("starter")


def test_sentences_and_scores_are_those_of_the_whole_model(light: LoadedModel, whole: LoadedModel) -> None:
    assert light.light
    assert (light.model_id, light.head, light.token_version) == (whole.model_id, whole.head, whole.token_version)
    assert light.token_shape == whole.token_shape
    pixels = np.random.default_rng(5).integers(0, 256, (7, 256, 256, 3), np.uint8)
    embeddings, tokens = whole.bi_encoder.encode_images(pixels)
    assert light.cross_encoder is not None
    assert whole.cross_encoder is not None
    for sentence in SENTENCES:
        ours, theirs = (some.bi_encoder.encode_sentences([sentence])[0] for some in (light, whole))
        np.testing.assert_allclose(ours, theirs, atol=1e-3)
        cosines = embeddings @ theirs
        scores = [
            some.cross_encoder.score(some.cross_encoder.prepare(sentence), tokens.values, tokens.scales, cosines)
            for some in (light, whole)
        ]
        np.testing.assert_allclose(*scores, atol=1e-3)
    assert light.bi_encoder.unknown_words("a spaceship") == whole.bi_encoder.unknown_words("a spaceship")


def test_what_a_light_model_cannot_do_the_whole_one_does(light: LoadedModel, whole: LoadedModel) -> None:
    pixels = np.zeros((1, 256, 256, 3), np.uint8)
    np.testing.assert_array_equal(light.bi_encoder.encode_images(pixels)[0], whole.bi_encoder.encode_images(pixels)[0])
    assert light.cross_encoder is not None
    assert light.cross_encoder.points


def test_a_light_search_finds_the_same_photos_in_the_same_order(locations: Locations) -> None:
    found = {}
    for light in (True, False):
        with Library.open(locations, workers=1, light=light) as library:
            found[light] = [hits(library, Search(1, sentence)) for sentence in SENTENCES]
    for ours, theirs in zip(found[True], found[False], strict=True):
        assert [hit.path for hit in ours] == [hit.path for hit in theirs]
        assert [hit.matched for hit in ours] == [hit.matched for hit in theirs]
        assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=1e-3)


def test_one_search_on_the_command_line_imports_no_torch(locations: Locations) -> None:
    code = (
        "import sys; from desktop_app.__main__ import main\n"
        "status = main(sys.argv[1:])\n"
        "print(sorted({'torch', 'open_clip', 'PySide6'} & set(sys.modules)))\n"
        "sys.exit(status)"
    )
    library = os.fsdecode(locations.data)
    command = [sys.executable, "-c", code, "search", "--library", library, "--paths", "a red disc"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_head_that_was_trained_here_is_left_to_the_whole_model(locations: Locations, whole: LoadedModel) -> None:
    class Whole:
        def load(self, name: str) -> LoadedModel:
            return whole

    assert not LightModels(Whole, locations, heads={"starter": "1234567890abcdef"}).load("starter").light


def test_gelu_is_exact_to_single_precision() -> None:
    import math

    x = np.linspace(-6, 6, 241, dtype=np.float32)
    exact = [value * 0.5 * (1 + math.erf(value / math.sqrt(2))) for value in x.tolist()]
    np.testing.assert_allclose(gelu(x), exact, atol=1e-6)
