"""The page of settings as values: sections, and what stands in each line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.translation import tr


class Kind(StrEnum):
    SWITCH = "switch"
    CHOICE = "choice"
    BUTTON = "button"


@dataclass(frozen=True, slots=True)
class SettingLook:
    """One line: what it is called, what it does in one sentence, and its control. `choices` of (value, name);
    `button`: what stands on it; `words`: what people may call it, for the search over the page."""

    key: str
    title: str
    text: str
    kind: Kind = Kind.SWITCH
    choices: tuple[tuple[str, str], ...] = ()
    button: str = ""
    words: str = ""
    careful: bool = False

    def matches(self, wanted: str) -> bool:
        """Every word is in the line somewhere."""
        here = " ".join((self.title, self.text, self.words, self.button, *(name for _, name in self.choices)))
        return all(word in here.casefold() for word in wanted.casefold().split())


@dataclass(frozen=True, slots=True)
class SettingSection:
    title: str
    lines: tuple[SettingLook, ...]


ROW_SIZES = {"small": 140, "medium": 220, "large": 320}  # pixels of a line of photos


def sections(about: str) -> tuple[SettingSection, ...]:
    """Everything that can be set. `about`: version and model."""
    return (_appearance(), _search(), _tagging(), _indexing(), _privacy(), _background(), _help(about))


def _appearance() -> SettingSection:
    themes = (("system", tr("Like the system")), ("dark", tr("Dark")), ("light", tr("Light")))
    languages = (("system", tr("Like the system")), ("en", "English"), ("de", "Deutsch"))
    sizes = (("small", tr("Small")), ("medium", tr("Medium")), ("large", tr("Large")))
    return SettingSection(
        tr("Appearance"),
        (
            SettingLook(
                "theme", tr("Theme"), tr("Photos look the same in both."), Kind.CHOICE, themes, words=tr("colours mode")
            ),
            SettingLook(
                "language", tr("Language"), tr("Takes effect the next time Afterimage starts."), Kind.CHOICE, languages
            ),
            SettingLook(
                "row_size",
                tr("Size of the photos"),
                tr("In the grid. Ctrl and the wheel do the same."),
                Kind.CHOICE,
                sizes,
                words=tr("thumbnails rows zoom"),
            ),
            SettingLook(
                "reduced_motion",
                tr("Less motion"),
                tr("Photos change places at once instead of gliding there."),
                words=tr("animation accessibility"),
            ),
        ),
    )


def _search() -> SettingSection:
    return SettingSection(
        tr("Search"),
        (
            SettingLook(
                "models",
                tr("Models"),
                tr("Which model answers, how long it may look closely, and what it computes on."),
                Kind.BUTTON,
                button=tr("Open Models"),
                words=tr("rerank device graphics card budget language"),
            ),
        ),
    )


def _tagging() -> SettingSection:
    return SettingSection(
        tr("Tags and ratings"),
        (
            SettingLook(
                "write_sidecars",
                tr("Write tags into files beside the photos"),
                tr(
                    "Tags, ratings and labels are kept in the library. Switched on, they are also merged into an XMP "
                    "file beside each photo, where Lightroom, digiKam and darktable find them. No photo is changed."
                ),
                words="XMP sidecar",
            ),
            SettingLook(
                "late_sidecars",
                tr("Marks from before"),
                tr("For when writing is switched on."),
                Kind.BUTTON,
                button=tr("Write them now"),
                words="XMP sidecar",
            ),
            SettingLook(
                "auto_advance",
                tr("Go on after rating"),
                tr("A rating, a pick or a label moves on to the next photo."),
                words=tr("auto-advance next"),
            ),
        ),
    )


def _indexing() -> SettingSection:
    decoders = (("one", tr("Quiet")), ("half", tr("Balanced")), ("all", tr("Fast")))
    return SettingSection(
        tr("Indexing"),
        (
            SettingLook(
                "decoders",
                tr("Speed"),
                tr("Balanced opens photos on half of the processor's cores, so that other work goes on."),
                Kind.CHOICE,
                decoders,
                words=tr("processor cores workers CPU"),
            ),
            SettingLook(
                "on battery",
                tr("Pause on battery"),
                tr("New photos wait until the computer is plugged in. Searching always works."),
                words=tr("power laptop energy"),
            ),
            SettingLook(
                "pair_raw",
                tr("Take RAW files along"),
                tr("Dragging or copying a photo that has a RAW file beside its JPEG takes both."),
                words=tr("pairs JPEG drag copy"),
            ),
        ),
    )


def _privacy() -> SettingSection:
    return SettingSection(
        tr("Privacy"),
        (
            SettingLook(
                "library",
                tr("Your library"),
                "",
                Kind.BUTTON,
                button=tr("Show in file manager"),
                words=tr("folder place size disk"),
            ),
            SettingLook(
                "proof",
                tr("Nothing leaves this computer"),
                tr("Every part of Afterimage refuses the network, except a model's download that you said yes to."),
                Kind.BUTTON,
                button=tr("Check now"),
                words=tr("offline internet network telemetry connection size"),
            ),
            SettingLook(
                "forget",
                tr("Forget everything"),
                tr("Empties the library: folders, tags, ratings, searches. Your photos stay as they are."),
                Kind.BUTTON,
                button=tr("Forget everything…"),
                words=tr("delete remove erase reset"),
                careful=True,
            ),
        ),
    )


def _background() -> SettingSection:
    return SettingSection(
        tr("In the background"),
        (
            SettingLook(
                "notify",
                tr("Tell me when something long is done"),
                tr("A message of the desktop when indexing, a download or an export ends while you are elsewhere."),
                words=tr("notification message"),
            ),
            SettingLook(
                "tray",
                tr("Stay in the tray"),
                tr("Closing the window leaves an icon, and new photos go on being indexed."),
                words=tr("background icon minimise"),
            ),
        ),
    )


def _help(about: str) -> SettingSection:
    return SettingSection(
        tr("Help"),
        (
            SettingLook("keys", tr("Keys"), tr("All of them on one sheet."), Kind.BUTTON, button=tr("Show the keys")),
            SettingLook(
                "tour", tr("Tour"), tr("Three steps through the window."), Kind.BUTTON, button=tr("Take the tour")
            ),
            SettingLook("about", tr("About"), about, Kind.BUTTON, words=tr("version licence")),
        ),
    )
