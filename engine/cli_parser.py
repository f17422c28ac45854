"""What can be typed after `afterimage`, and how it is explained."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from engine.cli_argument import add_device, count, path
from engine.cli_help import Parser
from engine.config import VERSION

ABOUT = """\
Find your photos by describing them: private, offline, reranked.

  afterimage                          open the window
  afterimage ~/Pictures               open the window and add a folder
  afterimage index ~/Pictures         make the photos of a folder searchable
  afterimage search "a dog in snow"   find photos
"""

WINDOW_OPTIONS = """\
the window's own options:
  --theme {system,dark,light}   for this start only
  --self-test                   try everything on drawn photos, then leave

"""

EXIT_STATUSES = """\
exit status: 0 done or found, 1 nothing matches or the answer was no, 2 the command line makes no sense,
3 the command cannot run, 130 stopped by Ctrl+C
"""

INDEX_EXAMPLES = """\
examples:
  afterimage index ~/Pictures /media/archive
  afterimage index ~/Pictures --watch      stays and looks for new photos every 30 seconds

Ctrl+C stops it at any time; the next run goes on where it stopped. Photos are only read, never changed.
"""

SEARCH_EXAMPLES = """\
examples:
  afterimage search "children at the beach"
  afterimage search "a red car" -n 5 --folder ~/Pictures/2019
  afterimage search "a dog NOT snow before:2020 camera:x100"
  afterimage search --like IMG_0042.jpg --unlike IMG_0007.jpg "in the snow"
  afterimage search "sunset" --paths > sunsets.txt
  afterimage search "sunset" -0 | xargs -0 -r ls -l

what can be typed beside words:
  A AND B, A OR B, NOT B, (A OR B) AND C, -word, "without B"
  before:2020 after:2020-07 on:2021 camera:x100 lens:"23mm f2" in:lofoten tag:family rating:>=4
  flag:pick label:red collection:"Best of 2021" type:raw "exact words" sort:date

The first column is the probability that a photo matches, where scores are calibrated; "said" where a person described
the photo with these words. Put the whole text in single quotes if it holds double ones: a shell eats quotation marks,
and takes -word alone for an option.
"""

COMPLETION_EXAMPLES = """\
examples:
  source <(afterimage completion bash)     in ~/.bashrc for every shell
  afterimage completion zsh > ~/.zfunc/_afterimage     where fpath has ~/.zfunc
  afterimage completion fish > ~/.config/fish/completions/afterimage.fish
"""

FORGET_EXAMPLES = """\
Removes photos from the library only. The files on the disk and their sidecars stay as they are.

examples:
  afterimage forget ~/Pictures/private
  afterimage forget --everything --yes
"""


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, or that of `only` one command; `command` is what was chosen."""
    parser = Parser(
        prog="afterimage",
        description=ABOUT,
        epilog=WINDOW_OPTIONS + EXIT_STATUSES,
    )
    parser.add_argument("--version", action="version", version=f"afterimage {VERSION}")
    parser.add_argument(
        "--library", metavar="DIR", type=path, help="where the library lives (default: the platform's data folder)"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog=parser.prog)
    for name, add in _ADDED_BY.items():
        if only in (None, name):
            add(commands)
    return parser


