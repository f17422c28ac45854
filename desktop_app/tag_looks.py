"""Which chips tell of the tags of some photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop_app.tag_feed import FILE, MODEL, PERSON, PhotoWords
from desktop_app.tag_wording import spaced
from desktop_app.widgets.tag_chip import TagLook
from desktop_app.wording import percent

_ORDER = (PERSON, FILE, MODEL)


@dataclass(frozen=True, slots=True)
class Common:
    """What all of some photos have in common."""

    rating: int = 0
    pick: int = 0
    label: str = ""
    caption: str = ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("tag_looks", text)


def tag_looks(words: Sequence[PhotoWords]) -> list[TagLook]:
    """One for each tag, by name; of several sources the one that weighs least is shown, since it wants a look."""
    counts = Counter(tag for photo in words for tag, _ in photo.tags)
    sources: dict[str, str] = {}
    for photo in words:
        for tag, source in photo.tags:
            sources[tag] = max(sources.get(tag, PERSON), source, key=_ORDER.index)
    return [
        TagLook(
            tag,
            spaced(tag),
            sources[tag],
            some="" if counts[tag] == len(words) else _tr("%d of %d") % (counts[tag], len(words)),
            tip=_tip(tag, sources[tag], everywhere=counts[tag] == len(words)),
        )
        for tag in sorted(counts)
    ]


def _tip(tag: str, source: str, *, everywhere: bool) -> str:
    said = {
        PERSON: _tr("%s: given by you"),
        FILE: _tr("%s: read from the file. Press to make it yours."),
        MODEL: _tr("%s: given by the model, not looked at. Press to confirm."),
    }[source] % spaced(tag)
    return said if everywhere else said + "\n" + _tr("Some of these photos carry it. Press to give it to all.")


def offer_looks(offers: Sequence[tuple[str, float]], carried: Sequence[str]) -> list[TagLook]:
    """Those that the photo does not carry yet; a probability each."""
    return [
        TagLook(
            tag,
            spaced(tag),
            offer=True,
            detail=percent(likely),
            tip=_tr("%s, likely to %s. Press to give the tag.") % (spaced(tag), percent(likely)),
        )
        for tag, likely in offers
        if tag not in carried
    ]


def common(words: Sequence[PhotoWords]) -> Common:
    def same(values: set) -> object:
        return values.pop() if len(values) == 1 else None

    return Common(
        int(str(same({photo.rating for photo in words}) or 0)),
        int(str(same({photo.pick for photo in words}) or 0)),
        str(same({photo.label for photo in words}) or ""),
        words[0].caption if len(words) == 1 else "",
    )
