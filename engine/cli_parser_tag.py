"""What can be typed after `afterimage tag`."""

from __future__ import annotations

import argparse

from engine.cli_argument import add_action, path, share

TAG_EXAMPLES = """\
examples:
  afterimage tag add "places/Norway" IMG_0042.jpg IMG_0043.jpg
  afterimage tag add snow *.jpg --write-sidecars        also into IMG_0042.jpg.xmp, for other programs
  afterimage tag by-sentence "a dog in the snow" dogs/snow --precision 0.95 --dry-run
  afterimage tag rate 5 IMG_0042.jpg
  afterimage tag pick IMG_0042.jpg                      also reject, unflag
  afterimage tag label Red IMG_0042.jpg                 "" takes it away
  afterimage tag list
  afterimage tag write-sidecars                         what was given without --write-sidecars
  afterimage tag undo                                   takes the last batch back, however long ago it was

Tags belong to the library. Photos are never changed; sidecars only with --write-sidecars,
or afterwards with write-sidecars.
"""


def add_actions(tag: argparse.ArgumentParser) -> None:
    actions = tag.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, told in (("add", "give photos a tag"), ("remove", "take a tag from photos")):
        action = add_action(actions, name, told)
        action.add_argument("tag", metavar="TAG", help="words, with / between levels")
        action.add_argument("photos", nargs="+", metavar="PHOTO", type=path)
        _add_writing(action)
    _add_marks(actions)
    listed = add_action(actions, "list", "list every tag, and how many photos carry it")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    rename = add_action(actions, "rename", "give a tag, and all below it, another name on every photo")
    rename.add_argument("tag", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    _add_writing(rename)
    delete = add_action(actions, "delete", "take a tag, and all below it, from every photo")
    delete.add_argument("tag", metavar="TAG")
    _add_writing(delete)
    _add_by_sentence(actions)
    told = "bring tags and marks that no sidecar holds into the files beside the photos, of all photos or of these"
    late = add_action(actions, "write-sidecars", told)
    late.add_argument("photos", nargs="*", metavar="PHOTO", type=path)
    for name, told in (("undo", "take the last batch back"), ("redo", "do again what was undone last")):
        _add_writing(add_action(actions, name, told))


def _add_marks(actions: argparse._SubParsersAction) -> None:
    rate = add_action(actions, "rate", "give photos stars")
    rate.add_argument("value", metavar="STARS", choices=tuple("012345"), help="0 to 5; 0 takes them away")
    label = add_action(actions, "label", "give photos a label")
    label.add_argument("value", metavar="LABEL", help="Red, Yellow, Green, Blue or any words; empty takes it away")
    flags = (("pick", "pick photos"), ("reject", "reject photos"), ("unflag", "take picks and rejections back"))
    plain = [add_action(actions, name, told) for name, told in flags]
    for action in (rate, label, *plain):
        action.add_argument("photos", nargs="+", metavar="PHOTO", type=path)
        _add_writing(action)


def _add_by_sentence(actions: argparse._SubParsersAction) -> None:
    told = "give a tag to the photos that a sentence describes, as surely as you ask for"
    action = add_action(actions, "by-sentence", told)
    action.add_argument("sentence", metavar="SENTENCE")
    action.add_argument("tag", metavar="TAG")
    action.add_argument(
        "--precision",
        type=_share,
        default=0.95,
        metavar="P",
        help="of the tagged photos, this share is right (default: 0.95)",
    )
    action.add_argument("--dry-run", action="store_true", help="only show what would be tagged")
    _add_writing(action)


def _add_writing(action: argparse.ArgumentParser) -> None:
    action.add_argument("--write-sidecars", action="store_true", help="also into XMP files beside the photos")


def _share(text: str) -> float:
    if not (value := share(text)):
        raise argparse.ArgumentTypeError("0 would tag everything")
    return value
