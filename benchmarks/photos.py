"""The photos that a benchmark works on: a folder that was named, else Flickr8k's where AFTERIMAGE_DATA has them, else
pictures drawn for it.
"""

from __future__ import annotations

import argparse
import functools
import os
import tempfile

DRAWN = 300
FLICKR8K = os.path.join("flickr8k", "images")


def add_photos(parser: argparse.ArgumentParser) -> None:
    """The folder, which need not be named: `photos_in` says which it is."""
    parser.add_argument(
        "photos_dir", metavar="PHOTOS", nargs="?", help="a folder of photos (default: AFTERIMAGE_DATA's, or drawn ones)"
    )


def photos_in(given: argparse.Namespace, *, drawn: int = DRAWN) -> str:
    if given.photos_dir is not None:
        return str(given.photos_dir)
    data = os.path.join(os.environ.get("AFTERIMAGE_DATA", ""), FLICKR8K)
    return data if os.path.isdir(data) else _drawn(drawn).name


@functools.cache
def _drawn(count: int) -> tempfile.TemporaryDirectory[str]:
    from benchmarks.drawn_photos import fill  # not where the start of a window is measured

    folder = tempfile.TemporaryDirectory(prefix="afterimage-benchmark-photos-")
    fill(folder.name, count)
    return folder
