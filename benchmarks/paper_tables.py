"""Our tables beside the paper's, each figure with the command that gave it: printed, and written to docs/results.md.

`python -m benchmarks.paper_tables DATA --results RESULTS` runs what is not yet in RESULTS (a million pairs are scored
once, which takes a while), then writes docs/results.md and docs/results_*.png. What was measured with other weights is
never used. DATA holds images/, captions.tsv and test.txt, perhaps judgments_*.tsv and captions_*_multi30k.tsv.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks import paper
from benchmarks.paper_runs import ROOT, Measured, Subject, digest, measure, runs_of

SIX = [(direction, cut) for direction in ("ir", "tr") for cut in ("r1", "r5", "r10")]
SIX_HEADER = ["", "IR R@1", "R@5", "R@10", "TR R@1", "R@5", "R@10", "sum"]
ROLE_NAMES = {"be": "JOINT+BE", "coop": "JOINT+COOP", "ce": "JOINT+CE", "ce_alone": "JOINT+CE, without the cosine"}
Results = dict[str, Measured]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.paper_tables",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--results", type=Path, required=True, metavar="RESULTS", help="what was measured, and scores")
    parser.add_argument("--model", default="starter", metavar="NAME|DIR", help="the joint model (default: starter)")
    parser.add_argument("--bi-encoder", metavar="DIR", help="a network trained as bi-encoder only")
    parser.add_argument("--separate", metavar="DIR", help="a network trained as cross-encoder only (with --bi-encoder)")
    parser.add_argument("--multilingual", metavar="NAME|DIR", help="the model of the table per language")
    parser.add_argument("--distractors", type=Path, metavar="DIR", help="further photos to search among")
    parser.add_argument("--no-run", action="store_true", help="only what is in RESULTS")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", metavar="DIR", help="where the page is written")
    given = parser.parse_args(argv)
    subject = Subject(
        given.data.resolve(),
        _whole(given.model) or given.model,
        bi_encoder=_whole(given.bi_encoder),
        separate=_whole(given.separate),
        multilingual=_whole(given.multilingual),
        distractors=given.distractors.resolve() if given.distractors else None,
    )
    results = given.results.resolve()
    found: Results = {}
    for run in runs_of(subject, results):
        if (measured := measure(run, results, subject=subject, may_run=not given.no_run)) is not None:
            found[run.name] = measured
        else:
            print(f"not measured with these weights: {run.name}", file=sys.stderr)
    if not found:
        return 1
    from benchmarks.paper_plots import draw

    given.docs.mkdir(parents=True, exist_ok=True)
    page = page_of(found, model=f"{Path(subject.model).name} (manifest {digest(subject.model)})")
    plots = draw({name: measured.report for name, measured in found.items()}, given.docs)
    page += "".join(f"\n![{caption}]({name})\n" for name, caption in plots.items())
    (given.docs / "results.md").write_text(page, encoding="utf-8")
    print(page)
    return 0


def _whole(model: str | None) -> str | None:
    """A folder by its whole path: the measurements run elsewhere."""
    return str(Path(model).resolve()) if model is not None and Path(model).is_dir() else model


def page_of(found: Results, *, model: str) -> str:
    """The page in Markdown; a table whose measurement is absent is left out."""
    parts = [
        "# Results\n",
        f"Model: {model}. Recalls in percent; IR: sentence to photo, TR: photo to sentence. Every figure comes from "
        "the command below its table; `python -m benchmarks.paper_tables DATA --results RESULTS` runs them all. The "
        'paper is Geigle et al., "Retrieve Fast, Rerank Smart" (TACL 2022): other data, larger models, a GPU: compare '
        "the shape and not the height.\n",
    ]
    sections = {
        _main: ("main",),
        _heads: ("main",),
        _shares: ("main",),
        _agreement: ("main",),
        _exhaustive: ("exhaustive",),
        _distractors: ("distractors", "main"),
        _languages: ("languages",),
        _latency: ("latency",),
    }
    for section, needed in sections.items():
        if all(name in found for name in needed):
            parts += section(found)
            parts += [f"`{found[name].command}`\n" for name in needed]
    return "\n".join(part for part in parts if part)


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """A table."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def six(name: str, figures: dict[str, dict[str, float]]) -> list[str]:
    """The six recalls and their sum."""
    values = [figures[direction][cut] for direction, cut in SIX]
    return [name, *(f"{value:.1f}" for value in values), f"{sum(values):.1f}"]


