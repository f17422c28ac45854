"""The page of results, made from reports of made-up figures and, once, from a tiny model that is really measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import evaluate_all, latency, paper_results, paper_runs, paper_tables
from benchmarks.paper_results import Measured
from benchmarks.paper_runs import Run, Subject
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
    speeds = {"photos_per_s": 200.0, "sentence_s": 0.004, "rerank_50_s": 0.12}
    return {
        "main": {
            **main,
            "intervals": intervals,
            "coop_at": {"10": figures(22.0), "20": figures(22.5)},
            "lambda": {"0": figures(21.0), "1": figures(20.0)},
            "agreement": {"judgments_expert": grades},
        },
        "exhaustive": exhaustive,
        "bi_encoder": {**main, "be": figures(19.0), "coop": None},
        "cross_encoder": {**exhaustive, "ce_alone": figures(18.0)},
        "separate": {**main, "coop": figures(21.5), "lambda": {"0": figures(17.5)}},
        "seed_1": {**main, "be": figures(20.0)},
        "seed_2": {**main, "be": figures(21.0)},
        "seed_3": {**main, "be": figures(23.5)},
        "variant_1": {**main, "coop": figures(16.0)},
        "distractors": {**main, "distractors": 7000, "be": figures(11.0), "coop": figures(12.0)},
        "qb_dev": {**main, "qb_norm": {"bank": 30_000, "at": {"10": normalised(24.0), "20": normalised(25.0)}}},
        "qb_test": {**main, "qb_norm": {"bank": 30_000, "at": {"20": normalised(25.0)}}},
        "cascade": {**main, "be": figures(15.0), "coop": None, "cascade": cascade()},
        "aspect_3x4": {**main, "aspect": "3:4", "be": figures(14.0)},
        "languages": {"sets": {"de": {**main, "photos": 929, "sentences": 929}}},
        "latency": {"threads": 2, "base_photos": 400, "speeds": speeds, "sizes": sizes},
    }


def normalised(base: float) -> dict[str, Any]:
    roles = {role: {"ir": figures(base + n)["ir"]} for n, role in enumerate(("be", "coop", "coop_moved"))}
    change = {f"{role}_minus_plain": {"ir": differences(1.0)["ir"]} for role in roles}
    return {"applied": 90.0, "active": 80.0, **roles, "intervals": change}


def cascade() -> dict[str, Any]:
    row = {"ir": figures(18.0)["ir"], "encoded": 97.5, "after": {"10": 8.0, "100": 61.0}, "lifetime": 130.5}
    return {"dear": "tiny", "seconds_per_photo": {"cheap": 0.002, "dear": 0.006}, "at": {"20": row}}


def measured(name: str, report: dict[str, Any]) -> Measured:
    models = (("cheap", "c" * 16), ("tiny", "a" * 16)) if name == "cascade" else (("tiny", "a" * 16),)
    return Measured(report, f"do {name}", models, "single stream" if name == "variant_1" else "")


def page(*names: str, shipped: str = "a" * 16) -> str:
    reports = made_up()
    return paper_tables.page_of(
        {name: measured(name, reports[name]) for name in names or reports}, shipped=frozenset({shipped})
    )


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
        "| SEP+COOP, without the cosine | 17.5 | 27.5 | 37.5 | 17.5 | 27.5 | 37.5 | 165.0 |",
        "| CE | 18.0 | 28.0 | 38.0 | 18.0 | 28.0 | 38.0 | 168.0 |",
        "| single stream, COOP | 16.0 | 26.0 | 36.0 | 16.0 | 26.0 | 36.0 | 156.0 |",
        "| JOINT+BE, plain | 20.0 | 30.0 | 40.0 |",
        "| the dear one alone | 20.0 | 30.0 | 40.0 | 100 |  | 100 |",
        "| the first 20 reordered | 18.0 | 28.0 | 38.0 | 97.5 | 8 after 10, 61 after 100 | 130 |",
        "| cut to 3:4 | 14.0 | 24.0 | 34.0 | -6.0 |",
        "| JOINT+BE, IR R@10 | >= 50 | 40.0 | no |",
        "| JOINT+COOP, IR R@1 over its own BE | >= +2, interval above 0 | +2.50 (+1.50 to +3.50) | yes |",
        "| reranking 50 | <= 100 ms | 120 ms | no |",
        "| CE's time over COOP's, 1,000 photos | > 20 | 50 | yes |",
        "| de | 929 | 50.0 | 52.5 | 79.2 |",
        "| 50,000 | 4.0 ms | 20.0 ms | 40.0 ms | about 50.0 s |",
        "| the paper, 50,000, V100 | 16 ms | 74 ms |  | 120 s |",
    ],
)
def test_each_figure_stands_beside_the_paper_s(line: str) -> None:
    assert line in page().splitlines()


def test_three_seeds_are_shown_with_their_spread() -> None:
    row = next(line for line in page().splitlines() if line.startswith("| JOINT+BE, 3 seeds"))
    assert row.startswith("| JOINT+BE, 3 seeds | 21.5 (20.0 to 23.5) | 31.5 (30.0 to 33.5) |")


def test_normalised_figures_stand_with_their_change_and_the_heats_of_dev() -> None:
    lines = page().splitlines()
    change = "+1.0 (+0.0 to +2.0)"
    assert f"| JOINT+BE, heat 20 | 25.0; {change} | 35.0; {change} | 45.0; {change} |" in lines
    assert "|  | plain | heat 10 | heat 20 |" in lines
    assert "| JOINT+BE | 50.00 | 54.00 | 55.00 |" in lines


def test_every_table_names_its_command_and_its_weights() -> None:
    whole = page()
    for name in made_up():
        assert f"[{name}](#commands)" in whole
        weights = "cheap (manifest cccccccccccccccc), " if name == "cascade" else ""
        assert f"- {name}: `do {name}`; weights: {weights}tiny (manifest aaaaaaaaaaaaaaaa)" in whole


def test_figures_of_other_weights_than_those_that_ship_are_named() -> None:
    assert "other weights" not in page("main", "latency")
    told = page("main", "latency", shipped="b" * 16)
    assert "Measured with other weights than those that ship: latency, main." in told


def test_what_was_not_measured_is_left_out_and_named() -> None:
    only, _, rest = page("main").partition("## Not measured")
    assert "JOINT+COOP" in only
    for absent in ("SEP+COOP | 2", "## Reranking everything", "## The enlarged set", "## By language", "## Time"):
        assert absent not in only
    for missing in ("SEP+COOP", "three seeds", "query-bank", "cascade", "5,000 photos", "zero-shot"):
        assert missing in rest
    assert "SEP+COOP" not in page().partition("## Not measured")[2].partition("## Commands")[0]


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
    plain = ["main", "exhaustive", "latency", "aspect_3x4", "aspect_4x3", "languages"]
    assert {run.name for run in paper_runs.runs_of(subject, tmp_path)} == set(plain)
    for split in ("train", "dev"):
        (subject.data / f"{split}.txt").write_text("0.jpg\n")
    more = Subject(
        subject.data,
        subject.model,
        bi_encoder=subject.model,
        cross_encoder=subject.model,
        seeds=(subject.model, subject.model),
        variants={"single stream": subject.model},
        cheap=subject.model,
        distractors=subject.data,
    )
    runs = paper_runs.runs_of(more, tmp_path)
    others = [
        "qb_dev",
        "distractors",
        "bi_encoder",
        "cross_encoder",
        "separate",
        "seed_1",
        "seed_2",
        "variant_1",
        "cascade",
    ]
    assert {run.name for run in runs} == {*plain, *others}
    assert [run.cost_s for run in runs] == sorted(run.cost_s for run in runs)
    assert evaluate_all.estimate(runs).splitlines()[-1].endswith("min on one core")


def test_commands_are_shown_without_folders_of_this_machine(subject: Subject, tmp_path: Path) -> None:
    crowded = replace(subject, distractors=subject.data / "images")
    for run in paper_runs.runs_of(crowded, tmp_path / "scores"):
        shown = paper_results.shown(run, crowded, tmp_path / "scores")
        assert "--model MODELS/tiny" in shown
        assert str(tmp_path) not in shown
        assert "DISTRACTORS" not in shown
        if run.name == "main":
            assert shown.startswith("afterimage evaluate --photos DATA/images --captions DATA/captions.tsv --split")
    apart = replace(subject, distractors=tmp_path / "others")
    run = next(run for run in paper_runs.runs_of(apart, tmp_path) if run.name == "distractors")
    assert "--distractors DISTRACTORS" in paper_results.shown(run, apart, tmp_path)


def test_what_other_weights_or_another_command_gave_is_measured_again(subject: Subject, tmp_path: Path) -> None:
    def kept(run: Run) -> bool:
        return paper_results.is_kept(run, tmp_path, subject=subject, scores=tmp_path)

    run = Run("main", ("-c", "print('{\"photos\": 7}')"), (subject.model,), label="seven")
    assert not kept(run)
    paper_results.measure(run, tmp_path, subject=subject, scores=tmp_path)
    found = paper_results.read_all(tmp_path)["main"]
    assert (found.report, found.label) == ({"photos": 7}, "seven")
    assert found.models == (("tiny", paper_results.digest(subject.model)),)
    assert kept(run)
    assert not kept(Run("main", ("-c", "print('{\"photos\": 8}')"), (subject.model,)))
    manifest = Path(subject.model) / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    assert not kept(run)


def test_a_command_that_fails_stops_it(subject: Subject, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        paper_results.measure(Run("main", ("-c", "exit(3)"), ()), tmp_path, subject=subject, scores=tmp_path)
    assert not (tmp_path / "main.json").exists()


def test_a_file_that_is_no_measurement_is_named(tmp_path: Path) -> None:
    (tmp_path / "main.json").write_text('{"report": {}}')
    with pytest.raises(SystemExit, match=r"main\.json"):
        paper_results.read_all(tmp_path)


def test_the_heat_is_the_one_that_does_best_on_dev() -> None:
    assert evaluate_all.best_heat(made_up()["qb_dev"]) == "20"


@pytest.mark.slow
def test_a_model_is_measured_and_written_down(
    subject: Subject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("scipy")
    pytest.importorskip("matplotlib")
    results, docs, scores = tmp_path / "results", tmp_path / "docs", tmp_path / "scores"
    folders = ["--results", str(results), "--docs", str(docs)]
    words = [str(subject.data), "--model", subject.model, "--scores", str(scores), *folders]
    assert evaluate_all.main([*words, "--only", "main"]) == 0
    assert [path.name for path in results.iterdir()] == ["main.json"]
    written = (docs / "results.md").read_text()
    assert "3 photos, 6 sentences, k = 20" in written
    assert "| judgments_expert | 3 |" in written
    assert str(tmp_path) not in written
    before = (results / "main.json").stat().st_mtime_ns
    assert evaluate_all.main([*words, "--only", "main"]) == 0
    assert (results / "main.json").stat().st_mtime_ns == before
    assert evaluate_all.main([*words, "--estimate"]) == 0
    told = capsys.readouterr()
    assert "exhaustive" in told.out
    assert "main" not in told.out
    assert paper_tables.main(folders) == 0
    assert capsys.readouterr().out.partition("\n\n![")[0].strip() == written.partition("\n\n![")[0].strip()
    assert paper_tables.main(["--results", str(tmp_path / "nothing"), "--docs", str(docs)]) == 1


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
