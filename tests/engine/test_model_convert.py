"""A pickle becomes safetensors in a process without rights; nothing in it is run."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from engine import cli, model_convert_worker
from engine.errors import AfterimageError, ModelAltered, ModelMissing
from engine.model_convert import convert
from engine.preset_install import look_at
from tests.engine.test_model_import import write_hub_folder

WEIGHTS = {"a": torch.arange(6.0).reshape(2, 3), "b.c": torch.tensor(7), "half": torch.ones(3, dtype=torch.bfloat16)}


class Runs:
    """What a hostile pickle does when somebody unpickles it: makes a file."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.proof),)


def save(path: Path, value: Any, **options: Any) -> Path:
    torch.save(value, path, **options)
    return path


def same(path: Path, weights: dict[str, torch.Tensor]) -> bool:
    read = safetensors.torch.load_file(path)
    return read.keys() == weights.keys() and all(
        read[name].dtype == value.dtype and torch.equal(read[name], value) for name, value in weights.items()
    )


@pytest.mark.parametrize("new", [True, False], ids=["zip", "old"])
def test_weights_come_out_as_they_went_in(tmp_path: Path, new: bool) -> None:
    source = save(tmp_path / "clip.bin", OrderedDict(WEIGHTS), _use_new_zipfile_serialization=new)
    made = convert(source, tmp_path / "to")
    assert made.path == tmp_path / "to" / "clip.safetensors"
    assert same(made.path, WEIGHTS)
    assert (made.tensors, made.left_out) == (3, ())
    assert made.size == made.path.stat().st_size
    assert [path.name for path in made.path.parent.iterdir()] == ["clip.safetensors"]
    if sys.platform == "linux" and os.uname().machine == "x86_64":
        assert any(wall.startswith("seccomp") for wall in made.walls)


def test_what_a_training_saved_around_the_weights_is_left_out() -> None:
    shared, out = torch.arange(4.0), io.BytesIO()
    weights = {"module.a": shared, "module.b": shared[1:3], "module.c": torch.arange(6).reshape(2, 3).t()}
    read = {"epoch": 3, "state_dict": {**weights, "module.note": "hello"}}
    named, left_out = model_convert_worker.weights_of(read)
    model_convert_worker.write(named, out)
    kept = safetensors.torch.load(out.getvalue())
    assert {name: value.tolist() for name, value in kept.items()} == {
        "a": [0, 1, 2, 3],
        "b": [1, 2],
        "c": [[0, 3], [1, 4], [2, 5]],
    }
    assert left_out == ["module.note"]


def test_a_converted_model_can_be_imported(tmp_path: Path) -> None:
    folder = write_hub_folder(tmp_path / "hub")
    weights = safetensors.torch.load_file(folder / "open_clip_model.safetensors")
    (folder / "open_clip_model.safetensors").unlink()
    source = save(folder / "open_clip_pytorch_model.bin", weights)
    with pytest.raises(ModelMissing, match="models convert"):
        look_at(folder)
    made = convert(source, tmp_path / "to")
    assert made.path.name == "open_clip_model.safetensors"
    assert set(made.beside) == {"open_clip_config.json", "tokenizer.json"}
    assert look_at(tmp_path / "to").sha256 == made.sha256


@pytest.mark.parametrize("form", ["zip", "plain"])
def test_a_hostile_pickle_is_refused_and_does_nothing(tmp_path: Path, form: str) -> None:
    proof = tmp_path / "proof"
    value = {"weight": torch.zeros(3), "more": Runs(proof)}
    source = tmp_path / "hostile.bin"
    if form == "plain":
        source.write_bytes(pickle.dumps(Runs(proof)))
    else:
        save(source, value)
    with pytest.raises(ModelAltered, match="publisher"):
        convert(source, tmp_path / "to")
    assert not proof.exists()
    assert list((tmp_path / "to").iterdir()) == []
    pickle.loads(pickle.dumps(Runs(proof)))
    assert proof.is_dir()  # it would have


