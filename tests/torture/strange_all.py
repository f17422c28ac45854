"""All strange photos, of every format."""

from __future__ import annotations

from collections.abc import Iterator

from tests.torture.strange import Strange
from tests.torture.strange_jpegs import jpegs
from tests.torture.strange_others import others
from tests.torture.strange_pngs import pngs
from tests.torture.strange_tiffs import tiffs


def all_strange(*, large: bool) -> Iterator[Strange]:
    """`large`: also those that take seconds."""
    for family in (jpegs, pngs, tiffs, others):
        yield from family(large=large)
