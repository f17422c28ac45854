"""Values that a filter can ask for: those that photos of the library have, the commonest first."""

from __future__ import annotations

import os
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.catalog import Catalog
from engine.messages import UNCOUNTED, Complete, Completions, Value
from engine.query_filters import kind_of
from engine.query_order import SORT, Order

SLICE_ROWS = 2_000  # some ten milliseconds
DAY_S = 86_400
STALE_S = 30.0  # while photos come in, the values are looked through anew this often at most
MOST = 200

_WORDS = re.compile(r"\w+")


class ValueBook:
    """`values`: how many photos have each, by field. Known once all photos were looked through; told from then on,
    while it is looked through again."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._table = catalog.sets.values
        self.values: dict[str, Counter[str]] = {}
        self._revision: object = None
        self._made_s = 0.0
        self._making: Iterator[None] | None = None

    @property
    def known(self) -> bool:
        return self._revision is not None

    def refresh(self) -> Iterator[None]:
        """A slice of work after the other, until it is known how the library is now. Goes on where it was left."""
        if self._making is None and self._fresh():
            return
        self._making = self._making or self._make()
        for _ in self._making:
            yield
        self._making = None

    def _fresh(self) -> bool:
        recent = self.known and time.monotonic() < self._made_s + STALE_S
        return recent or self._revision == self._catalog.sets.saved.revision()

    def _make(self) -> Iterator[None]:
        revision, last = self._catalog.sets.saved.revision(), 0
        cameras: Counter[str | None] = Counter()
        lenses: Counter[str | None] = Counter()
        kinds: Counter[tuple[bytes, str]] = Counter()
        days: Counter[int] = Counter()
        folders: Counter[bytes] = Counter()
        while some := self._table.after(last, SLICE_ROWS):
            cameras.update(some.cameras)
            lenses.update(some.lenses)
            kinds.update(zip((path.rpartition(b".")[2] for path in some.paths), some.formats, strict=True))
            days.update(second // DAY_S for second in some.sort_s)
            folders.update(map(os.path.dirname, some.paths))
            last = some.last
            yield
        self.values = {
            "camera": Counter({name: photos for name, photos in cameras.items() if name}),
            "lens": Counter({name: photos for name, photos in lenses.items() if name}),
            "type": _summed((kind_of(b"x." + ending, form), photos) for (ending, form), photos in kinds.items()),
            "month": _summed((_month(day * DAY_S), photos) for day, photos in days.items()),
            "folder": _names(folders, self._table.watched()),
        }
        self._revision, self._made_s = revision, time.monotonic()


class Completer:
    """Answers from the book; what people made (tags, ratings, collections) is asked for as it is now."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._book = ValueBook(catalog)
        self._asked: dict[str, Callable[[str], Iterable[tuple[str, int]]]] = {
            "tag": lambda _: catalog.tags.all(),
            "collection": lambda _: catalog.sets.collections.all(),
            "rating": lambda _: self._ratings(),
            "flag": lambda _: self._flags(),
            "label": lambda _: catalog.sets.values.marks("label").items(),
            "before": self._times,
            "after": self._times,
            "on": self._times,
            SORT: lambda _: [(order.value, UNCOUNTED) for order in Order],
            "in": lambda _: self._book.values["folder"].items(),
        }

    def run(self, request: Complete) -> Iterator[Completions | None]:
        """The values as soon as they are known, then slices of work until they are those of now."""
        if request.field == "tag":
            yield from self._catalog.tags.counts.refresh()
        told = self._book.known or request.field in ("tag", "collection", "rating", "flag", "label", SORT)
        if told:
            yield self._answer(request)
        for _ in self._book.refresh():
            yield None
        if not told:
            yield self._answer(request)

    def _answer(self, request: Complete) -> Completions:
        field, prefix = request.field, plain(request.prefix)
        asked = self._asked.get(field)
        values = asked(prefix) if asked is not None else self._book.values.get(field, Counter()).items()
        if field == "rating":
            found = [(text, photos) for text, photos in values if prefix in text]
        else:
            found = fitting(values, prefix, keep_order=field == SORT or asked == self._times)
        chosen = found[: min(request.limit, MOST)]
        return Completions(request.request, field, request.prefix, tuple(Value(*each) for each in chosen))

    def _ratings(self) -> list[tuple[str, int]]:
        """Those with as many stars or more."""
        stars = self._catalog.sets.values.ratings()
        return [(f">={least}", sum(stars.get(some, 0) for some in range(least, 6))) for least in (5, 4, 3, 2, 1)]

    def _flags(self) -> list[tuple[str, int]]:
        given = self._catalog.sets.values.marks("pick")
        return [(name, given.get(value, 0)) for name, value in (("pick", "1"), ("reject", "-1"))]

    def _times(self, prefix: str) -> list[tuple[str, int]]:
        """Years, the latest first; months of a year that is typed already."""
        months = self._book.values["month"]
        digits = 7 if len(prefix) >= 4 else 4
        spans: Counter[str] = Counter()
        for month, photos in months.items():
            spans[month[:digits]] += photos
        return sorted(spans.items(), reverse=True)


def plain(text: str) -> str:
    """As it is compared: letters without case and accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(ch for ch in apart if not unicodedata.combining(ch))


def fitting(values: Iterable[tuple[str, int]], prefix: str, *, keep_order: bool = False) -> list[tuple[str, int]]:
    """Values that begin with a plain text first, then those in which every word of it begins one; of each the
    commonest first."""
    wanted: Sequence[str] = _WORDS.findall(prefix)
    found = []
    for text, photos in values:
        compared = plain(text)
        begins = compared.startswith(prefix)
        words = [] if begins else _WORDS.findall(compared)
        if begins or (wanted and all(any(word.startswith(each) for word in words) for each in wanted)):
            found.append((not begins, -photos, text))
    if not keep_order:
        found.sort()
    return [(text, -photos) for _, photos, text in found]


def _summed(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, photos in counts:
        found[name] += photos
    found.pop("", None)
    return found


def _month(sort_s: int) -> str:
    when = time.gmtime(sort_s)
    return f"{when.tm_year:04}-{when.tm_mon:02}"


def _names(folders: Counter[bytes], watched: Sequence[bytes]) -> Counter[str]:
    """Names of the watched folders and of those inside them, with the photos below each; names that are no text are
    left out, for nobody can type them."""
    found: Counter[str] = Counter()
    separator = os.fsencode(os.sep)
    roots = sorted(watched, key=len)
    for folder, photos in folders.items():
        root = next(
            (each for each in roots if folder == each or folder.startswith(each.rstrip(separator) + separator)), None
        )
        if root is None:
            continue
        inside = os.path.relpath(folder, root).split(separator) if folder != root else []
        for name in {os.path.basename(root), *inside}:
            if (text := _text(name)) is not None:
                found[text] += photos
    return found


def _text(name: bytes) -> str | None:
    try:
        text = unicodedata.normalize("NFC", name.decode())
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and '"' not in text and text else None
