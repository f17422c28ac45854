"""Figures that pages quote: each is what docs/performance.json or docs/results/NAME.json says, rounded.

`python -m benchmarks.performance --page` and `python -m benchmarks.paper_tables` set them anew. A page keeps its words:
what is asked for here is found on it, whatever figures stand there now.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOLE = re.compile(r"\{[^}]*\}")
FIGURE = r"([-+]?\w(?:[\w.,]*\w)?)"
CARD = "resources/models/starter/README.md"


@dataclass(frozen=True, slots=True)
class Quote:
    """`words` with a hole, in the form of str.format, for each of `keys`: a file of docs, then the keys down to the
    figure in it."""

    page: str
    words: str
    keys: tuple[str, ...]


def _main(words: str, *keys: str, page: str = "README.md") -> Quote:
    return Quote(page, words, tuple(f"main/report/{key}" for key in keys))


def _speed(words: str, *keys: str, page: str = "README.md") -> Quote:
    return Quote(page, words, tuple(f"performance/{key}" for key in keys))


def _row(name: str, where: str) -> Quote:
    """Recalls as the starter's card has them: hundredths of 5,000 sentences, tenths of 1,000 photos."""
    keys = [f"{where}/{direction}/{cut}" for direction in ("ir", "tr") for cut in ("r1", "r5", "r10", "mr")]
    return _main(
        f"| {name} | {{:.2f}} | {{:.2f}} | {{:.2f}} | {{:.2f}} | {{}} | {{}} | {{}} | {{:.2f}} |", *keys, page=CARD
    )


def _gain(where: str) -> tuple[str, str, str]:
    return f"{where}/difference", f"{where}/low", f"{where}/high"


QUOTES = (
    Quote("README.md", "the starter of manifest `{:.8}`", ("main/models/0/1",)),
    _main(
        "| {:.1f} / {:.1f} % of {:,} sentences: {:+.1f} ({:+.1f} to {:+.1f}) |",
        *("be/ir/r1", "coop/ir/r1", "sentences"),
        *_gain("intervals/coop_minus_be/ir/r1"),
    ),
    _speed("first hits among 100,000 photos after {:.0f} ms,", "search/photos_100000/warm/retrieved_ms/p95"),
    _speed(
        "| p95 {:.0f}, {:.0f}, {:.0f} ms |",
        *(f"search/photos_{size}/warm/retrieved_ms/p95" for size in (10_000, 100_000, 1_000_000)),
    ),
    _speed("| p95 {:.0f} ms |", "search/photos_100000/warm/reranked_ms/p95"),
    _speed(
        "| {:.2f} and {:.2f} of exact search |",
        *(f"search/photos_{size}/index/recall_at_50/sentences" for size in (100_000, 1_000_000)),
    ),
    _speed(
        "| {:.2f} s alone, {:.2f} s beside an open window |",
        *(f"cold/photos_100000/{beside}/wall_s" for beside in ("alone", "with_engine")),
    ),
    _speed("| {:.2f} s, {:.1f} s |", "start/painted_s", "start/search_ready_s"),
    _speed("| p99 {:.0f} to {:.0f} ms |", "grid/calm_scroll_ms/p99", "grid/jumps_ms/p99"),
    _speed("| window {:.0f} MB, engine {:.0f} MB |", "start/memory_mb/window", "start/memory_mb/engine"),
    _speed(
        "| {:.0f} and {:.0f} photos/s, {:.2f} and {:.2f} of what decoding and model allow |",
        *(f"index/edge_{edge}/starter/cores_2/pipeline_photos_per_s" for edge in (500, 4243)),
        *(f"index/edge_{edge}/starter/cores_2/share_of_limit" for edge in (500, 4243)),
    ),
    _speed(
        "| {:.1f} times its photos/s (12 megapixels: {:.1f} times) |",
        *(f"index/edge_{edge}/rclip/times_as_fast" for edge in (500, 4243)),
    ),
    _row("BE", "be"),
    *(_row(f"COOP, k = {k}", f"coop_at/{k}") for k in (10, 20, 50)),
    _main(
        ", ".join(f"R@{cut} {{:+.2f}} ({{:+.2f}} to {{:+.2f}})" for cut in (1, 5, 10)),
        *(key for cut in (1, 5, 10) for key in _gain(f"intervals/coop_minus_be/ir/r{cut}")),
        page=CARD,
    ),
    _main(
        "({:,} pairs): BE {:.4f}, COOP {:.4f}, difference {:+.4f} ({:+.4f} to {:+.4f})",
        *(f"agreement/judgments_expert/{key}" for key in ("pairs", "be", "coop")),
        *_gain("agreement/judgments_expert/intervals/coop_minus_be"),
        page=CARD,
    ),
)


def told(quote: Quote, docs: Path) -> str:
    """The words with their figures. Raises KeyError where one was not measured."""
    return quote.words.format(*(_figure(docs, key) for key in quote.keys))


def renew(root: Path) -> None:
    """Writes what was measured into the pages that quote it. Raises LookupError where a page has other words."""
    for page in dict.fromkeys(quote.page for quote in QUOTES):
        file = root / page
        text = was = file.read_text("utf-8")
        for quote in QUOTES:
            if quote.page == page:
                text = renewed(text, quote, told(quote, root / "docs"))
        if text != was:
            file.write_text(text, encoding="utf-8")


def renewed(text: str, quote: Quote, said: str) -> str:
    """`text` where the words of `quote` stand once, with the figures of `said`; its line breaks stay."""
    found = list(re.finditer(_pattern(quote.words), text))
    if len(found) != 1:
        raise LookupError(f"{quote.page} has {len(found)} places for: {quote.words}")
    figures = re.fullmatch(_pattern(quote.words), said)
    if figures is None:
        raise LookupError(f"not words and figures: {said}")
    return "".join(_exchanged(text, found[0], figures))


def _exchanged(text: str, place: re.Match[str], figures: re.Match[str]) -> Iterator[str]:
    at = 0
    for number in range(1, place.re.groups + 1):
        yield text[at : place.start(number)] + figures[number]
        at = place.end(number)
    yield text[at:]


def _pattern(words: str) -> str:
    """A line may break where a blank stands."""
    return FIGURE.join(re.escape(part).replace(r"\ ", r"\s+") for part in HOLE.split(words))


def _figure(docs: Path, key: str) -> Any:
    file, *keys = key.split("/")
    found = json.loads((docs / ("" if file == "performance" else "results") / f"{file}.json").read_text("utf-8"))
    for part in keys:
        found = found[int(part) if isinstance(found, list) else part]
    return found