def _set_of(report: dict[str, Any]) -> str:
    return f"{report['photos']:,} photos, {report['sentences']:,} sentences"


def _main(found: Results) -> list[str]:
    report = found["main"].report
    rows = []
    if "bi_encoder" in found:
        rows.append(six("BE", found["bi_encoder"].report["be"]))
    rows += [six(ROLE_NAMES[role], report[role]) for role in ("be", "coop") if report[role]]
    if "separate" in found:
        rows.append(six("SEP+COOP", found["separate"].report["coop"]))
    theirs = [[name, f"{ir:.1f}", f"{tr:.1f}", f"{total:.1f}"] for name, (ir, tr, total) in paper.COCO_5K.items()]
    flickr = " / ".join(f"{value:.1f}" for value in paper.FLICKR30K_JOINT_COOP_IR)
    return [
        "## The table of the paper\n",
        f"Ours, {_set_of(report)}, k = {report['k']}:\n",
        markdown(SIX_HEADER, rows),
        _intervals(report, "coop_minus_be", "JOINT+COOP less JOINT+BE"),
        "The paper, COCO 5k:\n",
        markdown(["", "IR R@1", "TR R@1", "sum of six"], theirs),
        f"The paper, Flickr30k, JOINT+COOP, IR R@1 / R@5 / R@10: {flickr}.\n",
        *(f"`{found[name].command}`\n" for name in ("bi_encoder", "separate") if name in found),
    ]


def _intervals(report: dict[str, Any], name: str, what: str) -> str:
    intervals = report.get("intervals", {})
    if name not in intervals:
        return ""
    cells = []
    for direction, cut in SIX:
        row = intervals[name][direction][cut]
        cells.append(f"{row['difference']:+.1f} ({row['low']:+.1f} to {row['high']:+.1f})")
    note = f"{intervals['level']:g} % intervals, paired bootstrap over photos, {intervals['resamples']:,} resamples:\n"
    return note + "\n" + markdown(SIX_HEADER[:-1], [[what, *cells]])


def _heads(found: Results) -> list[str]:
    report = found["main"].report
    if "coop_at" not in report:
        return []
    rows = [
        [*six(k, figures), f"{paper.COCO_5K_IR_R1_BY_K[int(k)]:.1f}" if int(k) in paper.COCO_5K_IR_R1_BY_K else ""]
        for k, figures in report["coop_at"].items()
    ]
    return ["## How many are reranked\n", markdown(["k", *SIX_HEADER[1:], "the paper's IR R@1, COCO 5k"], rows)]


def _shares(found: Results) -> list[str]:
    report = found["main"].report
    if "lambda" not in report:
        return []
    rows = [six(share, figures) for share, figures in report["lambda"].items()]
    return [
        "## The score sum\n",
        "(1 - λ) softmax(CE) + λ cos over the candidates of a query, k = "
        f"{report['k']}. Here CE is the cross-encoder's part alone: 0 is the cross-encoder, 1 the bi-encoder.\n",
        markdown(["λ", *SIX_HEADER[1:]], rows),
    ]


