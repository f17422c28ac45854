"""What is chosen in the dialog of an export, as one value, and what it says in words."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace

from desktop_app.translation import tr
from desktop_app.wording import counted, home_relative

SIZES = (0, 4096, 2560, 2048, 1600, 1024)  # pixels of the long edge; 0 leaves a photo as it is
QUALITIES = (95, 90, 80, 65)
METADATA = ("all", "no-place", "none")
NAMES = ("keep", "date", "number")


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """`folder` as text in the file system's encoding, empty while none was chosen."""

    folder: str = ""
    edge: int = 0
    quality: int = 90
    metadata: str = "all"
    names: str = "keep"

    @property
    def target(self) -> bytes:
        return os.fsencode(self.folder)

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def from_json(text: str) -> ExportChoice:
    """The defaults for whatever makes no sense."""
    try:
        kept = json.loads(text)
        choice = ExportChoice(**kept)
    except (ValueError, TypeError):
        return ExportChoice()
    known = choice.edge in SIZES and choice.quality in QUALITIES
    known = known and choice.metadata in METADATA and choice.names in NAMES and isinstance(choice.folder, str)
    return choice if known else replace(ExportChoice(), folder=str(kept.get("folder", "")))


def sizes() -> tuple[tuple[int, str], ...]:
    named = {0: tr("As they are"), 4096: tr("4096 px, for large prints"), 2048: tr("2048 px, for screens")}
    named |= {1024: tr("1024 px, for mail")}
    return tuple((size, named.get(size, tr("%d px") % size)) for size in SIZES)


def qualities() -> tuple[tuple[int, str], ...]:
    said = {95: tr("Best"), 90: tr("High"), 80: tr("Good"), 65: tr("Small files")}
    return tuple((quality, f"{said[quality]} ({quality})") for quality in QUALITIES)


def metadata() -> tuple[tuple[str, str], ...]:
    said = {"all": tr("Nothing"), "no-place": tr("Where it was taken (GPS)"), "none": tr("All metadata")}
    return tuple((key, said[key]) for key in METADATA)


def names() -> tuple[tuple[str, str], ...]:
    said = {"keep": tr("As they are"), "date": tr("By date and time"), "number": tr("Numbered")}
    return tuple((key, said[key]) for key in NAMES)


def explained(choice: ExportChoice) -> str:
    """What will happen, in one or two sentences."""
    if choice.edge:
        said = tr("New JPEGs, upright, at most %d pixels on the long edge.") % choice.edge
        return f"{said} {tr('Nothing that is in the folder is overwritten.')}"
    if choice.metadata == "all":
        said = tr("Exact copies of the files.")
    else:
        said = tr("JPEGs keep every pixel; other formats become new JPEGs of full size.")
    return f"{said} {tr('Nothing that is in the folder is overwritten.')}"


def copied(written: int, folder: bytes) -> str:
    return tr("%s copied to %s.") % (counted(written, "photo"), home_relative(folder))
