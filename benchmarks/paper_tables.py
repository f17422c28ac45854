"""Our tables beside the paper's, each figure with the command that gave it.

`python -m benchmarks.paper_tables` reads docs/results/*.json, which `python -m benchmarks.evaluate_all` writes, and
makes docs/results.md and docs/results_*.png out of them. What was not measured is named as such.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.paper_markdown import Results
from benchmarks.paper_results import RESULTS, ROOT, Measured, digest, read_all
from benchmarks.paper_sections import SECTIONS
from benchmarks.quoted import renew

UNMEASURED = {
    "bi_encoder": "BE: a network trained as bi-encoder only",
    "cross_encoder": "CE: a network trained as cross-encoder only",
    "separate": "SEP+COOP: the two of them together",
    "seed_3": "the spread over three seeds",
    "methods": "JOINT and SEP trained alike; late fusion or single stream, losses, negatives",
    "exhaustive": "JOINT+CE: reranking everything",
    "distractors": "the enlarged set",
    "languages": "the table per language",
    "qb_test": "query-bank normalisation",
    "cascade": "a cascade of two bi-encoders",
    "aspect_3x4": "photos of other aspect",
    "latency": "time per query",
    "architectures": "what other architectures cost",
}
SHIPPED = ("starter", "starter-multilingual")
NOT_AT_HAND = (
    "sets of 5,000 photos and their folds of 1,000: none was at hand; `--folds` is tested on made-up figures",
    "zero-shot on another collection: none was at hand; `--captions` takes any, and that is tested on drawn photos",
)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.paper_tables",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="(default: docs/results)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", metavar="DIR", help="where the page is written")
    parser.add_argument("--quiet", action="store_true", help="do not print the page too")
    given = parser.parse_args(argv)
    found = read_all(given.results)
    if not found:
        print(f"nothing was measured yet: {given.results}", file=sys.stderr)
        return 1
    from benchmarks.paper_plots import draw

    given.docs.mkdir(parents=True, exist_ok=True)
    page = page_of(found, shipped=frozenset(map(digest, SHIPPED)))
    plots = draw({name: measured.report for name, measured in found.items()}, given.docs)
    page += "".join(f"\n![{caption}]({name})\n" for name, caption in plots.items())
    (given.docs / "results.md").write_text(page, encoding="utf-8")
    if given.docs.resolve() == ROOT / "docs":
        renew(ROOT)
    if not given.quiet:
        print(page)
    return 0


def page_of(found: Results, *, shipped: frozenset[str]) -> str:
    """The page in Markdown; `shipped`: the hashes of the manifests of the models that ship."""
    parts = ["# Results\n", _introduction(found, shipped)]
    for section in SECTIONS:
        if all(name in found for name in section.needs) and (lines := section.write(found)):
            names = [name for name in found if name in section.needs or name.startswith(section.more)]
            parts += [f"## {section.title}\n", *lines, _sources(names)]
    parts += ["## Not measured\n", _list([*_unmeasured(found), *NOT_AT_HAND])]
    parts += ["## Commands\n", _commands(found)]
    return "\n".join(part for part in parts if part)


def _introduction(found: Results, shipped: frozenset[str]) -> str:
    ours = f"The model is {found['main'].weights()}. " if "main" in found else ""
    others = [name for name, measured in found.items() if shipped.isdisjoint(dict(measured.models).values())]
    older = ""
    if others:
        older = f"Measured with other weights than those that ship: {', '.join(sorted(others))}. "
    return (
        f"{ours}{older}Recalls in percent; IR: sentence to photo, TR: photo to sentence. The command that gave a table "
        "is under its name at the end; `python -m benchmarks.evaluate_all DATA --scores SCORES` runs them all, "
        "`python -m benchmarks.paper_tables` makes this page of what they printed. The paper is Geigle et al., "
        '"Retrieve Fast, Rerank Smart" (TACL 2022): other data, larger models, a GPU: compare the shape and not the '
        "height.\n"
    )


def _sources(names: list[str]) -> str:
    return f"Measured by {', '.join(f'[{name}](#commands)' for name in names)}.\n"


def _unmeasured(found: Results) -> list[str]:
    return [what for name, what in UNMEASURED.items() if name not in found]


def _commands(found: Results) -> str:
    return _list([f"{name}: `{each.command}`; {_weights(each)}" for name, each in found.items()])


def _weights(measured: Measured) -> str:
    precision = measured.report.get("precision")
    return f"weights: {measured.weights()}" + (f"; photos in {precision}" if precision else "")


def _list(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
