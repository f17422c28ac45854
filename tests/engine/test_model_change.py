"""One model takes the place of another: the old one answers until the new one knows every photo."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import AfterimageError, ModelMissing
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from tests.engine.library_at_work import COLOURS, OLD, hits, index, names, paint, work
from tests.engine.two_models import TwoModels, install_second

MANY = 40


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    locations.create()
    install_second(locations)
    return locations


@pytest.fixture
def models() -> TwoModels:
    return TwoModels()


@pytest.fixture
def library(locations: Locations, models: TwoModels, photos: Path) -> Iterator[Library]:
    with Library.open(locations, models=models, workers=1) as opened:
        opened.load_model()
        index(opened, photos)
        yield opened


def first(library: Library, sentence: str) -> str:
    return names(hits(library, Search(1, sentence, rerank=False)))[0]


def change(library: Library, name: str) -> None:
    """Chooses a model and loads it, as the engine's loop does."""
    library.use_model(name)
    if library.wanted_model is not None:
        library.load_coming(library.wanted_model)


def many(photos: Path) -> Path:
    for number in range(MANY):
        paint(photos / f"{number:02}.png", (10 + number,) * 3)
        os.utime(photos / f"{number:02}.png", (OLD + number, OLD + number))
    return photos


def test_the_old_model_answers_until_the_new_one_knows_every_photo(library: Library, models: TwoModels) -> None:
    change(library, "second")
    assert (library.model_name, library.chosen_model) == ("starter", "second")
    while library.model_name == "starter":
        assert first(library, "red") == "red.png"
        library.step()
    assert first(library, "red") == "blue.png"
    assert library.chosen_model == "second"
    assert models.second.bi_encoder.encoded == len(COLOURS)
    assert not library.prepare_progress().name
    assert library.idle


def test_the_change_is_told_in_photos(library: Library, photos: Path) -> None:
    index(library, many(photos))
    change(library, "second")
    told = []
    while library.model_name == "starter":
        library.step()
        told.append(library.prepare_progress(3))
    during = [each for each in told if each.name]
    assert {(each.request, each.name, each.total) for each in during if each.total} == {(3, "second", MANY + 4)}
    assert [each.done for each in during] == sorted(each.done for each in during)
    assert any(0 < each.done < MANY for each in during)
    assert any(each.rate > 0 and each.seconds_left is not None for each in during)


def test_the_newest_photos_come_first(library: Library, photos: Path) -> None:
    index(library, many(photos))
    change(library, "second")
    while not 0 < library.prepare_progress().done < MANY:
        library.step()
    done = library.prepare_progress().done
    library.use_model("starter")
    rows = library._catalog.models.beside("second-id")
    known = {row[0].path for row in library._catalog.photo_rows(rows.ids().tolist()).values()}
    newest = sorted(photos.glob("[0-9][0-9].png"))[-done:]
    assert known == {os.fsencode(path) for path in newest}


def test_a_search_under_way_ends_with_the_model_it_began_with(library: Library) -> None:
    running = library.search(Search(1, "red"))
    begun = next(running)
    change(library, "second")
    while library.model_name == "starter":
        library.step()
    (result,) = [event for event in running if event is not None]
    assert begun is not None
    assert result.looked_closely == len(COLOURS)
    assert sorted(names(library.hits(result.result, 0, 9))) == sorted(names(library.hits(begun.result, 0, 9)))
    assert first(library, "red") == "blue.png"
    work(library)  # nobody needs the first model any more


def test_going_back_encodes_nothing(library: Library, models: TwoModels) -> None:
    change(library, "second")
    work(library)
    encoded = models.starter.bi_encoder.encoded
    change(library, "starter")
    work(library)
    assert first(library, "red") == "red.png"
    assert models.starter.bi_encoder.encoded == encoded
    assert library.doctor()["model"]["name"] == "starter"


def test_a_change_that_is_called_off_keeps_what_was_encoded(library: Library, models: TwoModels, photos: Path) -> None:
    index(library, many(photos))
    change(library, "second")
    while not library.prepare_progress().done:
        library.step()
    done = models.second.bi_encoder.encoded
    library.use_model("starter")
    assert (library.chosen_model, library.prepare_progress().name) == ("starter", "")
    work(library)
    assert models.second.bi_encoder.encoded == done
    assert first(library, "blue") == "blue.png"
    change(library, "second")
    work(library)
    assert models.second.bi_encoder.encoded == MANY + 4
    assert library.model_name == "second"