def cut_short(path: Path) -> Path:
    """A tensor that says it is larger than what is there."""
    plain = io.BytesIO()
    torch.save({"weight": torch.zeros(2**20)}, plain)
    with zipfile.ZipFile(plain) as read, zipfile.ZipFile(path, "w") as wrote:
        for entry in read.infolist():
            content = read.read(entry)
            wrote.writestr(entry.filename, content[:-100] if entry.filename.endswith("data/0") else content)
    return path


@pytest.mark.parametrize("make", [lambda path: path.write_bytes(b"no pickle at all"), cut_short])
def test_what_is_no_pickle_of_weights_is_refused(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "odd.bin")
    with pytest.raises(ModelAltered, match="publisher"):
        convert(tmp_path / "odd.bin", tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (torch.zeros(3), "no named weights"),
        ({"epoch": 3}, "no weights"),
        ({"weight": torch.zeros(3, dtype=torch.complex64)}, "complex64"),
        ({"weight": torch.eye(3).to_sparse()}, "does not hold"),
    ],
)
def test_what_holds_no_weights_is_said_to_be_so(read: Any, said: str) -> None:
    with pytest.raises(model_convert_worker.NoWeights, match=said):
        model_convert_worker.weights_of(read)


def test_nothing_is_written_over_and_nothing_is_invented(tmp_path: Path) -> None:
    (tmp_path / "clip.bin").write_bytes(b"never opened")
    source = tmp_path / "clip.bin"
    (tmp_path / "clip.safetensors").write_bytes(b"mine")
    with pytest.raises(AfterimageError, match="already"):
        convert(source, tmp_path)
    assert (tmp_path / "clip.safetensors").read_bytes() == b"mine"
    with pytest.raises(ModelMissing):
        convert(tmp_path / "absent.bin", tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are those of Linux")
def test_behind_the_walls_there_is_no_file_no_network_and_no_other_process(tmp_path: Path) -> None:
    """Whatever a pickle could be made to call."""
    (tmp_path / "secret").write_text("mine")
    code = f"""
import os, socket
from engine import cage

tries = (
    lambda: open({os.fspath(tmp_path / "secret")!r}).read(),
    lambda: open({os.fspath(tmp_path / "made")!r}, "w").close(),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    os.fork,
    lambda: os.execv("/bin/true", ["true"]),
)
walls, done = cage.enter(), 0
for attempt in tries:
    try:
        attempt()
        done += 1
    except OSError:
        pass
print(len(walls), done, flush=True)
os._exit(0)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    walls, done = map(int, told.stdout.split())
    if not walls:
        pytest.skip("this kernel has neither Landlock nor seccomp")
    assert done == 0
    assert not (tmp_path / "made").exists()


def test_on_the_command_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = save(tmp_path / "clip.pth", {"state_dict": WEIGHTS, "epoch": 3})
    assert cli.main(["models", "convert", str(source), "--to", str(tmp_path / "to")]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("clip.safetensors: 3 tensors")
    assert f"models import {tmp_path / 'to'}" in out
    assert "restricted reader" in err
    source.write_bytes(pickle.dumps(Runs(tmp_path / "proof")))
    shutil.rmtree(tmp_path / "to")
    assert cli.main(["models", "convert", str(source), "--to", str(tmp_path / "to")]) == 3
    assert "publisher" in capfd.readouterr().err
    assert cli.main(["models", "convert", str(source)]) == 2
    assert not (tmp_path / "proof").exists()


def test_names_that_are_numbers_and_empty_tensors_are_kept(tmp_path: Path) -> None:
    out = io.BytesIO()
    weights, left_out = model_convert_worker.weights_of({0: torch.zeros(0, 4), "deep": {"model": 1}})
    model_convert_worker.write(weights, out)
    assert left_out == ["deep"]
    assert safetensors.torch.load(out.getvalue())["0"].shape == (0, 4)
