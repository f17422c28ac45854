from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import safetensors.torch
import torch
from open_clip.tokenizer import SimpleTokenizer

from engine.config import ModelInput
from engine.errors import ModelAltered, ModelMissing
from engine.model_import import import_folder, model_input
from engine.model_store import ModelStore
from tests.engine.architectures import CONFIGS, of_open_clip
from tests.engine.tiny_models import tiny_description

NAME = "ViT-B-32"


def write_hub_folder(folder: Path, name: str = NAME, **preprocess: Any) -> Path:
    """As a hub holds it."""
    folder.mkdir()
    preprocess = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], **preprocess}
    config = {"model_cfg": CONFIGS[name], "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(tiny_description())
    weights = {key: value.clone() for key, value in of_open_clip(name).state_dict().items()}
    safetensors.torch.save_file(weights, folder / "open_clip_model.safetensors")
    return folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hub_folder(tmp_path_factory.mktemp("hub") / "model")


@pytest.fixture
def source(hub: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(hub, tmp_path / "source"))


def change(source: Path, **facts: Any) -> None:
    path = source / "open_clip_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))


@torch.inference_mode()
def test_an_imported_model_sees_and_reads_as_open_clip_does(source: Path, tmp_path: Path) -> None:
    import_folder(source, tmp_path / "model")
    loaded = ModelStore(tmp_path).load(str(tmp_path / "model"))
    assert loaded.cross_encoder is None
    pixels = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), np.uint8)
    theirs = of_open_clip(NAME)
    photos = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
    expected = theirs.encode_image(photos, normalize=True).numpy()
    assert (loaded.bi_encoder.encode_images(pixels)[0] * expected).sum(1).min() > 0.999
    assert loaded.bi_encoder.encode_sentences(["a red dog"]).shape == (1, 32)


def test_the_same_source_gives_the_same_model(source: Path, tmp_path: Path) -> None:
    assert import_folder(source, tmp_path / "one") == import_folder(source, tmp_path / "two")


def test_a_model_folder_is_imported_as_it_is(source: Path, tmp_path: Path) -> None:
    import_folder(source, tmp_path / "one")
    import_folder(tmp_path / "one", tmp_path / "two")
    store = ModelStore(tmp_path)
    first, second = (store.load(str(tmp_path / name)) for name in ("one", "two"))
    assert first.model_id == second.model_id


def test_weights_take_half_the_bytes_unless_a_number_is_too_large(source: Path, tmp_path: Path) -> None:
    path = source / "open_clip_model.safetensors"
    weights = safetensors.torch.load_file(path)
    weights["ln_final.bias"] = torch.full_like(weights["ln_final.bias"], 1e6)
    safetensors.torch.save_file(weights, path)
    import_folder(source, tmp_path / "model")
    kept = safetensors.torch.load_file(tmp_path / "model" / "model.safetensors")
    assert kept["ln_final.bias"].dtype == torch.float32
    assert kept["ln_final.weight"].dtype == torch.float16


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ModelInput(224, "shortest", "bicubic", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))),
        (
            {"size": [256, 256], "resize_mode": "squash", "interpolation": "bilinear", "mean": [0, 0, 0]},
            ModelInput(256, "squash", "bilinear", (0.0, 0.0, 0.0), (0.5, 0.5, 0.5)),
        ),
        (
            {"resize_mode": "longest", "fill_color": 9},
            ModelInput(224, "longest", "bicubic", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), 9),
        ),
    ],
)
def test_preprocessing_is_what_the_model_says(facts: dict[str, Any], expected: ModelInput) -> None:
    half = {"mean": [0.5] * 3, "std": [0.5] * 3}
    assert model_input({**half, **facts}, CONFIGS[NAME]) == expected


def test_preprocessing_that_nobody_names_is_open_clip_s_own() -> None:
    plain = model_input({}, {"vision_cfg": {"image_size": 224}})
    assert (plain.mean, plain.std) == (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)
    assert (plain.resize, plain.interpolation) == ("shortest", "bicubic")


def test_photos_that_are_not_square_are_refused() -> None:
    with pytest.raises(ModelMissing, match="square"):
        model_input({"size": [224, 336]}, CONFIGS[NAME])


