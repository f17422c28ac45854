"""The whole evaluation of a tiny model on drawn photos."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.bi_encoder import Tokens
from engine.decoder import load_pixels
from engine.errors import AfterimageError, TrainingDataError
from engine.evaluation.array_cache import ArrayCache
from engine.evaluation.evaluate import evaluate
from engine.evaluation.score_matrix import score_rows
from engine.evaluation.scorer import Measures
from engine.model_store import LoadedModel, ModelStore
from tests.engine.measured import PHOTOS, SENTENCES, draw
from tests.photos import draw_photo


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("measured"))


@pytest.fixture(scope="module")
def tiny(drawn: Path) -> LoadedModel:
    return ModelStore(drawn).load(str(drawn / "tiny"))


def run(folder: Path, model: LoadedModel, measures: Measures | None = None, **options: Any) -> dict[str, Any]:
    photos, captions = os.fsencode(folder / "photos"), os.fsencode(folder / "captions.tsv")
    return evaluate(model, photos, captions, measures=measures, **options)


def scores_one_by_one(folder: Path, model: LoadedModel, files: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Cosines and scores [s, n] by the public interface, a pair at a time."""
    lines = (folder / "captions.tsv").read_text().splitlines()
    size = model.bi_encoder.model_input.size
    pixels = [np.frombuffer(load_pixels(path, model.bi_encoder.model_input), np.uint8) for path in files]
    embeddings, tokens = model.bi_encoder.encode_images(np.stack(pixels).reshape(-1, size, size, 3))
    cosines = np.zeros((len(lines), len(files)), np.float32)
    scores = cosines.copy()
    assert model.cross_encoder is not None
    for row, line in enumerate(lines):
        sentence = line.partition("\t")[2].strip()
        state = model.cross_encoder.prepare(sentence)
        cosines[row] = embeddings @ model.bi_encoder.encode_sentences([sentence])[0]
        for n in range(len(files)):
            values, scales = tokens.values[n : n + 1], tokens.scales[n : n + 1]
            scores[row, n] = model.cross_encoder.score(state, values, scales, cosines[row, n : n + 1])[0]
    return cosines, scores


def scores_in(cache: bytes) -> int:
    return sum(name.startswith(b"scores-") for name in os.listdir(cache))


def recall_at_1(cosines: np.ndarray, scores: np.ndarray, head: int) -> float:
    hits = 0
    for row in range(len(cosines)):
        first = sorted(range(cosines.shape[1]), key=lambda n: -cosines[row, n])[:head]
        hits += max(first, key=lambda n: scores[row, n]) == row // 2
    return round(100 * hits / len(cosines), 2)


def test_every_k_gives_what_pairs_scored_one_by_one_give(drawn: Path, tiny: LoadedModel) -> None:
    files = [os.fsencode(drawn / "photos" / f"{n}.jpg") for n in range(PHOTOS)]
    cosines, scores = scores_one_by_one(drawn, tiny, files)
    found = run(drawn, tiny, Measures(heads=(2, 5)), k=3)
    assert list(found["coop_at"]) == ["2", "3", "5"]
    assert found["coop_at"]["3"] == found["coop"]
    for k, row in found["coop_at"].items():
        assert row["ir"]["r1"] == recall_at_1(cosines, scores, int(k))
    everything = run(drawn, tiny, exhaustive=True, all_sentences=True)
    assert everything["ce"]["ir"]["r1"] == recall_at_1(scores, scores, 1)
    assert everything["scored"]["pairs"] == 12 * PHOTOS
    assert everything["scored"]["pairs_per_s"] > 0


def test_one_k_and_nothing_else_reports_nothing_else(drawn: Path, tiny: LoadedModel) -> None:
    assert set(run(drawn, tiny)) == {"photos", "sentences", "k", "precision", "be", "coop", "seconds"}


def test_the_sum_at_lambda_one_is_the_bi_encoder(drawn: Path, tiny: LoadedModel) -> None:
    found = run(drawn, tiny, Measures(lambdas=(0.0, 0.5, 1.0)), k=4)
    assert list(found["lambda"]) == ["0", "0.5", "1"]
    assert found["lambda"]["1"] == found["be"]


def test_distractors_are_searched_too_and_what_cannot_be_one_is_told(drawn: Path, tiny: LoadedModel) -> None:
    told: list[str] = []
    measures = Measures(distractors=os.fsencode(drawn / "others"), notice=told.append)
    found, alone = run(drawn, tiny, measures, k=3), run(drawn, tiny, k=3)
    assert (found["photos"], found["distractors"]) == (PHOTOS, 4)
    assert found["be"]["tr"] == alone["be"]["tr"]
    assert found["be"]["ir"]["mrr10"] < alone["be"]["ir"]["mrr10"]
    assert len([line for line in told if "captioned photos themselves" in line]) == 1
    assert len([line for line in told if "broken.jpg" in line]) == 1
    files = [os.fsencode(drawn / "photos" / f"{n}.jpg") for n in range(PHOTOS)]
    files += [os.fsencode(drawn / "others" / f"{n}.jpg") for n in range(4)]
    cosines, scores = scores_one_by_one(drawn, tiny, files)
    assert found["coop"]["ir"]["r1"] == recall_at_1(cosines, scores, 3)


