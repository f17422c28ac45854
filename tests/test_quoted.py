"""What pages tell of speed and quality is what was measured, and two pages that tell the same agree."""

from __future__ import annotations

import json
import math
import re
import struct
from pathlib import Path

import pytest

from benchmarks.quoted import CARD, QUOTES, Quote, renewed, told

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HOW_TO_MEND = "set anew by: python -m benchmarks.performance --page"


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", sorted({quote.page for quote in QUOTES}))
def test_figures_of_a_page_are_the_measured_ones(page: str) -> None:
    text = text_of(page)
    for quote in QUOTES:
        if quote.page == page:
            assert renewed(text, quote, told(quote, DOCS)) == text, f"{told(quote, DOCS)} ({HOW_TO_MEND})"


def test_every_row_of_the_table_of_figures_is_one_that_was_measured() -> None:
    table = text_of("README.md").partition("| what | figure | command |")[2].partition("\n\n")[0]
    cells = [line.split(" | ")[1] for line in table.strip().splitlines()[1:]]
    said = [told(quote, DOCS) for quote in QUOTES]
    assert len(cells) > 5
    assert [cell for cell in cells if not any(cell in words for words in said)] == []


def test_new_figures_come_between_the_words_that_a_page_has() -> None:
    quote = Quote("page.md", "found {:,} of {:.1f} % ({:+})", ("x/a", "x/b", "x/c"))
    page = "We found 7\nof 88.1 % (+0.3), and lost 9."
    assert renewed(page, quote, "found 1,234 of 5.0 % (-2)") == "We found 1,234\nof 5.0 % (-2), and lost 9."
    with pytest.raises(LookupError, match=r"page\.md has 0 places"):
        renewed("We found nothing.", quote, "found 1 of 2.0 % (+3)")
    with pytest.raises(LookupError, match=r"page\.md has 2 places"):
        renewed(page + page, quote, "found 1 of 2.0 % (+3)")


def test_a_figure_in_words_is_the_measured_one() -> None:
    recalls = json.loads((DOCS / "results" / "main.json").read_text("utf-8"))["report"]
    retrieved, reranked = (recalls[stage]["ir"]["r1"] for stage in ("be", "coop"))
    assert round(retrieved / (reranked - retrieved)) == 7
    assert "first for a seventh more sentences" in text_of("README.md")


def test_the_starter_is_as_large_as_its_card_and_the_limits_say() -> None:
    weights = (ROOT / CARD).parent / "model.safetensors"
    with weights.open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    sizes = [tensor["shape"] for name, tensor in header.items() if name != "__metadata__"]
    numbers = sum(math.prod(shape) for shape in sizes)
    card = text_of(CARD)
    assert f"{numbers / 1e6:.1f} M numbers, {weights.stat().st_size / 1e6:.1f} MB" in card
    assert f"{numbers / 1e6:.0f} million numbers" in text_of("docs/limits.md")
    photos = re.search(r"([\d,]+) photos of Flickr8k", card)
    assert photos is not None
    about = f"learned from {round(int(photos[1].replace(',', '')), -3):,} photos"
    assert about in text_of("README.md")
    assert about in text_of("docs/limits.md")


def test_both_pages_that_tell_how_to_install_name_the_same_packages_and_sizes() -> None:
    pages = [text_of(page).replace("\\\n", " ") for page in ("README.md", "docs/quick_start.md")]
    packages = [re.findall(r"apt-get install (.*)", page) for page in pages]
    assert packages[0][0].split() == packages[1][0].split()
    sizes = [re.findall(r"([\d.]+) GB", page) for page in pages]
    assert sizes[0] == sizes[1] != []