def command_of(arguments: Sequence[str]) -> str | None:
    """The command that is named first, where that is plain to see."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--library":
            next(rest, None)
        elif not argument.startswith("--library="):
            return argument if argument in _ADDED_BY else None
    return None


def _command(commands: argparse._SubParsersAction, name: str, help_text: str, examples: str = "") -> Parser:
    command: Parser = commands.add_parser(
        name,
        help=help_text,
        description=f"{help_text[:1].upper()}{help_text[1:]}.",
        epilog=examples + ("\n" if examples else "") + EXIT_STATUSES,
    )
    command.add_argument(
        "--library", metavar="DIR", type=path, default=argparse.SUPPRESS, help="where the library lives"
    )
    return command


def _add_index(commands: argparse._SubParsersAction) -> None:
    index = _command(commands, "index", "make the photos of folders searchable", INDEX_EXAMPLES)
    index.add_argument("folders", nargs="+", metavar="FOLDER", type=path)
    add_device(index)
    index.add_argument(
        "--deleted", action="store_true", help="photos of these folders that are not there any more were deleted"
    )
    index.add_argument("--watch", action="store_true", help="stay and look for changes every 30 seconds")


def _add_search(commands: argparse._SubParsersAction) -> None:
    search = _command(commands, "search", "find photos by a sentence, by an example photo, or both", SEARCH_EXAMPLES)
    search.add_argument("sentence", nargs="*", metavar="SENTENCE", help="what the photo shows, and filters (below)")
    search.add_argument("-n", type=count, default=20, metavar="N", dest="count", help="at most N photos (default: 20)")
    output = search.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="one JSON object a line")
    output.add_argument("--paths", action="store_true", help="paths only, one a line, as raw bytes")
    output.add_argument("-0", action="store_true", dest="zero", help="paths only, each ended by a zero byte")
    add_device(search)
    search.add_argument("--explain", action="store_true", help="say which words each photo shows, and where (--json)")
    search.add_argument(
        "--every-copy", action="store_true", help="list copies and frames of a burst one by one, not only the best"
    )
    search.add_argument("--no-rerank", action="store_true", help="keep the order of the fast first stage")
    search.add_argument(
        "--look",
        type=count,
        default=0,
        metavar="N",
        help="look closely at N candidates at least (default: 50, and on while they are likely to match)",
    )
    search.add_argument(
        "--like",
        action="append",
        default=[],
        metavar="PHOTO",
        type=path,
        help="an example photo, in the library or not; more than one stand for what they have in common",
    )
    search.add_argument(
        "--unlike",
        action="append",
        default=[],
        metavar="PHOTO",
        type=path,
        help="a photo that shows what is not wanted",
    )
    search.add_argument("--saved", metavar="NAME", help="what was saved under this name (see: afterimage saved)")
    search.add_argument("--folder", metavar="F", type=path, help="only photos below this folder")


# What belongs to one command is imported when that is added: most starts have one.


def _add_duplicates(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_duplicates import DUPLICATES_EXAMPLES, add_duplicates_options

    add_duplicates_options(
        _command(commands, "duplicates", "list photos that are there more than once", DUPLICATES_EXAMPLES)
    )


def _add_export(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_export import EXPORT_EXAMPLES, add_export_options

    add_export_options(_command(commands, "export", "copy photos into a folder", EXPORT_EXAMPLES))


def _add_evaluate(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_evaluate import EVALUATE_EXAMPLES, add_options

    add_options(
        _command(commands, "evaluate", "measure retrieval and reranking on captioned photos", EVALUATE_EXAMPLES)
    )


def _add_train(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_train import TRAIN_EXAMPLES, add_train_options

    add_train_options(
        _command(commands, "train", "train a model, or a new head of one, on captioned photos", TRAIN_EXAMPLES)
    )


def _add_calibrate(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_calibrate import CALIBRATE_EXAMPLES, add_calibrate_options

    add_calibrate_options(
        _command(commands, "calibrate", "fit what scores mean to your own photos", CALIBRATE_EXAMPLES)
    )


def _add_models(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_models import MODELS_EXAMPLES, add_actions

    add_actions(_command(commands, "models", "choose, fetch and remove models", MODELS_EXAMPLES))


def _add_tag(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_tag import TAG_EXAMPLES, add_actions

    add_actions(_command(commands, "tag", "give photos tags, by hand or by a sentence", TAG_EXAMPLES))


def _add_saved(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_sets import SAVED_EXAMPLES, add_saved_actions

    add_saved_actions(_command(commands, "saved", "keep searches under a name", SAVED_EXAMPLES))


def _add_collection(commands: argparse._SubParsersAction) -> None:
    from engine.cli_parser_sets import COLLECTION_EXAMPLES, add_collection_actions

    add_collection_actions(_command(commands, "collection", "sets of photos, picked by hand", COLLECTION_EXAMPLES))


def _add_doctor(commands: argparse._SubParsersAction) -> None:
    doctor = _command(commands, "doctor", "tell how the library is")
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    doctor.add_argument("--offline-proof", action="store_true", help="only what shows that nothing leaves this machine")


def _add_forget(commands: argparse._SubParsersAction) -> None:
    forget = _command(commands, "forget", "remove photos from the library, never from the disk", FORGET_EXAMPLES)
    forget.add_argument("paths", nargs="*", metavar="PHOTO|FOLDER", type=path)
    forget.add_argument("--everything", action="store_true", help="leave an empty library")
    forget.add_argument("--yes", action="store_true", help="do not ask")


def _add_completion(commands: argparse._SubParsersAction) -> None:
    from engine.cli_completion import SHELLS

    completion = _command(commands, "completion", "print what lets a shell complete this", COMPLETION_EXAMPLES)
    completion.add_argument("shell", choices=SHELLS)


_ADDED_BY: dict[str, Callable[[argparse._SubParsersAction], None]] = {
    "index": _add_index,
    "search": _add_search,
    "duplicates": _add_duplicates,
    "export": _add_export,
    "evaluate": _add_evaluate,
    "train": _add_train,
    "calibrate": _add_calibrate,
    "models": _add_models,
    "tag": _add_tag,
    "saved": _add_saved,
    "collection": _add_collection,
    "doctor": _add_doctor,
    "forget": _add_forget,
    "completion": _add_completion,
}