def test_what_happens_to_photos_meanwhile_is_right_for_both_models(library: Library, photos: Path) -> None:
    index(library, many(photos))
    change(library, "second")
    while not library.prepare_progress().done:
        library.step()
    paint(photos / "new.png", (250, 0, 0))
    paint(photos / "green.png", (0, 0, 250), size=(80, 60))
    os.utime(photos / "green.png", (OLD + 99, OLD + 99))
    (photos / "dark.png").unlink()
    library.forget([os.fsencode(photos / "39.png"), os.fsencode(photos / "00.png")])
    library.request_scan()
    work(library)
    for model, red, blue in (("second", "blue.png green.png", "new.png red.png"), ("starter", "", "")):
        change(library, model)
        work(library)
        assert library.model_name == model
        report = library.doctor()
        assert report["index"]["labels"] == report["embeddings"] >= library.progress().ready == MANY + 2
        wanted = (red or "new.png red.png").split(), (blue or "blue.png green.png").split()
        for sentence, expected in zip(("red", "blue"), wanted, strict=True):
            found = names(hits(library, Search(1, sentence, rerank=False)))
            assert sorted(found[:2]) == expected
            assert not {"dark.png", "39.png", "00.png"} & set(found)


def test_photos_that_come_meanwhile_go_to_the_old_model_first(library: Library, photos: Path) -> None:
    change(library, "second")
    many(photos)
    library.request_scan()
    while library.model_name == "starter":
        library.step()
        if library.progress().pending:
            assert library.prepare_progress().done <= len(COLOURS)
    assert library.progress().ready == MANY + 4


def test_an_unplugged_folder_is_known_by_its_thumbnails_until_it_is_back(
    library: Library, photos: Path, models: TwoModels
) -> None:
    away = photos.with_name("away")
    photos.rename(away)
    library.request_scan()
    work(library)
    change(library, "second")
    work(library)
    assert library.model_name == "second"
    assert first(library, "red") == "blue.png"
    assert models.second.bi_encoder.encoded == len(COLOURS)
    away.rename(photos)
    library.request_scan()
    work(library)
    assert models.second.bi_encoder.encoded == 2 * len(COLOURS)
    library.request_scan()
    work(library)
    assert models.second.bi_encoder.encoded == 2 * len(COLOURS)
    assert library.doctor()["embeddings"] == len(COLOURS)


