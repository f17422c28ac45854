"""The whole evaluation of a tiny model on drawn photos, from the command line's words to what is printed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import cli
from engine.bi_encoder import Tokens
from engine.decoder import load_pixels
from engine.errors import AfterimageError, TrainingDataError
from engine.evaluation.array_cache import ArrayCache
from engine.evaluation.evaluate import evaluate
from engine.evaluation.score_matrix import score_rows
from engine.evaluation.scorer import Measures
from engine.model_store import LoadedModel, ModelStore
from tests.engine.model_folders import write_tiny
from tests.photos import draw_photo

PHOTOS = 6
SENTENCES = ("a red dog runs over the snow", "two children play", "a man climbs a rock", "water and snow")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    lines = []
    (folder / "photos").mkdir()
    (folder / "others").mkdir()
    for number in range(PHOTOS):
        draw_photo(folder / "photos" / f"{number}.jpg", size=(90, 80), seed=number)
        lines += [f"{number}.jpg\t{SENTENCES[(number + i) % 4]} {'dog ' * number}" for i in range(2)]
    for number in range(4):
        draw_photo(folder / "others" / f"{number}.jpg", size=(80, 90), seed=100 + number)
    (folder / "others" / "copy.jpg").write_bytes((folder / "photos" / "0.jpg").read_bytes())
    (folder / "others" / "broken.jpg").write_bytes(b"no photo at all")
    (folder / "captions.tsv").write_text("\n".join(lines))
    (folder / "german.tsv").write_text("1.jpg\tein Hund\n4.jpg\tein Kind im Wasser\n")
    (folder / "split.txt").write_text("\n".join(f"{number}.jpg" for number in range(5)))
    (folder / "grades.tsv").write_text(
        "\n".join(
            ["image\tcaption_id\tone\ttwo\tthree"]
            + [f"{n % 6}.jpg\t{n * 5 % 6}.jpg#{n % 2}\t{n % 4 + 1}\t{n % 3 + 1}\t{n % 2 + 1}" for n in range(12)]
        )
    )
    write_tiny(folder / "tiny", trained=True)
    write_tiny(folder / "untrained")
    write_tiny(folder / "plain", headless=True)
    return folder


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


def command(drawn: Path, *more: str) -> list[str]:
    return ["evaluate", "--photos", str(drawn / "photos"), "--model", str(drawn / "tiny"), *more]


def test_the_command_line_measures_a_table_per_language(drawn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    languages = ["--language", f"en={drawn / 'captions.tsv'}", "--language", f"de={drawn / 'german.tsv'}"]
    assert cli.main(command(drawn, *languages, "--json")) == 0
    sets = json.loads(capsys.readouterr().out)["sets"]
    assert list(sets) == ["en", "de"]
    assert [facts["sentences"] for facts in sets.values()] == [12, 2]
    files = ["--captions", str(drawn / "captions.tsv"), "--captions", str(drawn / "german.tsv")]
    assert cli.main(command(drawn, *files)) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("captions: 6 photos, 12 sentences")
    assert "\n\ngerman: 2 photos, 2 sentences" in printed


def test_the_command_line_prints_everything_it_measured(drawn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("scipy")
    asked = ["--captions", str(drawn / "captions.tsv"), "-k", "3", "2", "--lambda", "0.5", "--folds", "3"]
    asked += ["--exhaustive", "--bootstrap", "20", "--judgments", str(drawn / "grades.tsv")]
    asked += ["--distractors", str(drawn / "others")]
    assert cli.main(command(drawn, *asked)) == 0
    out, err = capsys.readouterr()
    for line in ("rerank 2, sentence to photo", "rerank by 0.5 CE + 0.5 cosine", "mean of 2 folds of 3 photos"):
        assert line in out
    for line in ("4 distractors", "coop minus be, sentence to photo:", "agreement with grades, 12 pairs", "a second"):
        assert line in out
    assert "broken.jpg" in err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--captions", "a.tsv", "-k"],
        ["--captions", "a.tsv", "-k", "0"],
        ["--captions", "a.tsv", "--folds", "-3"],
        ["--captions", "a.tsv", "--lambda", "1.5"],
        ["--captions", "a.tsv", "--captions", "b/a.tsv"],
        ["--language", "a.tsv"],
        ["--language", "en="],
        ["--captions", ""],
        ["--captions", "a.tsv", "--aspect", "3"],
        ["--captions", "a.tsv", "--aspect", "0:4"],
        ["--captions", "a.tsv", "--qb-heat", "0"],
        ["--captions", "a.tsv", "--qb-heat", "hot"],
        ["--captions", "a.tsv", "--qb-split", "train.txt"],
    ],
)
def test_what_makes_no_sense_is_answered_at_once(
    drawn: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(command(drawn, *words)) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_folders_that_are_not_there_are_named(drawn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    captions = ["--captions", str(drawn / "captions.tsv")]
    assert cli.main(command(drawn, *captions, "--distractors", str(drawn / "absent"))) == 3
    assert "check --distractors" in capsys.readouterr().err


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


def test_the_command_line_prints_the_other_ways_to_search(drawn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (drawn / "bank.tsv").write_text("other.jpg\ta red dog\nother.jpg\twater\n")
    asked = ["--captions", str(drawn / "captions.tsv"), "-k", "2", "--aspect", "4:3", "--bootstrap", "10"]
    asked += ["--qb-norm", str(drawn / "bank.tsv"), "--qb-heat", "10", "--cascade", str(drawn / "untrained")]
    assert cli.main(command(drawn, *asked)) == 0
    printed = capsys.readouterr().out
    for line in (
        "12 sentences, cut to 4:3,",
        "normalised by the query bank, heat 10: hubs are",
        "normalised then reranked, sentence to photo",
        "cascade, reordered by",
        "the first 2, sentence to photo",
        "photos that it encoded: ",
    ):
        assert line in printed


def test_the_bi_encoder_alone_scores_no_pair(drawn: Path, tiny: LoadedModel) -> None:
    heard: list[str] = []
    found = run(drawn, tiny, Measures(rerank=False, heads=(2,)), progress=lambda what, done, total: heard.append(what))
    assert found["coop"] is None
    assert "coop_at" not in found
    assert found["be"] == run(drawn, tiny)["be"]
    assert set(heard) == {"photos"}


BAD_FILES = {
    "no_tab.tsv": "0.jpg a dog\n1.jpg\ta dog\n",
    "no_words.tsv": "0.jpg\t  \n",
    "no_photo.tsv": "absent.jpg\ta dog\n",
    "nothing.tsv": "",
    "broken.json": '{"images": [',
    "other.json": '{"photos": []}',
    "foreign.txt": "elsewhere.jpg\n",
    "no_grades.tsv": "image\tcaption\tgrade\n0.jpg\ta dog\tgood\n",
    "far_grades.tsv": "image\tcaption\tgrade\nfar.jpg\tfar.jpg#0\t3\n",
}
BAD_WORDS = {  # what is asked for -> a word of the answer that no other one has
    "--captions absent.tsv": "absent.tsv",
    "--captions no_tab.tsv": "line 1 is not",
    "--captions no_words.tsv": "empty caption",
    "--captions no_photo.tsv": "captioned photo is missing",
    "--captions nothing.tsv": "nothing.tsv",
    "--captions broken.json": "broken.json",
    "--captions other.json": "other.json",
    "--captions captions.tsv --split absent.txt": "no such split",
    "--captions captions.tsv --split nothing.tsv": "names no photo",
    "--captions captions.tsv --split foreign.txt": "no photo with a caption",
    "--captions captions.tsv --folds 7": "do not fill a fold",
    "--captions captions.tsv --judgments absent.tsv": "judgments cannot be read",
    "--captions captions.tsv --judgments no_grades.tsv": "FILE#i",
    "--captions captions.tsv --judgments far_grades.tsv": "no judged pair",
    "--captions captions.tsv --qb-norm absent.tsv": "absent.tsv",
    "--captions captions.tsv --qb-norm captions.tsv": "which is searched",
    "--captions captions.tsv --cascade absent": "absent",
    "--captions captions.tsv --reranker absent": "absent",
}


@pytest.mark.parametrize("asked", BAD_WORDS)
def test_whatever_cannot_be_trusted_is_named_in_one_line(
    drawn: Path, asked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("scipy")
    for name, text in BAD_FILES.items():
        (drawn / name).write_text(text)
    words = [str(drawn / word) if not word.startswith("-") and word != "7" else word for word in asked.split()]
    assert cli.main(command(drawn, *words)) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert BAD_WORDS[asked] in err


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


def test_runs_that_share_scores_compute_photos_alike(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = command(drawn, "--captions", str(drawn / "captions.tsv"), "--no-rerank", "--cache", str(tmp_path), "--json")
    assert cli.main(asked) == 0
    first = json.loads(capsys.readouterr().out)
    (memory,) = tmp_path.glob("*/precision.json")
    remembered = json.loads(memory.read_text())
    (where,) = remembered["measured"]
    assert remembered["measured"][where]["precision"] == first["precision"]
    other = "float32" if first["precision"] == "bfloat16" else "bfloat16"
    remembered["measured"][where]["precision"] = other
    memory.write_text(json.dumps(remembered))
    assert cli.main(asked) == 0
    assert json.loads(capsys.readouterr().out)["precision"] == other


def test_a_model_that_was_imported_is_measured_by_its_name(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, mine = ["--library", str(tmp_path / "library")], tmp_path / "mine"
    write_tiny(mine, trained=True)
    weights = hashlib.sha256((mine / "model.safetensors").read_bytes()).hexdigest()
    assert cli.main([*library, "models", "import", str(mine), "--sha256", weights, "--name", "mine"]) == 0
    asked = ["--photos", str(drawn / "photos"), "--captions", str(drawn / "captions.tsv"), "--no-rerank", "--json"]
    capsys.readouterr()
    assert cli.main([*library, "evaluate", "--model", "mine", *asked]) == 0
    assert json.loads(capsys.readouterr().out)["sentences"] == 12
    assert not (tmp_path / "library" / "catalog.db").exists()
