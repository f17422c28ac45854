"""Every key of the window and what it does, in groups, for the sheet that shows them."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.translation import tr


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """`keys`: (keys, what they do)."""

    title: str
    keys: tuple[tuple[str, str], ...]


def key_groups() -> tuple[KeyGroup, ...]:
    return (_search(), _photos(), _marks(), _window())


def _search() -> KeyGroup:
    return KeyGroup(
        tr("Search"),
        (
            (tr("/  or  Ctrl+F"), tr("Search")),
            (tr("Esc"), tr("Back, or clear the search")),
            (tr("M  and  L"), tr("More like this, less like this")),
            (tr("Y  and  N"), tr("Yes, this matches; no, it does not")),
            (tr("Ctrl+V"), tr("Photos like the one in the clipboard")),
            (tr("Ctrl+S"), tr("Save this search")),
        ),
    )


def _photos() -> KeyGroup:
    return KeyGroup(
        tr("Photos"),
        (
            (tr("Arrow keys"), tr("Go from photo to photo")),
            (tr("Enter, Space or E"), tr("View a photo large")),
            (tr("Z"), tr("100 %, of a photo seen large")),
            (tr("H"), tr("Histogram of a photo seen large")),
            (tr("C"), tr("Two to four photos side by side")),
            (tr("G"), tr("Back to the grid")),
            (tr("I"), tr("What is known of a photo")),
            (tr("S"), tr("All photos behind one that stands for several")),
            (tr("Shift+D"), tr("Select the whole day")),
            (tr("Ctrl+Shift+E"), tr("Export copies")),
        ),
    )


def _marks() -> KeyGroup:
    return KeyGroup(
        tr("Tags and ratings"),
        (
            (tr("T"), tr("Add tags")),
            (tr("Shift+T"), tr("Tag all that match the sentence")),
            (tr("0 to 5"), tr("Stars (with Shift: and on to the next photo)")),
            (tr("6 to 9"), tr("Label red, yellow, green, blue")),
            (tr("P, X  and  U"), tr("Pick, reject, no flag")),
            (tr("B"), tr("Into the quick collection, or out of it")),
            (tr("Ctrl+Z  and  Ctrl+Shift+Z"), tr("Undo and redo tags and marks")),
        ),
    )


def _window() -> KeyGroup:
    return KeyGroup(
        tr("Window"),
        (
            (tr("Ctrl+wheel"), tr("Size of the photos")),
            (tr("Q"), tr("Squares, or whole photos")),
            (tr("Tab"), tr("Hide the panels (from the grid)")),
            (tr("Ctrl+Tab"), tr("From the grid to the next part")),
            (tr("F"), tr("Full screen")),
            (tr("Ctrl+O"), tr("Add a folder")),
            (tr("F5"), tr("Look for new photos")),
            (tr("Ctrl+,"), tr("Settings")),
            (tr("?"), tr("These keys")),
            (tr("Ctrl+Q"), tr("Quit")),
        ),
    )
