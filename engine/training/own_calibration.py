"""What the scores of a head that was trained here mean."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine import calibration
from engine.evaluation.recalibrate import FEWEST_PHOTOS
from engine.evaluation.recalibrate import calibrate as calibrated

if TYPE_CHECKING:
    from engine.training.own_head import Home, OwnHead

Progress = Callable[[str, int, int], None]
REMEDY = "say later what they mean with: afterimage calibrate"


def calibrate(own: OwnHead, home: Home, *, device: str | None, progress: Progress, fewest: int = FEWEST_PHOTOS) -> str:
    """Fits probabilities on dev (of `fewest` photos at least), keeps them where the library looks for them, and says so
    in a line."""
    photos = len(own.dev.photos)
    if photos < fewest:
        return f"its scores are not probabilities yet: dev has {photos} photos, {fewest} are needed; {REMEDY}"
    loaded = own.load(home, device=device)
    made = calibrated(loaded, own.dev, progress=progress, facts={"made_by": "train --head"}, fewest=fewest)
    folder = os.fsencode(home.learned / loaded.model_id)
    calibration.write(os.path.join(folder, calibration.own_file(loaded.head)), made)
    return f"its scores are probabilities, by {photos:,} photos of dev: a match begins at {100 * made.threshold:.0f} %"