def _agreement(found: Results) -> list[str]:
    measured = found["main"].report.get("agreement", {})
    if not measured:
        return []
    rows = []
    for name, facts in measured.items():
        gain = facts.get("intervals", {}).get("coop_minus_be")
        change = f"{gain['difference']:+.4f} ({gain['low']:+.4f} to {gain['high']:+.4f})" if gain else ""
        taus = [f"{facts[role]:.4f}" if facts.get(role) is not None else "" for role in ("be", "coop", "ce_alone")]
        rows.append([name, f"{facts['pairs']:,}", *taus, change])
    header = ["grades", "pairs", "BE", "COOP", "CE without the cosine", "COOP less BE, 95 %"]
    return ["## Agreement with people\n", "Kendall's tau-b of scores with mean grades:\n", markdown(header, rows)]


def _exhaustive(found: Results) -> list[str]:
    report = found["exhaustive"].report
    rows = [six(name, report[role]) for role, name in ROLE_NAMES.items() if report.get(role)]
    scored = report["scored"]
    speed = f" {scored['pairs']:,} pairs, {scored['pairs_per_s']:,.0f} a second." if scored["pairs"] else ""
    return [
        "## Reranking everything\n",
        f"{_set_of(report)}, all rows on the same sentences, k = {report['k']}.{speed}\n",
        markdown(SIX_HEADER, rows),
        _intervals(report, "coop_minus_ce", "JOINT+COOP less JOINT+CE"),
    ]


def _distractors(found: Results) -> list[str]:
    report, plain = found["distractors"].report, found["main"].report
    rows = [
        [f"{name}, {count:,} photos", *(f"{facts[role]['ir'][column]:.1f}" for column in ("r1", "r5", "r10", "mrr10"))]
        for facts, count in ((plain, plain["photos"]), (report, report["photos"] + report["distractors"]))
        for role, name in ROLE_NAMES.items()
        if role in ("be", "coop") and facts.get(role)
    ]
    return ["## The enlarged set\n", markdown(["", "IR R@1", "R@5", "R@10", "MRR@10"], rows)]


def _languages(found: Results) -> list[str]:
    sets = found["languages"].report.get("sets", {})
    rows = []
    for name, report in sets.items():
        means = [
            f"{sum(report[role][direction]['mr'] for direction in ('ir', 'tr')) / 2:.1f}" if report[role] else ""
            for role in ("be", "coop")
        ]
        theirs = paper.MULTI30K_MEAN_RECALL.get(name)
        rows.append([name, f"{report['photos']:,}", *means, f"{theirs:.1f}" if theirs else ""])
    return [
        "## By language\n",
        "mR over both directions; one sentence a photo:\n",
        markdown(["language", "photos", "JOINT+BE", "JOINT+COOP", "the paper's JOINT+COOP, Multi30k"], rows),
    ]


def _latency(found: Results) -> list[str]:
    report = found["latency"].report
    heads = list(next(iter(report["sizes"].values()))["coop_s"])
    rows = [
        [
            f"{int(size):,}",
            f"{1000 * row['be_s']:.1f} ms",
            *(f"{1000 * row['coop_s'][k]:.1f} ms" for k in heads),
            ("about " if row["ce_extrapolated"] else "") + f"{row['ce_s']:.1f} s",
        ]
        for size, row in report["sizes"].items()
    ]
    theirs = paper.SECONDS_PER_QUERY
    rows.append(
        [
            f"the paper, {paper.LATENCY_PHOTOS:,}, V100",
            f"{1000 * theirs['be']:.0f} ms",
            f"{1000 * theirs['coop']:.0f} ms",
            *[""] * (len(heads) - 1),
            f"{theirs['ce']:.0f} s",
        ]
    )
    shares = {row["ce_pairs"] for row in report["sizes"].values() if row["ce_extrapolated"]}
    note = f' "About": measured on {max(shares):,} pairs and multiplied.' if shares else ""
    return [
        "## Time per query\n",
        f"{report['threads']} threads; embeddings mixed of {report['base_photos']} photos, tokens repeated.{note}\n",
        markdown(["photos", "BE", *(f"COOP, k = {k}" for k in heads), "CE"], rows),
    ]


if __name__ == "__main__":
    sys.exit(main())
