"""The command line on a library: `afterimage index | search | tag | export | models | doctor | forget` and more.

Exit statuses: 0 done or found, 1 nothing matches, 2 usage, 3 the command itself cannot run. Failures are one sentence
with path and remedy on stderr.
"""

from __future__ import annotations

import io
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from engine.cli_parser import build_parser, command_of
from engine.errors import AfterimageError, DeviceLost
from engine.waiting_threads import wait_asleep

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status. What it writes is for its owner only."""
    _open_standard_streams()
    before = os.umask(0o077)
    try:
        return _status(argv)
    finally:
        os.umask(before)


def _status(argv: Sequence[str] | None) -> int:
    try:
        given = sys.argv[1:] if argv is None else argv
        status = _run(build_parser(command_of(given)).parse_args(given))
        sys.stdout.flush()
        return status
    except SystemExit as leave:  # --help and --version
        return leave.code if isinstance(leave.code, int) else 0
    except AfterimageError as error:
        return _complain(error)
    except DeviceLost as lost:
        return _complain(AfterimageError(str(lost), remedy="run it again, or with AFTERIMAGE_DEVICE=cpu"))
    except KeyboardInterrupt as interrupt:
        print("Stopped. Everything that was finished is kept.", file=sys.stderr)
        return 128 + interrupt.args[0] if interrupt.args else INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _complain(_known(error))


def _open_standard_streams() -> None:
    """Where a caller closed one (`>&-`), the library's own files would get its number, and a stray warning of some C
    library would land in them."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is not None:
            continue
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  as long as we live
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name that the locale cannot write is spelled out, as on stderr
        sys.stdout.reconfigure(errors="backslashreplace")


def _run(arguments: Namespace) -> int:
    """Each command is imported when it is used, so that a mistake is answered at once."""
    wait_asleep()
    match arguments.command:
        case "index":
            from engine import cli_index

            return cli_index.index(arguments)
        case "search":
            from engine import cli_search

            return cli_search.search(arguments)
        case "evaluate" | "calibrate" | "models" | "train":
            return _run_on_models(arguments)
        case "duplicates":
            from engine import cli_duplicates

            return cli_duplicates.duplicates(arguments)
        case "export":
            from engine import cli_export

            return cli_export.export(arguments)
        case "tag":
            from engine import cli_tag

            return cli_tag.tag(arguments)
        case "saved" | "collection":
            from engine import cli_sets

            return (cli_sets.saved if arguments.command == "saved" else cli_sets.collection)(arguments)
        case "completion":
            from engine import cli_completion

            return cli_completion.completion(arguments)
        case "doctor":
            from engine import cli_doctor

            return cli_doctor.doctor(arguments)
        case _:
            from engine import cli_forget

            return cli_forget.forget(arguments)


def _run_on_models(arguments: Namespace) -> int:
    match arguments.command:
        case "evaluate":
            from engine import cli_evaluate

            return cli_evaluate.evaluate(arguments)
        case "calibrate":
            from engine import cli_calibrate

            return cli_calibrate.calibrate(arguments)
        case "models":
            from engine import cli_models

            return cli_models.models(arguments)
        case _:
            from engine import cli_train

            return cli_train.train(arguments)


def _complain(error: AfterimageError) -> int:
    said = error.sentence()
    print(f"afterimage: {said[:1].upper()}{said[1:]}", file=sys.stderr)
    return error.exit_status


def _known(error: OSError) -> AfterimageError:
    """The operating system's refusal in one sentence."""
    reason = error.strerror or str(error) or type(error).__name__
    if isinstance(error, FileExistsError | NotADirectoryError):
        reason = "A file is where a folder should be"
    path = error.filename if isinstance(error.filename, bytes | str) else None
    return AfterimageError(reason, path=path, remedy="check the path, its permissions and the free space")
