"""What can be typed after `afterimage calibrate`, and how it is explained."""

from __future__ import annotations

import argparse

from engine.cli_argument import add_device, path

CALIBRATE_EXAMPLES = """\
A score becomes the probability that a photo matches. That was fitted where the model was made, on other photos than
yours; it is fitted to yours either by the ticks and crosses that you gave results in the window, or by photos that have
captions. It is judged by examples that were held out, and kept only if it is better on them. It changes no order within
what was looked at closely, and is used from the next start of Afterimage on.

examples:
  afterimage calibrate                                      by ticks and crosses
  afterimage calibrate --captions captions.tsv --photos ~/Pictures/captioned --plot before_and_after.png
  afterimage calibrate --reset                              back to what came with the model

TSV: one line per sentence: file name, tab, sentence; several sentences a photo are better.
"""


def add_calibrate_options(calibrate: argparse.ArgumentParser) -> None:
    """Everything `calibrate` takes."""
    calibrate.add_argument("--captions", metavar="TSV", type=path, help="fit to captioned photos")
    calibrate.add_argument("--photos", metavar="DIR", type=path, help="their folder (default: that of the TSV)")
    calibrate.add_argument("--split", metavar="FILE", type=path, help="only the photos of this split")
    calibrate.add_argument("--plot", metavar="PNG", type=path, help="draw before and after as a reliability diagram")
    calibrate.add_argument("--dry-run", action="store_true", help="say how good it is, and keep nothing")
    calibrate.add_argument("--reset", action="store_true", help="forget what was calibrated here")
    add_device(calibrate)
