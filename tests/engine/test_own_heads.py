"""`afterimage train --head` and `--adapter` from beginning to end, on a small model with random weights."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import open_clip
import pytest
import safetensors.torch
import torch

from engine.cli import main
from engine.cli_train_head import home_of, no_progress, use
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from engine.model_store import ModelStore
from engine.search_hit import SearchHit
from engine.training import own_head
from engine.training.own_calibration import calibrate
from engine.training.train_config import build_config
from engine.training.training_set import Material
from tests.engine.captioned_shapes import World, draw_world
from tests.engine.library_at_work import hits, index
from tests.engine.model_folders import write_store, write_tiny

QUICK = ["--precision", "float32", "--set", "batch=8", "--set", "listwise_sentences=8", "--set", "wrong_candidates=2"]
SURELY = ["--set", "rate=1e-2", "--set", "keep=0.1"]  # learns enough to be better whatever the order of sums
OLD_S = 1_600_000_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = draw_world(tmp_path_factory.mktemp("world"))
    for photo in (world.folder / "images").iterdir():
        os.utime(photo, (OLD_S, OLD_S))
    return world


@pytest.fixture
def library(tmp_path: Path) -> str:
    return str(tmp_path / "library")


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(library: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("AFTERIMAGE_DEVICE", "cpu")

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["--library", library, *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def found(command: Command, sentence: str) -> list[dict[str, Any]]:
    status, out, err = command("search", "--json", sentence)
    assert status == 0, err
    return [json.loads(line) for line in out.splitlines()]


def vectors(library: str) -> list[bytes]:
    catalog = sqlite3.connect(os.fsdecode(Locations.at(library).catalog))
    return [row[0] for row in catalog.execute("SELECT vector FROM embeddings ORDER BY content_id")]


def use_imported(command: Command, world: World, folder: Path, *, headless: bool) -> None:
    """A model of one's own, imported, in use, and acquainted with the photos."""
    write_tiny(folder, headless=headless, trained=not headless)
    steps = (["models", "import", str(folder), "--yes", "--name", "mine"], ["models", "use", "mine"])
    for step in (*steps, ["index", str(world.folder / "images")]):
        status, _, err = command(*step)
        assert status == 0, err


def train_head(command: Command, world: World, *more: str) -> tuple[int, str, str]:
    captions = ["--captions", str(world.folder / "captions.tsv"), "--photos", str(world.folder / "images")]
    return command("train", "--head", "mine", *captions, *QUICK, *more)


def test_a_head_for_a_model_without_one_is_trained_and_then_reranks(
    command: Command, world: World, library: str, tmp_path: Path
) -> None:
    use_imported(command, world, tmp_path / "mine", headless=True)
    before, embeddings = found(command, "a red disc on the left"), vectors(library)
    assert not any(hit["reranked"] for hit in before)
    status, out, err = train_head(command, world, "--epochs", "10")
    assert status == 0, err
    assert "kept as head" in out
    meanwhile = found(command, "a red disc on the left")
    assert [hit["path"] for hit in meanwhile] == [hit["path"] for hit in before]
    assert not any(hit["reranked"] for hit in meanwhile)
    assert command("index", str(world.folder / "images"))[0] == 0
    after = found(command, "a red disc on the left")
    assert any(hit["reranked"] for hit in after)
    assert [hit["path"] for hit in after] != [hit["path"] for hit in before]
    assert vectors(library) == embeddings
    (mine,) = (row for row in map(json.loads, command("models", "list", "--json")[1].splitlines()) if row["in_use"])
    assert mine["abilities"]["rerank"]
    assert not mine["abilities"]["probability"]


def test_heads_that_were_trained_one_after_the_other_are_told_apart_measured_and_taken_back(
    command: Command, world: World, tmp_path: Path
) -> None:
    use_imported(command, world, tmp_path / "mine", headless=True)
    first, second = (key_of(train_head(command, world, "--steps", "2", "--seed", seed)) for seed in "12")
    assert first != second
    photos = ["--photos", str(world.folder / "images"), "--captions", str(world.folder / "captions.tsv")]
    measured = {
        head: json.loads(command("evaluate", "--json", "--model", "mine", *photos, *named)[1])["coop"]
        for head, named in (("", []), (first, ["--head", first]), (second, ["--head", second[:8]]))
    }
    assert measured[""] is None
    assert measured[first]
    assert measured[second]
    assert command("evaluate", "--model", "starter", *photos, "--head", first)[0] == 2
    status, _, err = command("evaluate", "--model", "mine", *photos, "--head", "beef")
    assert status == 3
    assert first in err
    for said in (f"back to the head {first}", "back to its own head", "nothing to undo"):
        assert said in command("train", "--adapter", "--undo")[1]


