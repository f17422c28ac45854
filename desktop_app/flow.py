"""Things of one height set in lines, as words are. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect


def flow(widths: Sequence[int], room: int, *, height: int, gap: int, centred: bool = False) -> list[QRect]:
    """A rectangle for each width, left to right in as many lines as it takes; all in pixels. What is wider than the
    room is cut to it."""
    lines: list[list[int]] = [[]]
    used = 0
    for at, width in enumerate(widths):
        width = min(width, room)
        if lines[-1] and used + width > room:
            lines.append([])
            used = 0
        lines[-1].append(at)
        used += width + gap
    rects = [QRect()] * len(widths)
    for line, members in enumerate(lines):
        cut = [min(widths[at], room) for at in members]
        left = (room - sum(cut) - gap * (len(cut) - 1)) // 2 if centred and members else 0
        for at, width in zip(members, cut, strict=True):
            rects[at] = QRect(left, line * (height + gap), width, height)
            left += width + gap
    return rects
