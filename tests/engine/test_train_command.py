from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from engine.cli import main
from engine.locations import Locations
from engine.model_store import ModelStore
from tests.engine.captioned_shapes import World, draw_world
from tests.engine.model_folders import write_tiny

QUICK = ["--precision", "float32", "--set", "batch=8", "--set", "listwise_sentences=8", "--set", "wrong_candidates=2"]
TOWERS = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8},
    "text_cfg": {"context_length": 77, "width": 64, "heads": 2, "layers": 3},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return draw_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny(folder)
    return folder


@pytest.fixture
def towers(tmp_path: Path) -> str:
    path = tmp_path / "towers.json"
    path.write_text(json.dumps(TOWERS))
    return str(path)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    state = torch.load(folder / "training" / "last.pt", weights_only=True)
    found: dict[str, torch.Tensor] = state["model"]
    return found


def config(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "train.json").read_text())
    return found


def test_a_joint_model_from_random_weights_is_written_and_can_be_evaluated(
    world: World, towers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(world.arguments(out, "--architecture", towers, "--steps", "4", *QUICK)) == 0
    assert "retrieve, then rerank" in capsys.readouterr().out
    loaded = ModelStore().load(str(out))
    assert loaded.cross_encoder is not None
    assert loaded.bi_encoder.unknown_words("a red spaceship") == ["spaceship"]
    assert config(out)["steps"] == 4
    assert {path.name for path in out.iterdir()} >= {"manifest.json", "config.json", "model.safetensors", "train.json"}
    steps = [json.loads(line)["step"] for line in (out / "training" / "log.jsonl").read_text().splitlines()]
    assert steps[-1] == 4
    assert (out / "training" / "curve.csv").read_text().startswith("at_s,step")
    files = ["--captions", str(world.folder / "captions.tsv"), "--photos", str(world.folder / "images")]
    assert main(["evaluate", "--model", str(out), *files, "--split", str(world.folder / "dev.txt"), "--json"]) == 0


def test_a_head_beside_a_model_leaves_its_embeddings_as_they_are(world: World, model: Path, tmp_path: Path) -> None:
    before = ModelStore().load(str(model))
    assert main(world.arguments(tmp_path / "a", "--model", str(model), "--method", "ce", "--steps", "3", *QUICK)) == 0
    after = ModelStore().load(str(tmp_path / "a"))
    sentences = ["a red disc", "a blue square"]
    assert (before.bi_encoder.encode_sentences(sentences) == after.bi_encoder.encode_sentences(sentences)).all()
    assert before.token_version == after.token_version
    assert list((tmp_path / "a" / "training" / "cache").glob("maps-*"))


def test_a_model_that_was_fetched_or_imported_goes_by_its_name(world: World, tmp_path: Path) -> None:
    library = tmp_path / "library"
    write_tiny(Path(os.fsdecode(Locations.at(os.fsencode(library)).presets)) / "mine")
    asked = world.arguments(tmp_path / "a", "--model", "mine", "--method", "ce", "--steps", "2", *QUICK)
    assert main(["--library", str(library), *asked]) == 0
    assert config(tmp_path / "a")["model"] == "mine"


def test_a_new_head_of_another_fusion_takes_the_place_of_the_old(world: World, model: Path, tmp_path: Path) -> None:
    more = ["--model", str(model), "--method", "ce", "--fusion", "single_stream", "--steps", "2", *QUICK]
    assert main(world.arguments(tmp_path / "a", *more)) == 0
    facts = json.loads((tmp_path / "a" / "config.json").read_text())
    assert facts["head"]["fusion"] == "single_stream"


def test_two_networks_are_trained_apart(world: World, model: Path, tmp_path: Path) -> None:
    more = ["--model", str(model), "--method", "sep", "--loss", "triplet", "--steps", "2", *QUICK]
    assert main(world.arguments(tmp_path / "sep", *more)) == 0
    assert ModelStore().load(str(tmp_path / "sep" / "be")).cross_encoder is None
    assert ModelStore().load(str(tmp_path / "sep" / "ce")).cross_encoder is not None


@pytest.mark.parametrize("negatives", ["random", "mined"])
def test_every_kind_of_wrong_pair_trains(world: World, model: Path, tmp_path: Path, negatives: str) -> None:
    more = ["--model", str(model), "--negatives", negatives, "--steps", "3", *QUICK]
    assert main(world.arguments(tmp_path / "a", *more)) == 0
    assert config(tmp_path / "a")["negatives"] == negatives
    assert (tmp_path / "a" / "training" / "mined_0.npz").exists() == (negatives == "mined")


@pytest.mark.parametrize(("method", "stage"), [("joint", "full"), ("be", "distil"), ("joint", "distil")])
def test_stages_change_what_they_are_for(world: World, model: Path, tmp_path: Path, method: str, stage: str) -> None:
    more = ["--model", str(model), "--method", method, "--stage", stage, "--steps", "2", *QUICK]
    assert main(world.arguments(tmp_path / "a", *more)) == 0
    before, after = ModelStore().load(str(model)).bi_encoder, ModelStore().load(str(tmp_path / "a")).bi_encoder
    assert (before.encode_sentences(["a red disc"]) != after.encode_sentences(["a red disc"])).any()
    log = (tmp_path / "a" / "training" / "log.jsonl").read_text()
    assert "dev_mr" in log


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_killed_run_goes_on_to_the_weights_of_an_unbroken_one(world: World, model: Path, tmp_path: Path) -> None:
    more = ["--model", str(model), "--negatives", "mined", "--steps", "14", "--set", "look_every=2", *QUICK]
    assert main(world.arguments(tmp_path / "whole", *more)) == 0
    broken = tmp_path / "broken"
    checkpoint = broken / "training" / "last.pt"
    code = "import sys; from engine.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *world.arguments(broken, *more)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 300
    while not checkpoint.exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    step = torch.load(checkpoint, weights_only=True)["step"]
    assert 0 < step < 14, "it was to be killed on its way"
    assert not (broken / "manifest.json").exists()
    assert main(world.arguments(broken, *more, "--resume")) == 0
    for name, weight in weights(tmp_path / "whole").items():
        assert torch.equal(weight, weights(broken)[name]), name
    assert (broken / "model.safetensors").read_bytes() == (tmp_path / "whole" / "model.safetensors").read_bytes()


def test_a_run_is_not_taken_up_with_other_settings(
    world: World, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--model", str(model), "--method", "be", "--steps", "1", *QUICK]
    assert main(world.arguments(tmp_path / "a", *more)) == 0
    assert main(world.arguments(tmp_path / "a", *more)) == 2
    assert "--resume" in capsys.readouterr().err
    assert main(world.arguments(tmp_path / "a", *more, "--resume", "--set", "margin=0.3")) == 2
    assert "margin=0.1, not 0.3" in capsys.readouterr().err
    assert main(world.arguments(tmp_path / "a", "--resume", "--steps", "3")) == 0
    assert config(tmp_path / "a")["steps"] == 3


def test_settings_of_another_run_are_used_again(world: World, model: Path, tmp_path: Path) -> None:
    more = ["--model", str(model), "--method", "be", "--steps", "1", "--seed", "5", *QUICK]
    assert main(world.arguments(tmp_path / "a", *more)) == 0
    again = ["--config", str(tmp_path / "a" / "train.json"), "--precision", "float32", "--set", "margin=0.2"]
    assert main(world.arguments(tmp_path / "b", *again)) == 0
    assert config(tmp_path / "b") == {**config(tmp_path / "a"), "margin": 0.2}


def test_a_photo_of_two_splits_stops_the_training(
    world: World, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = (world.folder / "train.txt").read_text().splitlines()
    (tmp_path / "dev.txt").write_text(names[0] + "\n")
    arguments = world.arguments(tmp_path / "a", "--model", str(model), "--steps", "1")
    arguments[arguments.index("dev")] = str(tmp_path / "dev.txt")
    assert main(arguments) == 3
    assert names[0] in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--steps", "1"], "--model or --architecture"),
        (["--model", "starter"], "--steps, --minutes or --epochs"),
        (["--model", "starter", "--steps", "1", "--set", "bacth=3"], "no setting 'bacth'"),
        (["--model", "starter", "--steps", "1", "--set", "batch=many"], "'many' is no value for batch"),
        (["--architecture", "ViT-Q-99", "--steps", "1"], "no architecture 'ViT-Q-99'"),
        (["--model", "nobody", "--steps", "1"], "no model is called 'nobody'"),
        (["--minutes", "-1", "--model", "starter"], "no number above 0"),
    ],
)
def test_what_makes_no_sense_is_answered_in_one_sentence(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], says: str
) -> None:
    assert main(world.arguments(tmp_path / "a", *more)) in (2, 3)
    error = capsys.readouterr().err
    assert says.casefold() in error.casefold()
    assert len(error.strip().splitlines()) == 1


@pytest.mark.timeout(900)
def test_a_training_that_is_told_to_end_keeps_the_run(world: World, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "a"
    more = ["--model", str(model), "--method", "be", "--minutes", "5", *QUICK, "--set", "look_every=1"]
    code = "import sys; from engine.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *world.arguments(out, *more)], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 300
    while not (out / "training" / "last.pt").exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGTERM)
    error = process.communicate(timeout=300)[1]
    assert process.returncode == 128 + signal.SIGTERM, error
    assert "everything that was finished is kept" in error.lower()
    assert torch.load(out / "training" / "last.pt", weights_only=True)["step"] > 0
