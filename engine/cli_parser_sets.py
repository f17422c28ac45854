"""What can be typed after `afterimage saved` and `afterimage collection`."""

from __future__ import annotations

import argparse

from engine.cli_argument import add_action, path

SAVED_EXAMPLES = """\
examples:
  afterimage saved add "Dogs in snow" "a dog in the snow before:2020"
  afterimage saved add Lofoten --folder ~/Pictures/2019
  afterimage saved list --count
  afterimage search --saved "Dogs in snow" -0 | xargs -0 -r ls -l
"""

COLLECTION_EXAMPLES = """\
examples:
  afterimage collection add "Best of 2021" IMG_0042.jpg IMG_0043.jpg
  afterimage search "sunset" --paths | head -5 | tr '\\n' '\\0' | xargs -0 -r afterimage collection add Sunsets
  afterimage collection show Sunsets -0 | xargs -0 -r cp -t ~/prints
  afterimage search 'a boat collection:"Best of 2021"'

Collections belong to the library; photos and sidecars are never changed. The last batch is taken back by
`afterimage tag undo`.
"""


def add_saved_actions(saved: argparse.ArgumentParser) -> None:
    actions = saved.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = add_action(actions, "list", "list every saved search")
    listed.add_argument("--count", action="store_true", help="also how many photos match, and how many are new")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    add = add_action(actions, "add", "keep a search under a name")
    add.add_argument("name", metavar="NAME")
    add.add_argument("sentence", nargs="*", metavar="SENTENCE", help="and filters, as for search")
    add.add_argument("--folder", metavar="F", type=path, help="only photos below this folder")
    for option, told in (("--like", "a photo of the library"), ("--unlike", "one that shows what is not wanted")):
        add.add_argument(option, action="append", default=[], metavar="PHOTO", type=path, help=told)
    rename = add_action(actions, "rename", "give a saved search another name")
    rename.add_argument("name", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    add_action(actions, "remove", "forget a saved search, never its photos").add_argument("name", metavar="NAME")


def add_collection_actions(collection: argparse.ArgumentParser) -> None:
    actions = collection.add_subparsers(dest="action", metavar="ACTION", required=True)
    add_action(actions, "list", "list every collection").add_argument(
        "--json", action="store_true", help="one object a line"
    )
    for name, told in (("add", "put photos into a collection"), ("remove", "take photos out of a collection")):
        action = add_action(actions, name, told)
        action.add_argument("name", metavar="NAME")
        action.add_argument("photos", nargs="+", metavar="PHOTO", type=path)
    show = add_action(actions, "show", "print the paths of its photos")
    show.add_argument("name", metavar="NAME")
    show.add_argument("-0", action="store_true", dest="zero", help="each ended by a zero byte")
    rename = add_action(actions, "rename", "give a collection another name; one that exists takes its photos in")
    rename.add_argument("name", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    add_action(actions, "delete", "delete a collection, never its photos").add_argument("name", metavar="NAME")
