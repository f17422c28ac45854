"""The page of results, made from reports of made-up figures and, once, from a tiny model that is really measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import latency, paper_runs, paper_tables
from benchmarks.paper_runs import Measured, Run, Subject
from engine.model_store import ModelStore
from tests.engine.model_folders import write_tiny
from tests.photos import draw_photo

CUTS = ("r1", "r5", "r10", "mr", "mrr10")


def figures(base: float) -> dict[str, dict[str, float]]:
    return {direction: {cut: base + 10 * n for n, cut in enumerate(CUTS)} for direction in ("ir", "tr")}


def differences(value: float) -> dict[str, Any]:
    row = {"difference": value, "low": value - 1, "high": value + 1}
    return {direction: dict.fromkeys(("r1", "r5", "r10"), row) for direction in ("ir", "tr")}


def made_up() -> dict[str, dict[str, Any]]:
    main: dict[str, Any] = {"photos": 1000, "sentences": 5000, "k": 20, "be": figures(20.0), "coop": figures(22.5)}
    intervals = {"resamples": 1000, "level": 95.0, "coop_minus_be": differences(2.5), "coop_minus_ce": differences(0.5)}
    exhaustive = {**main, "sentences": 1000, "ce": figures(22.0), "intervals": intervals}
    exhaustive["scored"] = {"pairs": 950_000, "pairs_per_s": 1500.0}
    grades = {"pairs": 5822, "left_out": 0, "be": 0.31, "coop": 0.35, "ce_alone": None}
    grades["intervals"] = {"coop_minus_be": {"difference": 0.04, "low": 0.03, "high": 0.05}}
    timed = {"be_s": 0.004, "coop_s": {"20": 0.02, "50": 0.04}, "ce_pairs": 2048}
    sizes = {size: {**timed, "ce_s": ce, "ce_extrapolated": ce > 2} for size, ce in (("1000", 1.0), ("50000", 50.0))}
    return {
        "main": {
            **main,
            "intervals": intervals,
            "coop_at": {"10": figures(22.0), "20": figures(22.5)},
            "lambda": {"0": figures(21.0), "1": figures(20.0)},
            "agreement": {"judgments_expert": grades},
        },
        "exhaustive": exhaustive,
        "bi_encoder": {**main, "be": figures(19.0)},
        "separate": {**main, "coop": figures(21.5)},
        "distractors": {**main, "distractors": 7000, "be": figures(11.0), "coop": figures(12.0)},
        "languages": {"sets": {"de": {**main, "photos": 929, "sentences": 929}}},
        "latency": {"threads": 2, "base_photos": 400, "sizes": sizes},
    }


def page(*names: str) -> str:
    reports = made_up()
    found = {name: Measured(reports[name], f"do {name}") for name in names or reports}
    return paper_tables.page_of(found, model="tiny")


@pytest.mark.parametrize(
    "line",
    [
        "| BE | 19.0 | 29.0 | 39.0 | 19.0 | 29.0 | 39.0 | 174.0 |",
        "| JOINT+BE | 20.0 | 30.0 | 40.0 | 20.0 | 30.0 | 40.0 | 180.0 |",
        "| JOINT+COOP | 22.5 | 32.5 | 42.5 | 22.5 | 32.5 | 42.5 | 195.0 |",
        "| SEP+COOP | 21.5 | 31.5 | 41.5 | 21.5 | 31.5 | 41.5 | 189.0 |",
        "| JOINT+COOP | 54.7 | 70.8 | 481.9 |",
        "| 10 | 22.0 | 32.0 | 42.0 | 22.0 | 32.0 | 42.0 | 192.0 | 54.8 |",
        "| judgments_expert | 5,822 | 0.3100 | 0.3500 |  | +0.0400 (+0.0300 to +0.0500) |",
        "| JOINT+CE | 22.0 | 32.0 | 42.0 | 22.0 | 32.0 | 42.0 | 192.0 |",
        "| JOINT+COOP, 8,000 photos | 12.0 | 22.0 | 32.0 | 52.0 |",
        "| de | 929 | 50.0 | 52.5 | 79.2 |",
        "| 50,000 | 4.0 ms | 20.0 ms | 40.0 ms | about 50.0 s |",
        "| the paper, 50,000, V100 | 16 ms | 74 ms |  | 120 s |",
    ],
)
def test_each_figure_stands_beside_the_paper_s(line: str) -> None:
    assert line in page().splitlines()


def test_every_table_names_its_command() -> None:
    whole = page()
    for name in made_up():
        assert f"`do {name}`" in whole


def test_what_was_not_measured_is_left_out() -> None:
    only = page("main")
    assert "JOINT+COOP" in only
    for absent in ("SEP+COOP | 2", "## Reranking everything", "## The enlarged set", "## By language", "## Time"):
        assert absent not in only


def test_plots_are_drawn_of_what_there_is(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from benchmarks.paper_plots import draw

    drawn = draw(made_up(), tmp_path)
    assert set(drawn) == {"results_k.png", "results_lambda.png", "results_latency.png"}
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in drawn)
    assert draw({"exhaustive": made_up()["exhaustive"]}, tmp_path) == {}


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    data = tmp_path / "data"
    (data / "images").mkdir(parents=True)
    for number in range(3):
        draw_photo(data / "images" / f"{number}.jpg", size=(60, 50), seed=number)
    (data / "captions.tsv").write_text("".join(f"{n}.jpg\ta red dog {n}\n{n}.jpg\twater {n}\n" for n in range(3)))
    for language, sentence in {"de": "ein Hund", "fr": "un chien"}.items():
        (data / f"captions_{language}_multi30k.tsv").write_text(f"0.jpg\t{sentence}\n")
    (data / "test.txt").write_text("0.jpg\n1.jpg\n2.jpg\n")
    grades = ["image\tid\tone", "0.jpg\t0.jpg#1\t4", "1.jpg\t0.jpg#1\t1", "2.jpg\t1.jpg#0\t2"]
    (data / "judgments_expert.tsv").write_text("\n".join(grades))
    write_tiny(tmp_path / "tiny", trained=True)
    return Subject(data, str(tmp_path / "tiny"))


def test_the_runs_are_those_that_the_data_and_models_allow(subject: Subject, tmp_path: Path) -> None:
    assert [run.name for run in paper_runs.runs_of(subject, tmp_path)] == ["main", "exhaustive", "latency", "languages"]
    more = Subject(
        subject.data, subject.model, bi_encoder=subject.model, separate=subject.model, distractors=subject.data
    )
    names = [run.name for run in paper_runs.runs_of(more, tmp_path)]
    assert names == ["main", "exhaustive", "latency", "distractors", "bi_encoder", "separate", "languages"]


def test_commands_are_shown_without_folders_of_this_machine(subject: Subject, tmp_path: Path) -> None:
    run = paper_runs.runs_of(subject, tmp_path / "results")[0]
    shown = paper_runs.shown(run, subject, tmp_path / "results")
    assert shown.startswith("afterimage evaluate --photos DATA/images --captions DATA/captions.tsv --split DATA/test.")
    assert "--model MODELS/tiny" in shown
    assert str(tmp_path) not in shown


def test_what_other_weights_gave_is_not_used(subject: Subject, tmp_path: Path) -> None:
    run = Run("main", ("-c", "print('{\"photos\": 7}')"), (subject.model,))
    assert paper_runs.measure(run, tmp_path, subject=subject, may_run=False) is None
    first = paper_runs.measure(run, tmp_path, subject=subject, may_run=True)
    assert first is not None
    assert first.report == {"photos": 7}
    assert paper_runs.measure(run, tmp_path, subject=subject, may_run=False) == first
    manifest = Path(subject.model) / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    assert paper_runs.measure(run, tmp_path, subject=subject, may_run=False) is None


def test_a_command_that_fails_stops_it(subject: Subject, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        paper_runs.measure(Run("main", ("-c", "exit(3)"), ()), tmp_path, subject=subject, may_run=True)
    assert not (tmp_path / "main.json").exists()


def test_a_model_is_measured_and_written_down(
    subject: Subject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("scipy")
    pytest.importorskip("matplotlib")
    results, docs = tmp_path / "results", tmp_path / "docs"
    results.mkdir()
    for run in paper_runs.runs_of(subject, results):
        if run.name in ("latency", "languages"):  # measured below, without the start of another process
            kept = {"command": paper_runs.shown(run, subject, results), "models": [paper_runs.digest(subject.model)]}
            (results / f"{run.name}.json").write_text(json.dumps({**kept, "report": made_up()[run.name]}))
    words = [str(subject.data), "--model", subject.model, "--results", str(results), "--docs", str(docs)]
    assert paper_tables.main(words) == 0
    written = (docs / "results.md").read_text()
    assert "3 photos, 6 sentences, k = 20" in written
    assert "| judgments_expert | 3 |" in written
    assert "a second." not in written  # the first run's cache left no pair to score
    assert str(tmp_path) not in written
    assert len(list((results / "scores").iterdir())) == 1
    capsys.readouterr()
    assert paper_tables.main([*words, "--no-run"]) == 0
    assert capsys.readouterr().out.strip() == written.strip()


def test_latency_says_what_was_multiplied(subject: Subject, capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(subject.data / "images"), "--model", subject.model, "--sizes", "20", "60", "-k", "5"]
    assert latency.main([*words, "--ce-pairs", "30", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [row["ce_extrapolated"] for row in report["sizes"].values()] == [False, True]
    assert all(min(row["be_s"], row["coop_s"]["5"], row["ce_s"]) > 0 for row in report["sizes"].values())
    printed = latency.table(report)
    assert "~ measured on 30 pairs and multiplied" in printed
    assert "the paper, one V100" in printed


def test_retrieving_then_reranking_returns_the_same_photos_in_another_order(subject: Subject) -> None:
    model = ModelStore().load(subject.model)
    base, values, scales = latency.real_base(str(subject.data / "images"), model)
    collection = latency._Collection(model, latency.mixtures(base, 40), latency.Tokens(values, scales))
    rows, cosines = collection.retrieve("a red dog", 40, 10)
    assert sorted(cosines.tolist(), reverse=True) == cosines.tolist()
    assert sorted(collection.cooperate("a red dog", 40, 10)) == sorted(rows)
    assert sorted(collection.rerank_all("a red dog", 40)) == list(range(40))