def test_a_photo_that_cannot_be_read_any_more_does_not_keep_the_new_model_waiting(
    library: Library, photos: Path, locations: Locations
) -> None:
    shutil.rmtree(os.fsdecode(locations.thumbnails))
    before = (photos / "dark.png").stat()
    (photos / "dark.png").write_bytes(bytes(before.st_size))
    os.utime(photos / "dark.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    change(library, "second")
    work(library)
    assert library.model_name == "second"
    assert first(library, "red") == "blue.png"


def test_a_model_that_cannot_be_loaded_leaves_the_old_one(library: Library, models: TwoModels) -> None:
    models.altered.add("second")
    library.use_model("second")
    with pytest.raises(AfterimageError, match="altered"):
        library.load_coming("second")
    library.give_up_change("second")
    assert (library.wanted_model, library.chosen_model, library.prepare_progress().name) == (None, "starter", "")
    assert first(library, "red") == "red.png"
    with pytest.raises(ModelMissing):
        library.use_model("never heard of")


def test_a_model_that_kills_the_engine_is_given_up_after_three_times(
    locations: Locations, photos: Path, library: Library
) -> None:
    library.use_model("second")
    for _ in range(3):
        library.begin_change()
    with pytest.raises(AfterimageError, match="ended 3 times while it prepared second"):
        library.begin_change()
    assert (library.wanted_model, library.chosen_model) == (None, "starter")
    library.use_model("second")
    library.begin_change()
    library.load_coming("second")
    work(library)
    assert library.model_name == "second"


def test_a_full_disk_at_the_end_leaves_the_old_model_and_the_change_goes_on_later(
    library: Library, locations: Locations
) -> None:
    change(library, "second")
    library.step(0)
    folder = os.path.join(locations.model("second-id"), b"index")
    os.makedirs(os.path.join(folder, b"vectors-1.bin"))  # nothing can be written there
    with pytest.raises((AfterimageError, OSError)):
        work(library)
    assert library.model_name == "starter"
    assert first(library, "red") == "red.png"
    os.rmdir(os.path.join(folder, b"vectors-1.bin"))
    work(library)
    assert library.model_name == "second"


def test_a_change_outlives_its_process(locations: Locations, photos: Path) -> None:
    models = TwoModels()
    with Library.open(locations, models=models, workers=1) as library:
        library.load_model()
        index(library, many(photos))
        change(library, "second")
        while not library.prepare_progress().done:
            library.step()
    encoded = models.second.bi_encoder.encoded
    assert 0 < encoded < MANY + 4
    with Library.open(locations, models=models, workers=1) as library:
        assert (library.model_name, library.chosen_model, library.wanted_model) == ("starter", "second", "second")
        library.load_model()
        assert first(library, "red") == "red.png"
        library.load_coming("second")
        work(library)
        assert library.model_name == "second"
    assert models.second.bi_encoder.encoded == MANY + 4
    with Library.open(locations, models=models, workers=1) as library:
        library.load_model()
        assert first(library, "red") == "blue.png"


def test_without_a_model_at_work_the_choice_counts_at_once_where_there_is_nothing_to_prepare(
    locations: Locations, photos: Path
) -> None:
    models = TwoModels()
    with Library.open(locations, models=models, workers=1) as library:
        library.use_model("second")
        assert library.model_name == "second"
        library.load_model()
        index(library, photos)
    with Library.open(locations, models=models, workers=1) as library:
        library.use_model("starter")
        assert (library.model_name, library.chosen_model) == ("second", "starter")
        library.use_model("second")
        assert (library.model_name, library.chosen_model) == ("second", "second")
    shutil.rmtree(Path(os.fsdecode(locations.presets)) / "second")
    with Library.open(locations, models=models, workers=1) as library:
        library.use_model("starter")
        assert library.model_name == "starter"


def test_a_missing_model_gives_way_to_one_that_is_there(locations: Locations, photos: Path) -> None:
    models = TwoModels()
    with Library.open(locations, models=models, workers=1) as library:
        library.load_model()
        index(library, photos)
    models.altered.add("starter")
    with Library.open(locations, models=models, workers=1) as library:
        with pytest.raises(AfterimageError):
            library.load_model()
        change(library, "second")
        library.step()
        assert library.model_name == "second"
        work(library)
        assert first(library, "red") == "blue.png"


def test_what_a_model_has_learned_is_counted_and_can_be_freed(library: Library, locations: Locations) -> None:
    change(library, "second")
    work(library)
    data = {each.name: each for each in library.learned.all()}
    assert {name: each.embeddings for name, each in data.items()} == {"starter": 4, "second": 4}
    assert all(each.embedding_bytes and each.index_bytes and each.token_bytes for each in data.values())
    with pytest.raises(AfterimageError, match="in use"):
        library.learned.drop("second")
    assert library.learned.drop("starter") == data["starter"].bytes
    assert not os.path.exists(locations.model("fake"))
    assert [each.name for each in library.learned.all()] == ["second"]
    assert first(library, "red") == "blue.png"
    with pytest.raises(AfterimageError, match="learned nothing"):
        library.learned.drop("starter")


def test_forgetting_everything_includes_what_models_out_of_use_have_learned(
    library: Library, locations: Locations
) -> None:
    change(library, "second")
    work(library)
    library.forget_everything()
    assert not os.path.exists(locations.model("fake"))
    assert [(each.name, each.embeddings) for each in library.learned.all()] == [("second", 0)]


def test_the_doctor_names_both_models(library: Library) -> None:
    assert library.doctor()["coming"] is None
    change(library, "second")
    library.step(0)
    report = library.doctor()
    assert (report["model"]["name"], report["coming"]["name"]) == ("starter", "second")
    assert {row["name"] for row in report["models"]} == {"starter", "second"}


def test_an_estimate_is_measured_on_photos_of_the_library(library: Library, locations: Locations) -> None:
    found = library.learned.estimating("second")()
    assert found.photos == 4
    assert found.photos_per_s is not None
    assert found.bytes is not None
    assert found.seconds == pytest.approx(4 / found.photos_per_s)
    assert 4 * 50 < found.bytes < 4 * 2000
    assert library.chosen_model == "starter"
    library.forget_everything()
    nothing = library.learned.estimating("second")()
    assert (nothing.seconds, nothing.photos_per_s) == (None, None)
    assert "no photos" in nothing.reason
