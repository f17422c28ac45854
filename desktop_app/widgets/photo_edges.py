"""How large a rendition has to be for the place where it is shown."""

from __future__ import annotations

from PySide6.QtCore import QSize

from engine.config import THUMBNAIL_EDGE_PX
from engine.search_hit import SearchHit

STEP_PX = 512  # so that a window that is drawn a little larger needs no other rendition
LARGEST_PX = 8192


def edge_wanted(hit: SearchHit, room: QSize, ratio: float, *, whole: bool) -> int:
    """The long edge in pixels, 0 where the thumbnail is enough; `whole`: every pixel is looked at.

    room: of the place, in the window's pixels; ratio: of device pixels to those.
    """
    edge = -(-int(max(room.width(), room.height()) * ratio) // STEP_PX) * STEP_PX
    edge = min(LARGEST_PX if whole else edge, max(hit.width, hit.height), LARGEST_PX)
    return edge if edge > THUMBNAIL_EDGE_PX else 0