def test_a_captioned_photo_that_cannot_be_read_is_never_passed_over(tiny: LoadedModel, tmp_path: Path) -> None:
    (tmp_path / "0.jpg").write_bytes(b"no photo")
    (tmp_path / "captions.tsv").write_text("0.jpg\ta dog\n")
    with pytest.raises(AfterimageError):
        evaluate(tiny, os.fsencode(tmp_path), os.fsencode(tmp_path / "captions.tsv"))


def test_captions_of_a_part_of_the_split_are_measured_and_the_rest_is_counted(drawn: Path, tiny: LoadedModel) -> None:
    photos, split = os.fsencode(drawn / "photos"), os.fsencode(drawn / "split.txt")
    found = evaluate(tiny, photos, os.fsencode(drawn / "german.tsv"), split=split)
    assert (found["photos"], found["sentences"], found["uncaptioned"]) == (2, 2, 3)


def test_folds_are_smaller_than_the_set(drawn: Path, tiny: LoadedModel) -> None:
    found = run(drawn, tiny, Measures(fold_size=2, heads=(4,)), k=2)["folds"]
    assert (found["size"], found["count"], found["left_over"]) == (2, 3, 0)
    assert set(found) >= {"be", "coop"}
    assert found["be"]["ir"]["r5"] == 100.0
    with pytest.raises(TrainingDataError, match="do not fill"):
        run(drawn, tiny, Measures(fold_size=7))


def test_intervals_stand_around_what_was_measured(drawn: Path, tiny: LoadedModel) -> None:
    found = run(drawn, tiny, Measures(resamples=50, heads=(2,)), k=3, exhaustive=True)
    assert set(found["intervals"]) == {
        "resamples",
        "level",
        "coop_minus_be",
        "coop_2_minus_be",
        "coop_minus_ce",
        "coop_minus_ce_alone",
    }
    for direction in ("ir", "tr"):
        for cut in ("r1", "r5", "r10"):
            row = found["intervals"]["coop_minus_be"][direction][cut]
            gain = found["coop"][direction][cut] - found["be"][direction][cut]
            assert row["difference"] == pytest.approx(gain, abs=0.02)
            assert row["low"] <= row["difference"] <= row["high"]


def test_judged_pairs_are_scored_even_where_only_first_sentences_are_searched(drawn: Path, tiny: LoadedModel) -> None:
    pytest.importorskip("scipy")
    measures = Measures(judgments=(os.fsencode(drawn / "grades.tsv"),))
    found = run(drawn, tiny, measures, exhaustive=True)["agreement"]["grades"]
    assert found == run(drawn, tiny, measures, k=1)["agreement"]["grades"]
    assert found["pairs"] == 12
    assert -1 <= found["be"] <= 1
    assert found["coop"] is not None
    assert found["ce_alone"] is not None


