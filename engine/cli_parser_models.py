"""What can be typed after `afterimage models`, and how it is explained."""

from __future__ import annotations

import argparse
import re

from engine.cli_argument import add_action, device, path

MODELS_EXAMPLES = """\
examples:
  afterimage models list
  afterimage models show fast
  afterimage models download fast                         asks first; goes on where it was cut
  afterimage models download timm/ViT-B-16-SigLIP-256     any open_clip model of the hub
  afterimage models import ~/Downloads/ViT-B-32 --name my-model
  afterimage models convert ~/Downloads/clip.bin --to ~/clip   a pickle becomes safetensors; nothing in it is run
  afterimage models use fast
  afterimage models budget 3000                           a ready cross-encoder may take three seconds a search

Nothing is fetched before a yes. HF_ENDPOINT and the usual proxy variables are heeded.
"""


def add_actions(models: argparse.ArgumentParser) -> None:
    """`action` is what was chosen."""
    actions = models.add_subparsers(dest="action", metavar="ACTION", required=True)

    listed = add_action(actions, "list", "the models that can be chosen")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")

    shown = add_action(actions, "show", "all that is known of a model")
    shown.add_argument("name", metavar="NAME")
    shown.add_argument("--json", action="store_true", help="one JSON object")

    fetched = add_action(actions, "download", "fetch a model, after a yes")
    fetched.add_argument("name", metavar="NAME|OWNER/REPOSITORY")
    fetched.add_argument("--yes", action="store_true", help="do not ask")
    fetched.add_argument("--mirror", metavar="URL", help="another server that speaks like the hub")
    fetched.add_argument("--name", metavar="NAME", dest="own_name", help="what to call a model that is not in the list")

    used = add_action(actions, "use", "choose the model of this library")
    used.add_argument("name", metavar="NAME")

    estimated = add_action(
        actions, "estimate", "measure how long a model needs to get to know the photos, and how much disk"
    )
    estimated.add_argument("name", metavar="NAME")
    estimated.add_argument("--json", action="store_true", help="one JSON object")

    freed = add_action(actions, "free", "forget what a model that is not in use has learned of the photos")
    freed.add_argument("name", metavar="NAME")
    freed.add_argument("--yes", action="store_true", help="do not ask")

    budget = add_action(actions, "budget", "how long a search may take longer where a ready cross-encoder reranks")
    budget.add_argument("ms", metavar="MS", nargs="?", type=milliseconds, help="milliseconds (without it: tells)")
    budget.add_argument("--json", action="store_true", help="one JSON object")

    placed = add_action(actions, "device", "where models compute, from the next start on")
    placed.add_argument("name", metavar="DEVICE", nargs="?", type=device, help="auto, cpu, cuda, cuda:1 or mps")

    imported = add_action(actions, "import", "take a model from this disk")
    imported.add_argument(
        "path", metavar="DIR|FILE", type=path, help="a folder, or weights with their config beside them"
    )
    imported.add_argument(
        "--sha256", metavar="HEX", type=sha256, help="what the weights must hash to; nothing is asked"
    )
    imported.add_argument("--name", metavar="NAME", help="what to call it (default: the name of its folder)")
    imported.add_argument("--yes", action="store_true", help="do not ask")

    converted = add_action(actions, "convert", "make safetensors of a pickle (.bin, .pt, .pth), without running it")
    converted.add_argument("file", metavar="FILE", type=path, help="weights, as torch wrote them")
    converted.add_argument("--to", metavar="DIR", type=path, required=True, dest="target", help="folder to write into")

    removed = add_action(actions, "remove", "free the disk space of a model")
    removed.add_argument("name", metavar="NAME")
    removed.add_argument("--yes", action="store_true", help="do not ask")


def milliseconds(text: str) -> float:
    """From 0 on; how much is sensible is for the library to say."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r:.20} is no number of milliseconds")
    return value


def sha256(text: str) -> str:
    """64 hexadecimal digits, in small letters."""
    if not re.fullmatch(r"[0-9A-Fa-f]{64}", text):
        raise argparse.ArgumentTypeError(f"{text!r:.80} is no SHA-256")
    return text.lower()
