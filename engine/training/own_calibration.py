"""What the scores of a head that was trained here mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.training.own_head import Home, OwnHead


def calibrate(own: OwnHead, home: Home, *, device: str | None) -> str:
    """Fits probabilities on dev, keeps them beside the head, and says how well they hold."""
    return "  not calibrated"
