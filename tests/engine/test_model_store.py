from __future__ import annotations

import importlib.resources
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import open_clip
import pytest
import safetensors.torch
import torch

from engine.errors import ModelAltered, ModelMissing
from engine.joint_model_served import serve
from engine.model_files import CONFIG, TOKENIZER, WEIGHTS, read_files
from engine.model_store import ModelStore
from engine.tokenizer import Tokenizer
from tests.engine.model_folders import write_store, write_tiny


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("models"))


@pytest.fixture
def store_folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "models"))


def test_a_preset_is_loaded_with_all_that_a_library_needs(store_folder: Path) -> None:
    loaded = ModelStore(store_folder).load("starter")
    assert loaded.name == "starter"
    assert loaded.token_shape == (16, 256)
    assert loaded.bi_encoder.dimension == 32
    assert loaded.bi_encoder.model_input.size == 32
    assert loaded.cross_encoder is not None


def test_the_same_folder_is_the_same_model_and_other_pixels_are_another(tmp_path: Path, store_folder: Path) -> None:
    store = ModelStore(store_folder)
    first = store.load("starter")
    assert store.load(str(store_folder / "starter")).model_id == first.model_id
    folder = tmp_path / "padded"
    shutil.copytree(store_folder / "starter", folder)
    change(folder, "config.json", lambda text: text.replace('"size": 32', '"size": 32, "resize": "longest"'))
    assert store.load(str(folder)).model_id != first.model_id


def test_a_model_without_a_head_stores_no_tokens(tmp_path: Path) -> None:
    write_tiny(tmp_path / "plain", headless=True)
    loaded = ModelStore(tmp_path).load(str(tmp_path / "plain"))
    assert loaded.cross_encoder is None
    assert loaded.token_shape is None
    assert loaded.bi_encoder.encode_sentences(["a dog"]).shape == (1, 32)


def test_weights_that_do_not_fit_the_config_are_refused(tmp_path: Path) -> None:
    write_tiny(tmp_path / "plain")
    change(tmp_path / "plain", "config.json", lambda text: json.dumps({**json.loads(text), "head": None}))
    with pytest.raises(ModelAltered) as caught:
        ModelStore(tmp_path).load(str(tmp_path / "plain"))
    assert "do not fit" in str(caught.value)


def test_the_starter_that_ships_is_whole() -> None:
    loaded = ModelStore().load("starter")
    assert loaded.token_shape == (64, 256)
    assert loaded.bi_encoder.unknown_words("a dog and a spaceship") == ["spaceship"]


def test_nothing_is_unpickled_while_models_load(store_folder: Path) -> None:
    found: list[object] = []
    listening = [True]

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event == "pickle.find_class":
            found.append(arguments)

    sys.addaudithook(hear)  # there is no way to take one out again
    pickle.loads(pickle.dumps(Path()))
    assert found, "the hook hears nothing"
    found.clear()
    ModelStore().load("starter")
    ModelStore(store_folder).load("starter")
    listening.clear()
    assert found == []


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "words.txt", "manifest.json"])
def test_a_missing_file_is_named(store_folder: Path, name: str) -> None:
    (store_folder / "starter" / name).unlink()
    with pytest.raises(ModelMissing) as caught:
        ModelStore(store_folder).load("starter")
    assert "starter" in str(caught.value)
    assert "(" in str(caught.value)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "words.txt", "manifest.json"])
def test_one_altered_byte_is_enough_to_refuse(store_folder: Path, name: str) -> None:
    path = store_folder / "starter" / name
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 1
    path.write_bytes(contents)
    with pytest.raises(ModelAltered) as caught:
        ModelStore(store_folder).load("starter")
    assert name in str(caught.value)


def test_a_preset_that_is_not_installed_says_what_to_use(store_folder: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        ModelStore(store_folder).load("fast")
    assert "starter" in str(caught.value)


def test_an_unknown_name_lists_the_known_ones(store_folder: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        ModelStore(store_folder).load("gigantic")
    assert "starter" in str(caught.value)


@pytest.mark.parametrize("suffix", [".bin", ".pt", ".pth"])
def test_pickled_weights_are_refused_unread(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    path.write_bytes(b"never opened")
    with pytest.raises(ModelMissing) as caught:
        ModelStore(tmp_path).load(str(path))
    assert "pickled" in str(caught.value)


@pytest.mark.parametrize("name", ["weights.bin", "../starter/model.safetensors", "/etc/passwd"])
def test_a_manifest_cannot_name_pickles_or_files_elsewhere(tmp_path: Path, name: str) -> None:
    write_tiny(tmp_path / "odd")
    manifest = tmp_path / "odd" / "manifest.json"
    listed = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**listed, "files": {**listed["files"], name: "0" * 64}}))
    with pytest.raises(ModelAltered):
        ModelStore(tmp_path).load(str(tmp_path / "odd"))


def test_loaded_twice_it_embeds_alike(store_folder: Path) -> None:
    store = ModelStore(store_folder)
    one, two = (store.load("starter").bi_encoder.encode_sentences(["a red dog"]) for _ in range(2))
    assert np.array_equal(one, two)


def change(folder: Path, name: str, edit) -> None:  # type: ignore[no-untyped-def]
    """Edits a file and signs it anew, as someone who builds a model of their own would."""
    import hashlib

    path, manifest = folder / name, folder / "manifest.json"
    path.write_text(edit(path.read_text()))
    listed = json.loads(manifest.read_bytes())
    listed["files"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(listed))


def test_the_starter_is_loaded_without_the_libraries_that_trained_it() -> None:
    code = "import sys; from engine.model_store import ModelStore; ModelStore(device='cpu').load('starter')\n"
    code += "print('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(run.stdout.split()) & {"open_clip", "timm", "torchvision", "torch._dynamo", "sympy"}


@torch.inference_mode()
def test_the_starter_is_an_ordinary_model_of_open_clip() -> None:
    files = read_files(Path(str(importlib.resources.files("resources"))) / "models" / "starter")
    config = json.loads(files[CONFIG])
    weights = {name: value.float() for name, value in safetensors.torch.load(files[WEIGHTS]).items()}
    theirs = open_clip.CustomTextCLIP(**{k: v for k, v in config["model_cfg"].items() if k != "custom_text"}).eval()
    theirs.load_state_dict({k.removeprefix("clip."): v for k, v in weights.items() if k.startswith("clip.")})
    ours = serve(config, weights)
    photos = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    ids = Tokenizer(files[TOKENIZER].decode(), context_length=theirs.context_length)(["a red dog", "two men in a boat"])
    torch.testing.assert_close(ours.see(photos)[0], theirs.encode_image(photos, normalize=True), atol=1e-5, rtol=0)
    torch.testing.assert_close(ours.read(ids).embedding, theirs.encode_text(ids, normalize=True), atol=1e-5, rtol=0)
