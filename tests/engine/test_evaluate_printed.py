"""Evaluation from the command line's words to what is printed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from engine import cli
from tests.engine.measured import draw
from tests.engine.model_folders import write_tiny


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("measured"))


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
    assert BAD_WORDS[asked].casefold() in err.casefold()


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