@pytest.mark.parametrize("name", ["open_clip_pytorch_model.bin", "model.pt", "pytorch_model.bin"])
def test_pickled_weights_are_refused_with_the_remedy(source: Path, tmp_path: Path, name: str) -> None:
    (source / "open_clip_model.safetensors").rename(source / name)
    with pytest.raises(ModelMissing, match=r"never opened.*safetensors"):
        import_folder(source, tmp_path / "model")
    assert not (tmp_path / "model" / "manifest.json").exists()


def test_a_pickle_under_the_name_of_safetensors_is_refused(source: Path, tmp_path: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, source / "open_clip_model.safetensors")
    with pytest.raises(ModelAltered, match="cannot be read"):
        import_folder(source, tmp_path / "model")


def test_weights_of_another_config_are_refused(source: Path, tmp_path: Path) -> None:
    change(source, model_cfg=CONFIGS["ViT-B-32-256"])
    with pytest.raises(ModelAltered, match="positional_embedding"):
        import_folder(source, tmp_path / "model")


def test_a_text_tower_of_another_library_is_refused(source: Path, tmp_path: Path) -> None:
    change(source, model_cfg={**CONFIGS[NAME], "text_cfg": {"hf_model_name": "xlm-roberta-base"}})
    with pytest.raises(ModelMissing, match="xlm-roberta-base"):
        import_folder(source, tmp_path / "model")


@pytest.mark.parametrize("text", ["", "{}", '{"model_cfg": {}}', "[", '{"model_cfg": {"embed_dim": 1}}'])
def test_a_config_that_says_nothing_is_refused(source: Path, tmp_path: Path, text: str) -> None:
    (source / "open_clip_config.json").write_text(text)
    with pytest.raises(ModelAltered):
        import_folder(source, tmp_path / "model")


@pytest.mark.parametrize("name", ["open_clip_config.json", "open_clip_model.safetensors"])
def test_what_is_missing_is_named(source: Path, tmp_path: Path, name: str) -> None:
    (source / name).unlink()
    with pytest.raises(ModelMissing, match="missing"):
        import_folder(source, tmp_path / "model")


def test_a_tokenizer_of_its_own_is_used_as_its_config_says(tmp_path: Path) -> None:
    source = write_hub_folder(tmp_path / "source")
    text = {**CONFIGS[NAME]["text_cfg"], "hf_tokenizer_name": "gemma", "tokenizer_kwargs": {"clean": "canonicalize"}}
    change(source, model_cfg={**CONFIGS[NAME], "text_cfg": text})
    (source / "tokenizer_config.json").write_text('{"pad_token": {"content": "<unknown>"}}')
    import_folder(source, tmp_path / "model")
    settings = json.loads((tmp_path / "model" / "config.json").read_text())["tokenizer"]
    assert settings == {"pad_id": 3, "clean": "canonicalize"}
    (source / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match="tokenizer is missing"):
        import_folder(source, tmp_path / "again")


def test_a_preparation_of_sentences_that_is_not_known_is_refused(source: Path, tmp_path: Path) -> None:
    text = {**CONFIGS[NAME]["text_cfg"], "tokenizer_kwargs": {"strip_sep_token": True}}
    change(source, model_cfg={**CONFIGS[NAME], "text_cfg": text})
    with pytest.raises(ModelMissing, match="strip_sep_token"):
        import_folder(source, tmp_path / "model")


@pytest.mark.parametrize(
    "sentence",
    [
        "a photo of a dog",
        "  Two   dogs,\nrunning! ",
        "don't; it’s “quoted” — naïve café 東京 12345 😀",
        "x" * 500,
        "",
        "the man's hat & the women's hats &amp; more",
        "under_score, semi-colon; 3.14",
    ],
)
def test_words_of_clip_come_as_from_open_clip(sentence: str, clip_words: Any) -> None:
    assert torch.equal(clip_words([sentence]), SimpleTokenizer()([sentence]))


@pytest.fixture(scope="module")
def clip_words(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from engine.model_import import _clip_words
    from engine.tokenizer import Tokenizer

    return Tokenizer(_clip_words(), context_length=77, clean="lower")
