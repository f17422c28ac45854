"""What is known of each model, and what vouches for it."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

import pytest

from engine.errors import AfterimageError, DiskFull, LibraryBusy, ModelAltered, ModelMissing, UsageError
from engine.locations import Locations
from engine.preset_install import alone, install, look_at, remove, size_here
from engine.presets import ModelFile, Pin, Presets, check_name
from tests.engine.made_up_models import model_files, presets_of, safetensors, write

NAMES = ["starter", "fast", "small", "balanced", "best-cpu", "best-gpu", "so400m", "research"]


@pytest.fixture
def presets(tmp_path: Path) -> Presets:
    return presets_of(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "source", model_files())


def test_the_list_has_every_preset_with_licence_languages_size_and_abilities() -> None:
    listed = Presets().all()
    assert [name for name in listed if name in NAMES] == NAMES
    for preset in listed.values():
        assert preset.facts["licence"]
        assert preset.facts["languages"]
        assert preset.facts["download_bytes"] is not None
        assert preset.abilities["search"] or preset.reranks_others
    fetched = [preset for preset in listed.values() if preset.repository]
    assert {preset.facts["licence_url"].partition(":")[0] for preset in fetched} == {"https"}
    assert all(file.name.endswith((".safetensors", ".json")) for preset in fetched for file in preset.files)
    assert not any(preset.abilities["rerank"] for preset in fetched if not preset.reranks_others)


@pytest.mark.parametrize("name", ["starter", "starter-multilingual"])
def test_a_model_that_ships_is_said_to_be_able_to_what_its_files_hold(name: str) -> None:
    folder = Presets().require(name)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    calibrated = (folder / "calibration.json").exists()
    assert Presets().all()[name].abilities == {
        "search": True,
        "rerank": bool(config["head"]),
        "probability": calibrated,
        "nothing_matches": calibrated,
        "why": bool(config["head"] and config["head"].get("alignment")),
    }


def test_every_preset_of_the_hub_is_one_that_open_clip_knows_by_this_name() -> None:
    spec = importlib.util.find_spec("open_clip")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    known = (package / "pretrained.py").read_text()  # read, not imported: torch takes seconds
    for preset in Presets().all().values():
        if preset.repository and not preset.reranks_others:
            name, tag = preset.facts["open_clip"].split(":")
            assert (package / "model_configs" / f"{name}.json").is_file()
            assert f"hf_hub='{preset.repository}/'" in known
            assert f"{tag}=" in known


def test_only_the_starter_ships() -> None:
    assert Presets().get("starter").installed
    assert [preset.name for preset in Presets().all().values() if preset.installed and preset.repository] == []


def test_an_unknown_name_lists_the_known_ones(presets: Presets) -> None:
    with pytest.raises(ModelMissing, match="made-up"):
        presets.get("gigantic")


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "-x", ".fetching", "x" * 65, "a\nb", "x.pin.json"])
def test_a_name_is_never_a_path(name: str, presets: Presets) -> None:
    with pytest.raises(UsageError):
        check_name(name)
    assert presets.folder(name) is None
    assert presets.pin(name) is None


def test_an_imported_folder_is_installed_and_pinned_under_any_name(presets: Presets, folder: Path) -> None:
    install(presets, "mine", look_at(folder), spare_bytes=0)
    mine = presets.all()["mine"]
    assert mine.installed
    assert mine.facts["imported_from"] == str(folder)
    assert presets.require("mine") == presets.fetched / "mine"  # type: ignore[operator]
    assert presets.manifest_sha256("mine")
    with pytest.raises(AfterimageError, match="already"):
        install(presets, "mine", look_at(folder), spare_bytes=0)


def test_a_model_without_its_pin_is_not_trusted(presets: Presets, folder: Path) -> None:
    install(presets, "mine", look_at(folder), spare_bytes=0)
    presets.pin_path("mine").unlink()
    with pytest.raises(ModelAltered, match="nothing vouches"):
        presets.manifest_sha256("mine")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"files": 3}', '{"source": 1, "files": [{"name": 2, "x": 3}]}'])
def test_a_pin_that_cannot_be_read_is_said_to_be_so(presets: Presets, text: str) -> None:
    presets.pin_path("mine").parent.mkdir()
    presets.pin_path("mine").write_text(text)
    with pytest.raises(ModelAltered):
        presets.pin("mine")


def test_a_pin_comes_back_as_it_was(presets: Presets) -> None:
    pin = Pin("us/model", "c" * 40, (ModelFile("a", 3, "0" * 64),), "1" * 64, "https://hub")
    presets.keep_pin("mine", pin)
    assert presets.pin("mine") == pin


def test_removing_frees_what_was_shown_and_keeps_the_pin(presets: Presets, folder: Path) -> None:
    install(presets, "mine", look_at(folder), spare_bytes=0)
    size = size_here(presets, "mine")
    assert size > 2_000_000
    assert remove(presets, "mine") == size
    assert size_here(presets, "mine") == 0
    assert presets.folder("mine") is None
    assert presets.pin("mine") is not None


def test_other_files_under_a_pinned_name_are_refused(presets: Presets, folder: Path, tmp_path: Path) -> None:
    install(presets, "mine", look_at(folder), spare_bytes=0)
    remove(presets, "mine")
    with pytest.raises(ModelAltered, match=r"mine\.pin\.json"):
        install(presets, "mine", look_at(write(tmp_path / "other", model_files(seed=3))), spare_bytes=0)


def test_the_model_that_ships_is_never_removed(tmp_path: Path) -> None:
    with pytest.raises(AfterimageError, match="ships"):
        remove(Presets.of(Locations.at(os.fsencode(tmp_path))), "starter")


def test_nothing_is_removed_while_it_is_being_fetched(presets: Presets, folder: Path) -> None:
    install(presets, "mine", look_at(folder), spare_bytes=0)
    with alone(presets, "mine"):
        with pytest.raises(LibraryBusy, match="being fetched"):
            remove(presets, "mine")
        with pytest.raises(LibraryBusy):
            install(presets, "mine", look_at(folder), spare_bytes=0)
    assert presets.folder("mine") is not None
    remove(presets, "mine")


def test_a_look_tells_how_far_it_is(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    source = look_at(folder, lambda done, total: told.append((done, total)))
    assert told[-1] == (source.size, source.size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_too_little_room_is_known_before_a_byte_is_written(presets: Presets, folder: Path) -> None:
    with pytest.raises(DiskFull):
        install(presets, "mine", look_at(folder), spare_bytes=10**18)
    assert size_here(presets, "mine") == 0


@pytest.mark.parametrize("name", ["weights.bin", "weights.pt", "weights.pth", "weights.ckpt", "weights.pkl"])
def test_pickled_weights_are_refused_unread(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"never opened")
    for path in (tmp_path, tmp_path / name):
        with pytest.raises(ModelMissing, match="pickled weights are never opened"):
            look_at(path)


def cut(whole: bytes) -> dict[str, bytes]:
    return {
        "empty": b"",
        "short": whole[:4],
        "header only": whole[: 8 + int.from_bytes(whole[:8], "little")],
        "cut": whole[:-1],
        "longer": whole + b"\0",
        "no json": (10).to_bytes(8, "little") + b"not json!!",
        "no tensors": (2).to_bytes(8, "little") + b"{}",
        "a list": (2).to_bytes(8, "little") + b"[]",
        "endless header": (2**60).to_bytes(8, "little") + b"{}",
        "zip": b"PK\x03\x04" + bytes(200),
    }


@pytest.mark.parametrize("how", list(cut(safetensors(100))))
def test_weights_that_are_no_whole_safetensors_file_are_refused(tmp_path: Path, how: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(cut(safetensors(100))[how])
    with pytest.raises(ModelAltered, match="no whole safetensors"):
        look_at(tmp_path)


def test_a_folder_whose_files_differ_from_its_manifest_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("[]")
    with pytest.raises(ModelAltered, match=r"tokenizer\.json"):
        look_at(folder)


@pytest.mark.parametrize("name", ["../secret", "weights.bin", "absent.json", "/etc/passwd"])
def test_a_manifest_names_neither_pickles_nor_files_elsewhere(folder: Path, name: str) -> None:
    manifest = folder / "manifest.json"
    listed = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({"files": {**listed["files"], name: "0" * 64}}))
    with pytest.raises(ModelMissing):
        look_at(folder)


def test_weights_without_a_config_are_told_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(safetensors(100))
    with pytest.raises(ModelMissing, match=r"open_clip_config\.json"):
        look_at(tmp_path / "model.safetensors")
