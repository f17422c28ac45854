"""Measures everything that docs/results.md shows, the cheapest first, and writes the page anew after each measurement.

`python -m benchmarks.evaluate_all DATA --scores SCORES` (DATA: images/, captions.tsv, train.txt, dev.txt, test.txt,
perhaps judgments_*.tsv and captions_*_multi30k.tsv; SCORES: a folder for gigabytes that other runs take up again). What
was measured by the same command with the same weights is not measured again, so that it can be stopped at any time.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks import paper_tables
from benchmarks.paper_results import RESULTS, ROOT, is_kept, measure, read_all
from benchmarks.paper_runs import Run, Subject, normalised, runs_of


def main(argv: list[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    scores, results = given.scores.resolve(), given.results.resolve()
    subject = _subject(given)
    for model in subject.models():
        if os.sep in model and not (Path(model) / "manifest.json").is_file():
            raise SystemExit(f"no model: {model}")
    runs = [run for run in runs_of(subject, scores) if not given.only or run.name in given.only]
    waiting = [run for run in runs if not is_kept(run, results, subject=subject, scores=scores)]
    if given.estimate:
        print(estimate(waiting))
        return 0
    for run in waiting:
        _measure(run, given, subject)
    if not given.only or "qb_test" in given.only:
        _measure_normalised(given, subject)
    return paper_tables.main(["--results", str(results), "--docs", str(given.docs), "--quiet"])


def estimate(runs: list[Run]) -> str:
    """Minutes on one core; two take a little more than half."""
    lines = [f"{run.name:>16}{run.cost_s / 60:8.1f} min" for run in runs]
    return "\n".join([*lines, f"{'all':>16}{sum(run.cost_s for run in runs) / 60:8.1f} min on one core"])


def best_heat(report: dict[str, Any]) -> str:
    """The heat with the highest mR: reranked by the score with the normalised cosine, or only retrieved where there is
    no reranker."""
    rows: dict[str, Any] = report["qb_norm"]["at"]
    return max(rows, key=lambda heat: rows[heat].get("coop_moved", rows[heat]["be"])["ir"]["mr"])


def _measure_normalised(given: argparse.Namespace, subject: Subject) -> None:
    """Follows dev, whose best heat it takes."""
    scores, results = given.scores.resolve(), given.results.resolve()
    dev = [run for run in runs_of(subject, scores) if run.name == "qb_dev"]
    if not dev or not is_kept(dev[0], results, subject=subject, scores=scores):
        return
    run = normalised(subject, scores, heat=best_heat(read_all(results)["qb_dev"].report))
    if not is_kept(run, results, subject=subject, scores=scores):
        _measure(run, given, subject)


def _measure(run: Run, given: argparse.Namespace, subject: Subject) -> None:
    print(f"{run.name}, about {run.cost_s / 60:.1f} min on one core", file=sys.stderr, flush=True)
    results = given.results.resolve()
    seconds = measure(run, results, subject=subject, scores=given.scores.resolve())
    print(f"{run.name}: {seconds:.0f} s", file=sys.stderr, flush=True)
    paper_tables.main(["--results", str(results), "--docs", str(given.docs), "--quiet"])


def _subject(given: argparse.Namespace) -> Subject:
    distractors = given.distractors.resolve() if given.distractors else given.data.resolve() / "images"
    return Subject(
        given.data.resolve(),
        _whole(given.model),
        bi_encoder=given.bi_encoder and _whole(given.bi_encoder),
        cross_encoder=given.cross_encoder and _whole(given.cross_encoder),
        seeds=tuple(_whole(model) for model in given.seed),
        variants={name: _whole(model) for name, _, model in (pair.partition("=") for pair in given.variant)},
        multilingual=given.multilingual and _whole(given.multilingual),
        cheap=given.cheap and _whole(given.cheap),
        distractors=distractors,
    )


def _whole(model: str) -> str:
    """A folder by its whole path: the measurements run elsewhere."""
    return str(Path(model).resolve()) if os.sep in model or Path(model).is_dir() else model


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.evaluate_all",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--scores", type=Path, required=True, metavar="DIR", help="scores that runs share")
    parser.add_argument("--model", default="starter", metavar="NAME|DIR", help="the joint model (default: starter)")
    parser.add_argument("--bi-encoder", metavar="DIR", help="a network trained as bi-encoder only")
    parser.add_argument("--cross-encoder", metavar="DIR", help="a network trained as cross-encoder only")
    parser.add_argument("--seed", action="append", default=[], metavar="DIR", help="the model from another seed")
    parser.add_argument(
        "--variant",
        action="append",
        default=[],
        metavar="NAME=DIR",
        help="a row for a model that was trained otherwise",
    )
    parser.add_argument("--multilingual", metavar="NAME|DIR", help="the model of the table per language")
    parser.add_argument("--cheap", metavar="NAME|DIR", help="the bi-encoder that retrieves in a cascade")
    parser.add_argument("--distractors", type=Path, metavar="DIR", help="photos to search among (default: all of DATA)")
    parser.add_argument("--only", nargs="+", default=[], metavar="RUN", help="only these measurements")
    parser.add_argument("--estimate", action="store_true", help="say what is not yet measured and how long it takes")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="(default: docs/results)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", metavar="DIR", help="where the page is written")
    return parser


if __name__ == "__main__":
    sys.exit(main())