def key_of(done: tuple[int, str, str]) -> str:
    """Of the head that a training has kept."""
    status, out, err = done
    assert status == 0, err
    return out.split("kept as head ")[1].split()[0]


def test_a_head_that_was_trained_here_is_calibrated_where_there_are_photos_enough(
    command: Command, world: World, library: str, tmp_path: Path
) -> None:
    use_imported(command, world, tmp_path / "mine", headless=True)
    locations = Locations.at(library)
    home = home_of(locations)
    given = {"model": "mine", "method": "ce", "stage": "adapter", "steps": 2, "batch": 8, "precision": "float32"}
    config = build_config(None, given)
    material = Material((world.captions,), world.photos, b"", b"")
    own = own_head.train_head(config, material, home, own_head.Run(tmp_path / "run", fewest=20))
    assert "are needed" in calibrate(own, home, device="cpu", progress=no_progress)
    assert "are probabilities" in calibrate(own, home, device="cpu", progress=no_progress, fewest=len(own.dev.photos))
    use(locations, "mine", own.facts.model_id, own.facts.key)
    assert command("index", str(world.folder / "images"))[0] == 0
    status, out, err = command("search", "--json", "a red disc on the left")
    assert status in (0, 1), err
    assert all(0 <= json.loads(line)["probability"] <= 1 for line in out.splitlines())
    described = json.loads(command("models", "show", "mine", "--json")[1])
    assert all(described["abilities"].values())


def test_captions_may_lie_beside_their_photos(command: Command, world: World, tmp_path: Path) -> None:
    use_imported(command, world, tmp_path / "mine", headless=True)
    lines = (world.folder / "captions.tsv").read_text().splitlines()
    here = "".join(f"images/{line}\n" for line in lines)
    (world.folder / "beside.tsv").write_text(here)
    captions = ["--captions", str(world.folder / "beside.tsv")]
    status, _, err = command("train", "--head", "mine", *captions, "--steps", "2", *QUICK)
    assert status == 0, err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--head", "mine"],
        ["--head", "mine", "--captions", "x.tsv", "--out", "there"],
        ["--head", "mine", "--captions", "x.tsv", "--method", "joint"],
        ["--head", "mine", "--captions", "x.tsv", "--train", "a.txt"],
        ["--adapter", "--out", "there"],
        ["--adapter", "--train", "a.txt"],
        ["--model", "starter", "--undo"],
        ["--model", "starter"],
    ],
)
def test_what_makes_no_sense_is_status_2(command: Command, wrong: list[str]) -> None:
    status, _, err = command("train", *wrong)
    assert status == 2
    assert err


def test_an_adapter_is_kept_only_where_it_is_better_and_undone(command: Command, world: World, tmp_path: Path) -> None:
    use_imported(command, world, tmp_path / "mine", headless=False)
    captions = ["--captions", str(world.folder / "captions.tsv"), "--photos", str(world.folder / "images")]
    before = [hit["path"] for hit in found(command, "a red disc on the left")]
    status, out, err = command("train", "--adapter", *captions, "--dry-run", "--steps", "3")
    assert status in (0, 1), err
    assert "before" in out
    assert [hit["path"] for hit in found(command, "a red disc on the left")] == before
    assert command("train", "--adapter", "--undo")[0] == 1


