"""Who a model is, and what becomes of what it learned when that is told otherwise than before."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch

from engine.catalog import Catalog
from engine.errors import ModelAltered, ModelMissing
from engine.heads import HeadFacts, HeadStore, token_version_of
from engine.identity_memory import Identity, IdentityMemory
from engine.locations import Locations
from engine.model_files import CONFIG, WEIGHTS, read_input
from engine.model_identity import identify
from engine.model_store import ModelStore, token_version
from engine.renamed_models import FORMER, bring_along, move_folder
from engine.training.export import export
from tests.engine.model_folders import WORDS, write_tiny
from tests.engine.tiny_models import tiny_tokenizer


def who(folder: Path) -> Identity:
    config = json.loads((folder / CONFIG).read_bytes())
    return identify(folder / WEIGHTS, config, read_input(config["input"]))


def rewritten(folder: Path, target: Path, change: dict[str, torch.Tensor], **config: object) -> Path:
    """The same model with other tensors, signed anew."""
    facts = {**json.loads((folder / CONFIG).read_bytes()), **config}
    weights = {**safetensors.torch.load_file(folder / WEIGHTS), **change}

    class Model(torch.nn.Module):
        def state_dict(self, *args: object, **kwargs: object) -> dict[str, torch.Tensor]:
            return weights

    export(target, Model(), facts, tokenizer=tiny_tokenizer()[1], words=WORDS)
    return target


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "first"
    write_tiny(folder, trained=True)
    return folder


def tensor(folder: Path, name: str) -> torch.Tensor:
    found: torch.Tensor = safetensors.torch.load_file(folder / WEIGHTS)[name]
    return found


def test_another_head_over_the_same_towers_is_the_same_model(model: Path, tmp_path: Path) -> None:
    other = rewritten(model, tmp_path / "other", {"verdict.weight": tensor(model, "verdict.weight") + 1})
    assert who(other).model_id == who(model).model_id
    assert who(other).head != who(model).head
    first, second = (ModelStore().load(str(folder)) for folder in (model, other))
    assert (first.model_id, first.token_version) == (second.model_id, second.token_version)
    assert (first.head, second.head) == (who(model).head, who(other).head)


def test_other_towers_input_or_architecture_are_another_model(model: Path, tmp_path: Path) -> None:
    moved = {"clip.visual.conv1.weight": tensor(model, "clip.visual.conv1.weight") + 1}
    facts = json.loads((model / CONFIG).read_bytes())
    quick = {**facts["model_cfg"], "quick_gelu": True}
    folders = [
        rewritten(model, tmp_path / "towers", moved),
        rewritten(model, tmp_path / "input", {}, input={**facts["input"], "resize": "longest"}),
        rewritten(model, tmp_path / "architecture", {}, model_cfg=quick),
    ]
    ids = {who(folder).model_id for folder in (model, *folders)}
    assert len(ids) == 4


def test_a_model_with_a_head_is_the_same_as_its_towers_alone(model: Path, tmp_path: Path) -> None:
    towers = {
        name.removeprefix("clip."): value
        for name, value in safetensors.torch.load_file(model / WEIGHTS).items()
        if name.startswith("clip.")
    }
    bare = tmp_path / "bare"
    shutil.copytree(model, bare)
    safetensors.torch.save_file(towers, bare / WEIGHTS)
    facts = json.loads((model / CONFIG).read_bytes())
    (bare / CONFIG).write_text(json.dumps({**facts, "head": None}))
    assert who(bare) == Identity(who(model).model_id, "")


def test_a_head_written_otherwise_has_the_same_key(model: Path, tmp_path: Path) -> None:
    facts = json.loads((model / CONFIG).read_bytes())
    full = {"alignment": True, "layers": 2, "fusion": "late", "cosine_weight": 1.0}
    assert facts["head"] == {"layers": 2, "alignment": True}
    assert who(rewritten(model, tmp_path / "full", {}, head=full)).head == who(model).head


def test_what_a_manifest_was_found_to_be_is_remembered_and_only_that(tmp_path: Path) -> None:
    memory, found = IdentityMemory(tmp_path), Identity("a" * 32, "b" * 16)
    assert memory.recall("manifest") is None
    memory.keep("manifest", found)
    memory.keep("bare", Identity("c" * 32, ""))
    assert IdentityMemory(tmp_path).recall("manifest") == found
    assert IdentityMemory(tmp_path).recall("bare") == Identity("c" * 32, "")
    (tmp_path / "identities.json").write_text('{"format": 1, "known": {"manifest": ["../..", ""], "bare": 7}}')
    assert memory.recall("manifest") is None
    assert memory.recall("bare") is None
    (tmp_path / "identities.json").write_text("{")
    assert memory.recall("manifest") is None


def test_a_model_is_told_from_memory_without_reading_its_tensors(model: Path, tmp_path: Path) -> None:
    first = ModelStore(measured=tmp_path).load(str(model))
    known = json.loads((tmp_path / "identities.json").read_text())
    (manifest,) = known["known"]
    known["known"][manifest] = ["d" * 32, "e" * 16]
    (tmp_path / "identities.json").write_text(json.dumps(known))
    assert first.model_id == who(model).model_id
    assert ModelStore(measured=tmp_path).load(str(model)).model_id == "d" * 32


# ---- heads that were trained here ------------------------------------------------------------------------------


def head_weights(model: Path) -> dict[str, torch.Tensor]:
    weights = safetensors.torch.load_file(model / WEIGHTS)
    return {name: value for name, value in weights.items() if not name.startswith("clip.")}


def kept(model: Path, learned: Path, *, louder: float = 1.0) -> HeadFacts:
    weights = {
        name: value * louder if name == "verdict.weight" else value for name, value in head_weights(model).items()
    }
    facts = HeadFacts(
        "", who(model).model_id, {"layers": 2, "alignment": True}, token_version_of(weights), made_at="2026"
    )
    return HeadStore(learned).keep(facts, weights)


def test_a_trained_head_takes_the_place_of_the_models_own(model: Path, tmp_path: Path) -> None:
    facts = kept(model, tmp_path, louder=2.0)
    own = ModelStore(measured=tmp_path).load(str(model))
    loaded = ModelStore(measured=tmp_path, heads={str(model): facts.key}).load(str(model))
    assert (loaded.head, loaded.model_id, loaded.token_version) == (facts.key, own.model_id, own.token_version)
    assert facts.token_version == token_version(own.bi_encoder.network)
    before, after = (each.bi_encoder.network.verdict.weight for each in (own, loaded))
    torch.testing.assert_close(after, before * 2, atol=1e-3, rtol=1e-3)


def test_the_key_of_a_kept_head_is_that_of_a_model_that_ships_with_it(model: Path, tmp_path: Path) -> None:
    assert kept(model, tmp_path).key == who(model).head


def test_a_head_is_kept_once_and_listed(model: Path, tmp_path: Path) -> None:
    first, again, other = kept(model, tmp_path), kept(model, tmp_path), kept(model, tmp_path, louder=3.0)
    assert first == again
    store = HeadStore(tmp_path)
    assert {facts.key for facts in store.all(first.model_id)} == {first.key, other.key}
    assert len(list((tmp_path / first.model_id / "heads").iterdir())) == 2
    assert store.all("unknown") == []


@pytest.mark.parametrize("name", ["head.safetensors", "head.json", "manifest.json"])
def test_a_head_that_was_altered_is_refused_and_the_models_own_serves(
    model: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = kept(model, tmp_path, louder=2.0)
    path = HeadStore(tmp_path).folder(facts.model_id, facts.key) / name
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 1
    path.write_bytes(contents)
    with pytest.raises(ModelAltered):
        HeadStore(tmp_path).load(facts.model_id, facts.key)
    loaded = ModelStore(measured=tmp_path, heads={str(model): facts.key}).load(str(model))
    assert loaded.head == who(model).head
    assert "the model's own head serves" in capsys.readouterr().err
    path.unlink()
    with pytest.raises(ModelMissing):
        HeadStore(tmp_path).load(facts.model_id, facts.key)


# ---- ids of before ---------------------------------------------------------------------------------------------


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    locations.create()
    return locations


def learned_as(catalog: Catalog, locations: Locations, model_id: str, files: str) -> Path:
    catalog.models.note(model_id, "mine", files)
    folder = Path(os.fsdecode(locations.model(model_id)))
    for name in ("index/graph.bin", "tokens/tokens-1x1-00000.seg", "precision.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def ids(catalog: Catalog) -> list[str]:
    return [row.model_id for row in catalog.models.rows()]


def test_what_was_learned_under_the_former_id_is_brought_along(locations: Locations) -> None:
    catalog = Catalog(locations.catalog)
    old = learned_as(catalog, locations, "old", "manifest")
    number = catalog.models.number_of("old")
    bring_along(catalog, locations, "new", files="manifest")
    assert ids(catalog) == ["new"]
    assert catalog.models.number_of("new") == number
    new = Path(os.fsdecode(locations.model("new")))
    assert not old.exists()
    assert (new / "index" / "graph.bin").read_text() == "index/graph.bin"
    catalog.close()


@pytest.mark.parametrize("moved", [["index"], ["index", "tokens"], ["index", "precision.json", "tokens"]])
def test_a_cut_in_the_middle_is_gone_on_from(locations: Locations, moved: list[str]) -> None:
    catalog = Catalog(locations.catalog)
    old = learned_as(catalog, locations, "old", "manifest")
    new = Path(os.fsdecode(locations.model("new")))
    new.mkdir()
    for name in moved:
        (old / name).rename(new / name)
    catalog.close()
    catalog = Catalog(locations.catalog)
    bring_along(catalog, locations, "new", files="manifest")
    assert ids(catalog) == ["new"]
    assert not old.exists()
    assert {path.name for path in new.iterdir()} == {"index", "tokens", "precision.json"}
    catalog.close()


def test_a_cut_before_the_catalog_knows_is_gone_on_from(locations: Locations) -> None:
    catalog = Catalog(locations.catalog)
    learned_as(catalog, locations, "old", "manifest")
    move_folder(locations.model("old"), locations.model("new"))
    catalog.close()
    catalog = Catalog(locations.catalog)
    bring_along(catalog, locations, "new", files="manifest")
    assert ids(catalog) == ["new"]
    assert (Path(os.fsdecode(locations.model("new"))) / "index" / "graph.bin").exists()
    catalog.close()


def test_what_was_measured_under_the_new_id_meanwhile_stays(locations: Locations) -> None:
    catalog = Catalog(locations.catalog)
    learned_as(catalog, locations, "old", "manifest")
    new = Path(os.fsdecode(locations.model("new")))
    new.mkdir()
    (new / "precision.json").write_text("measured just now")
    bring_along(catalog, locations, "new", files="manifest")
    assert (new / "precision.json").read_text() == "measured just now"
    assert not os.path.exists(locations.model("old"))
    catalog.close()


def test_models_of_other_files_and_known_ones_are_left_alone(locations: Locations) -> None:
    catalog = Catalog(locations.catalog)
    learned_as(catalog, locations, "old", "manifest")
    bring_along(catalog, locations, "another", files="other manifest")
    bring_along(catalog, locations, "another", files="")
    assert ids(catalog) == ["old"]
    catalog.models.note("new", "mine", "")
    bring_along(catalog, locations, "new", files="manifest")
    assert ids(catalog) == ["old", "new"]
    catalog.close()


@pytest.mark.parametrize("name", ["starter", "starter-multilingual"])
def test_the_models_that_ship_are_known_by_their_former_ids_whatever_their_head(
    locations: Locations, name: str
) -> None:
    model_id = ModelStore(measured=Path(os.fsdecode(locations.data))).load(name).model_id
    (former,) = [old for old, new in FORMER.items() if new == model_id]
    catalog = Catalog(locations.catalog)
    learned_as(catalog, locations, former, "")
    bring_along(catalog, locations, model_id, files="a manifest that lists another head")
    assert ids(catalog) == [model_id]
    catalog.close()
