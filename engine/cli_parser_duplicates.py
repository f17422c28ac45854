"""What can be typed after `afterimage duplicates`."""

from __future__ import annotations

import argparse

from engine.cli_argument import path

DUPLICATES_EXAMPLES = """\
Photos are in one group where they are the same to the last byte ("identical"), or show the same pixels and differ in
metadata or file format ("same pixels"). With --near they may also be resized, recompressed, brightened or slightly
cropped ("near-duplicates"); a photo is looked up among those that the model finds most like it, and then compared cell
by cell. Of each group the best comes first: within reach, most pixels, largest file, longest in the library. Groups
whose copies take most room come first.

Nothing is deleted, moved or changed. Look at near-duplicates before you do: a retouched photo is one, too.

output:
  (none)    groups with the size of each photo, and how much room the copies take
  --json    one object a group: kinship, spare_bytes, photos (path, bytes, width, height, taken_at, offline)
  --paths   the copies only, one a line: every photo of a group but the best
  -0        the same, each path ended by a zero byte

examples:
  afterimage duplicates
  afterimage duplicates ~/Pictures/2019 --near
  mkdir ~/copies && afterimage duplicates -0 | xargs -0 -r mv -t ~/copies
"""


def add_duplicates_options(duplicates: argparse.ArgumentParser) -> None:
    """Everything `duplicates` takes."""
    duplicates.add_argument("folder", nargs="?", metavar="FOLDER", type=path, help="only photos below this folder")
    duplicates.add_argument("--near", action="store_true", help="resized, recompressed and cropped copies, too")
    output = duplicates.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="one JSON object a group")
    output.add_argument("--paths", action="store_true", help="the copies only, one a line, as raw bytes")
    output.add_argument("-0", action="store_true", dest="zero", help="the copies only, each ended by a zero byte")