def test_cached_scores_serve_every_other_question(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    cache = os.fsencode(tmp_path / "scores")
    first = run(drawn, tiny, Measures(cache=cache), exhaustive=True, all_sentences=True)
    assert first["scored"]["pairs"] == 12 * PHOTOS
    assert scores_in(cache) == 1
    heard: list[str] = []
    measures = Measures(cache=cache, heads=(1, 5), lambdas=(0.5,), fold_size=3, resamples=20)
    again = run(drawn, tiny, measures, k=3, exhaustive=True, progress=lambda what, done, total: heard.append(what))
    assert heard == []  # neither photos nor sentences were looked at again
    assert again["scored"] == {"pairs": 0, "pairs_per_s": None}
    fresh = run(drawn, tiny, Measures(heads=(1, 5), lambdas=(0.5,), fold_size=3, resamples=20), k=3, exhaustive=True)
    for found in (again, fresh):
        del found["seconds"], found["scored"]
    assert again == fresh


def test_a_larger_k_adds_to_what_is_cached(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    cache = os.fsencode(tmp_path)
    small = run(drawn, tiny, Measures(cache=cache), k=1)
    large = run(drawn, tiny, Measures(cache=cache), k=5)
    assert scores_in(cache) == 1
    assert (small["coop"], large["coop"]) == (run(drawn, tiny, k=1)["coop"], run(drawn, tiny, k=5)["coop"])


def test_another_model_photo_or_sentence_has_another_cache(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    cache = os.fsencode(tmp_path)
    run(drawn, tiny, Measures(cache=cache))
    run(drawn, ModelStore(drawn).load(str(drawn / "untrained")), Measures(cache=cache))
    run(drawn, tiny, Measures(cache=cache, distractors=os.fsencode(drawn / "others"), notice=lambda line: None))
    run(drawn, tiny, Measures(cache=cache), split=os.fsencode(drawn / "split.txt"))
    assert scores_in(cache) == 4


def test_damaged_scores_are_told_and_not_used(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    cache = os.fsencode(tmp_path)
    run(drawn, tiny, Measures(cache=cache))
    next(tmp_path.glob("scores-*")).write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(TrainingDataError, match="damaged"):
        run(drawn, tiny, Measures(cache=cache))


def test_scoring_that_was_stopped_goes_on_where_it_was(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    def stop_after_photos(what: str, done: int, total: int) -> None:
        if what == "sentences":
            raise KeyboardInterrupt

    cache = os.fsencode(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run(drawn, tiny, Measures(cache=cache), exhaustive=True, all_sentences=True, progress=stop_after_photos)
    again = run(drawn, tiny, Measures(cache=cache), exhaustive=True, all_sentences=True)
    assert again["scored"]["pairs"] == 0


def test_two_networks_retrieve_with_one_and_rerank_with_the_other(drawn: Path, tiny: LoadedModel) -> None:
    plain = ModelStore(drawn).load(str(drawn / "plain"))
    assert run(drawn, plain)["coop"] is None
    both = run(drawn, plain, Measures(reranker=tiny), k=3)
    assert both["be"] == run(drawn, plain)["be"]
    assert both["coop"] is not None
    itself = ModelStore(drawn).load(str(drawn / "tiny"))
    assert run(drawn, tiny, Measures(reranker=itself), k=3)["coop"] == run(drawn, tiny, k=3)["coop"]


def test_photos_looked_at_for_each_sentence_score_as_those_looked_at_once(tiny: LoadedModel) -> None:
    rng = np.random.default_rng(0)
    assert tiny.token_shape is not None
    assert tiny.cross_encoder is not None
    values = rng.integers(-127, 128, (5, *tiny.token_shape), np.int8)
    tokens = Tokens(values, rng.random(values.shape[:2]).astype(np.float16))
    needed = rng.random((4, 5)) < 0.6
    at_once, one_by_one = (
        list(score_rows(tiny.cross_encoder, list(SENTENCES), tokens, needed, kept_bytes=limit))
        for limit in (1 << 30, 0)
    )
    assert len(at_once) == needed.any(1).sum()
    for one, other in zip(at_once, one_by_one, strict=True):
        assert one[1].tolist() == other[1].tolist() == np.flatnonzero(needed[one[0]]).tolist()
        np.testing.assert_allclose(one[2], other[2], atol=1e-5)


def test_sentences_are_normalised_by_a_bank_about_other_photos(drawn: Path, tiny: LoadedModel) -> None:
    bank = drawn / "bank.tsv"
    bank.write_text("".join(f"other{n}.jpg\t{SENTENCES[n % 4]} {n}\n" for n in range(9)))
    measures = Measures(bank=os.fsencode(bank), heats=(5.0, 20.0), resamples=20)
    found = run(drawn, tiny, measures, k=3)["qb_norm"]
    assert found["bank"] == 9
    assert list(found["at"]) == ["5", "20"]
    for facts in found["at"].values():
        assert 0 < facts["active"] <= 100
        assert set(facts) == {"applied", "active", "be", "coop", "coop_moved", "intervals"}
        assert facts["coop"]["ir"]["r10"] == 100.0
    with pytest.raises(TrainingDataError, match="query bank"):
        run(drawn, tiny, Measures(bank=os.fsencode(drawn / "captions.tsv"), heats=(5.0,)))


def test_a_cascade_of_a_model_with_itself_changes_nothing_and_encodes_only_heads(
    drawn: Path, tiny: LoadedModel
) -> None:
    heard: list[tuple[str, int, int]] = []
    itself = ModelStore(drawn).load(str(drawn / "tiny"))
    asked = Measures(dear=itself, heads=(1,))
    found = run(drawn, tiny, asked, k=2, split=os.fsencode(drawn / "split.txt"), progress=lambda *f: heard.append(f))
    cascade = found["cascade"]
    assert list(cascade["at"]) == ["1", "2"]
    for row in cascade["at"].values():
        assert row["ir"] == found["be"]["ir"]
        assert row["lifetime"] > row["encoded"]
    photos = [total for what, _, total in heard if what == "photos"]
    assert photos == [5, round(cascade["at"]["2"]["encoded"] / 20)]


def test_the_dear_model_s_order_is_its_own(drawn: Path, tiny: LoadedModel) -> None:
    plain = ModelStore(drawn).load(str(drawn / "untrained"))
    found = run(drawn, plain, Measures(dear=tiny), k=PHOTOS)
    assert found["cascade"]["at"]["6"]["ir"] == run(drawn, tiny)["be"]["ir"]


def test_photos_are_cut_to_an_aspect_before_the_model_sees_them(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "photos").mkdir()
    for number in range(PHOTOS):
        with Image.open(drawn / "photos" / f"{number}.jpg") as photo:  # 90 x 80: the middle 60 columns are 3:4
            photo.crop((15, 0, 75, 80)).save(tmp_path / "photos" / f"{number}.png")
    lines = (drawn / "captions.tsv").read_text().replace(".jpg", ".png")
    (tmp_path / "captions.tsv").write_text(lines)
    cut, whole = run(drawn, tiny, Measures(aspect=(3, 4)), k=3), run(tmp_path, tiny, k=3)
    assert cut["aspect"] == "3:4"
    assert (cut["be"], cut["coop"]) == (whole["be"], whole["coop"])
    cache = os.fsencode(tmp_path / "cache")
    for aspect in (None, (3, 4), (1, 1)):
        run(drawn, tiny, Measures(aspect=aspect, cache=cache))
    assert scores_in(cache) == 3


def test_photos_are_encoded_once_for_all_languages(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    cache, heard = os.fsencode(tmp_path / "cache"), []
    translated = (drawn / "captions.tsv").read_text().replace("a red dog", "ein roter Hund")
    (tmp_path / "de.tsv").write_text(translated)
    for captions in (drawn / "captions.tsv", tmp_path / "de.tsv"):
        photos = os.fsencode(drawn / "photos")
        evaluate(
            tiny,
            photos,
            os.fsencode(captions),
            measures=Measures(cache=cache),
            progress=lambda what, done, total: heard.append(what),
        )
    assert heard.count("photos") == 1
    assert scores_in(cache) == 2


def test_a_split_of_karpathy_s_file_is_measured(drawn: Path, tiny: LoadedModel, tmp_path: Path) -> None:
    images = [
        {
            "filename": f"{n}.jpg",
            "split": "test" if n < 5 else "train",
            "sentences": [{"raw": line.partition("\t")[2]} for line in lines],
        }
        for n in range(PHOTOS)
        if (lines := (drawn / "captions.tsv").read_text().splitlines()[2 * n : 2 * n + 2])
    ]
    (tmp_path / "dataset.json").write_text(json.dumps({"dataset": "drawn", "images": images}))
    photos = os.fsencode(drawn / "photos")
    found = evaluate(tiny, photos, os.fsencode(tmp_path / "dataset.json"), split=b"test", k=3)
    same = run(drawn, tiny, split=os.fsencode(drawn / "split.txt"), k=3)
    assert (found["be"], found["coop"]) == (same["be"], same["coop"])
    assert "uncaptioned" not in found


def test_another_set_in_words_never_met_is_measured_zero_shot(tiny: LoadedModel, tmp_path: Path) -> None:
    for number in range(3):
        draw_photo(tmp_path / f"x{number}.png", size=(50, 70), seed=50 + number)
    (tmp_path / "captions.tsv").write_text("".join(f"x{n}.png\tΔelta quux №{n} 雪\n" for n in range(3)))
    found = evaluate(tiny, os.fsencode(tmp_path), os.fsencode(tmp_path / "captions.tsv"), k=2)
    assert found["be"]["ir"]["r5"] == found["coop"]["tr"]["r5"] == 100.0


def test_the_bi_encoder_alone_scores_no_pair(drawn: Path, tiny: LoadedModel) -> None:
    heard: list[str] = []
    found = run(drawn, tiny, Measures(rerank=False, heads=(2,)), progress=lambda what, done, total: heard.append(what))
    assert found["coop"] is None
    assert "coop_at" not in found
    assert found["be"] == run(drawn, tiny)["be"]
    assert set(heard) == {"photos"}


def test_a_cache_that_cannot_be_made_is_told_before_anything_is_computed(
    drawn: Path, tiny: LoadedModel, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    heard: list[str] = []
    measures = Measures(cache=os.fsencode(tmp_path / "file"))
    with pytest.raises(TrainingDataError, match="cache"):
        run(drawn, tiny, measures, progress=lambda what, done, total: heard.append(what))
    assert heard == []


def test_a_cache_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    cache = ArrayCache(os.fsencode(tmp_path), "scores", ["model"])
    os.mkdir(cache.path + b".part")
    with pytest.raises(TrainingDataError, match="scores-"):
        cache.save({"cosines": np.zeros(3)})
    assert cache.load() is None
