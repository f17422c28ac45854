"""What the tour says, and beside which part of the window."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.translation import tr


@dataclass(frozen=True, slots=True)
class TourStep:
    """`part`: the attribute of the window that it is about."""

    part: str
    title: str
    text: str


def steps() -> tuple[TourStep, ...]:
    return (
        TourStep(
            "field",
            tr("Describe what you remember"),
            tr("Type a sentence, as you would say it: two dogs playing in the snow. What matches best comes first."),
        ),
        TourStep(
            "grid",
            tr("Look closer"),
            tr("Space shows a photo large, with the words that it matches. T gives a tag, 0 to 5 a rating."),
        ),
        TourStep(
            "sidebar",
            tr("Everything else is here"),
            tr("Folders, tags and saved searches. Press ? at any time to see all keys."),
        ),
    )