def test_a_better_adapter_is_used_at_once_and_one_command_goes_back(
    command: Command, world: World, library: str, tmp_path: Path
) -> None:
    write_tiny(tmp_path / "mine", aligned=True)
    assert command("models", "import", str(tmp_path / "mine"), "--yes", "--name", "mine")[0] == 0
    assert command("models", "use", "mine")[0] == 0
    assert command("index", str(world.folder / "images"))[0] == 0
    before, rows = scores(command), vectors(library)
    captions = ["--captions", str(world.folder / "captions.tsv"), "--photos", str(world.folder / "images")]
    status, out, err = command("train", "--adapter", *captions, "--steps", "40", *SURELY)
    assert status == 0, out + err
    assert "It is in use" in out
    assert scores(command) != before
    assert vectors(library) == rows
    assert command("train", "--adapter", "--undo")[0] == 0
    assert scores(command) == before
    assert command("train", "--adapter", "--undo")[0] == 1


def scores(command: Command) -> list[tuple[str, float]]:
    return [(hit["path"], hit["score"]) for hit in found(command, "a red disc on the left")]


def test_a_starter_that_ships_with_another_head_finds_everything_in_place(tmp_path: Path, world: World) -> None:
    shipped, locations = write_store(tmp_path / "models"), Locations.at(os.fsencode(tmp_path / "library"))
    with Library.open(locations, models=ModelStore(shipped, device="cpu"), workers=1) as library:
        library.load_model()
        index(library, world.folder / "images")
        before = hits(library, Search(1, "a red disc on the left"))
    rows, tokens = vectors(str(tmp_path / "library")), segments(locations)
    manifest = write_tiny(shipped / "starter", trained=True)
    (shipped / "presets.json").write_text(json.dumps({"starter": {"manifest_sha256": manifest}}))
    with Library.open(locations, models=ModelStore(shipped, device="cpu"), workers=1) as library:
        library.load_model()
        after = hits(library, Search(1, "a red disc on the left"))
        assert library.progress().pending == 0
        assert [data.embeddings for data in library.learned.all()] == [len(rows)]
    assert all(hit.reranked for hit in (*before[:20], *after[:20]))
    assert [hit.score for hit in after[:20]] != [hit.score for hit in before[:20]]
    assert [hit.cosine for hit in sorted(after, key=by_path)] == [hit.cosine for hit in sorted(before, key=by_path)]
    assert vectors(str(tmp_path / "library")) == rows
    assert segments(locations) == tokens


def by_path(hit: SearchHit) -> bytes:
    return hit.path


def segments(locations: Locations) -> dict[str, bytes]:
    models = Path(os.fsdecode(locations.presets)).parent
    return {str(path.relative_to(models)): path.read_bytes() for path in sorted(models.glob("*/tokens/*/*"))}


def test_an_open_clip_model_of_a_hub_gets_a_head(command: Command, world: World, library: str, tmp_path: Path) -> None:
    """Random weights: what is shown is the way, and that nothing of the towers moves."""
    write_hub_model(tmp_path / "vit")
    assert command("models", "import", str(tmp_path / "vit"), "--yes", "--name", "mine")[0] == 0
    assert command("models", "use", "mine")[0] == 0
    assert command("index", str(world.folder / "images"))[0] == 0
    before, rows = found(command, "a red disc on the left"), vectors(library)
    assert not any(hit["reranked"] for hit in before)
    status, _, err = train_head(command, world, "--steps", "3", "--set", "batch=4", "--set", "dev_sentences=16")
    assert status == 0, err
    assert [hit["path"] for hit in found(command, "a red disc on the left")] == [hit["path"] for hit in before]
    assert command("index", str(world.folder / "images"))[0] == 0
    after = found(command, "a red disc on the left")
    assert any(hit["reranked"] for hit in after)
    assert vectors(library) == rows


def write_hub_model(folder: Path) -> None:
    """As a hub would hold a model of open_clip, with the words and the photos of ViT-B/32 but narrow and shallow."""
    torch.manual_seed(0)
    folder.mkdir()
    known: dict[str, Any] = open_clip.get_model_config("ViT-B-32")
    vision = {**known["vision_cfg"], "width": 128, "head_width": 32, "layers": 3}
    known = {
        "embed_dim": 64,
        "vision_cfg": vision,
        "text_cfg": {**known["text_cfg"], "width": 64, "heads": 2, "layers": 3},
    }
    model = open_clip.CLIP(**known)
    config = {"model_cfg": known, "preprocess_cfg": {}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    safetensors.torch.save_file(
        {key: value.contiguous() for key, value in model.state_dict().items()},
        folder / "open_clip_model.safetensors",
    )
