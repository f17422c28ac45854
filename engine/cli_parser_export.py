"""What can be typed after `afterimage export`."""

from __future__ import annotations

import argparse

from engine.cli_argument import add_device, count, path

EXPORT_EXAMPLES = """\
Copies photos into a folder. Originals are only read; a name that is taken there gets a number: beach (2).jpg.
Without --size and --strip the copies are the same to the last byte. A JPEG that only loses metadata keeps its pixels to
the last bit; with --size, and for other formats that lose metadata, new JPEGs are made.

examples:
  afterimage export "children at the beach" --to ~/for-grandma --size 2048 --strip-gps
  afterimage export "sunset" -n 50 --to /media/usb
  afterimage export --paths IMG_0042.jpg IMG_0043.CR2 --to ~/out --size 1600 --strip
"""


def add_export_options(export: argparse.ArgumentParser) -> None:
    """Everything `export` takes."""
    export.add_argument("sentence", nargs="*", metavar="SENTENCE", help="the photos that match it")
    export.add_argument("--paths", nargs="+", metavar="PHOTO", type=path, help="these photos instead of a sentence's")
    export.add_argument("--to", required=True, metavar="DIR", type=path, dest="folder", help="made where it is missing")
    export.add_argument(
        "-n", type=count, default=200, metavar="N", dest="count", help="at most N matches (default: 200)"
    )
    export.add_argument("--size", type=count, default=0, metavar="N", help="at most N pixels on the long edge")
    export.add_argument("--quality", type=count, default=90, metavar="Q", help="of new JPEGs, 1 to 100 (default: 90)")
    strip = export.add_mutually_exclusive_group()
    strip.add_argument("--strip-gps", action="store_true", help="leave out coordinates and names of places")
    strip.add_argument("--strip", action="store_true", help="leave out all metadata but the colour profile")
    export.add_argument("--names", choices=("keep", "date", "number"), default="keep", help="of the copies")
    add_device(export)
