"""Remedies as the window words them: the engine speaks to the command line too, and names its commands."""

from __future__ import annotations

import re

MODELS_PAGE = "on the Models page"
IMPORT = f"import it from a folder {MODELS_PAGE}"
RULES = (
    (r"run: afterimage doctor", "start Afterimage again"),
    (r"choose another (place )?with --library", "start Afterimage with another library"),
    (
        r"(try another --mirror, or )?fetch the files by hand, then: afterimage models import \S+",
        f"try again later, or fetch the files by hand and {IMPORT}",
    ),
    (r"try another --mirror, or: afterimage models import( \S+)?", f"try again later, or {IMPORT}"),
    (r"check --mirror or HF_ENDPOINT", "check the address of the server that models come from"),
    (r"use --mirror URL", "try again later"),
    (r"use another --mirror if it happens twice", "try later if it happens twice"),
    (r"give it another --name, or: afterimage models download .+", f"rename its folder, or download it {MODELS_PAGE}"),
    (r"afterimage models remove .+, then get it again", f"remove it {MODELS_PAGE}, then get it again"),
    (
        r"afterimage models remove .+, or import it under another --name",
        f"remove the other one {MODELS_PAGE}, or rename this folder",
    ),
    (r"afterimage models import( \S+)?", IMPORT),
    (r"or: afterimage models download \S+", f"or download it {MODELS_PAGE}"),
    (r"afterimage models (use|list|show|download)\b.*", f"see what there is {MODELS_PAGE}"),
    (r"(?:\w+ )*(?:\w+:? )?afterimage models convert\b.*", "look for its safetensors file instead"),
    (r"name its model: --model \S+", f"choose its model {MODELS_PAGE}"),
    (r"pip install --upgrade \S+", "update Afterimage"),
    (r"see: afterimage (collection|saved) list", "look in the sidebar"),
    (r"go back to the head before: afterimage train --adapter --undo", f"choose another model {MODELS_PAGE}"),
)
COMMAND = re.compile(r"\bafterimage [a-z]+|(?<![\w-])--[a-z]")


def in_window(remedy: str) -> str:
    """The same remedy without commands and options; what cannot be done in the window is left out."""
    for pattern, said in RULES:
        remedy = re.sub(pattern, said, remedy)
    if not COMMAND.search(remedy):
        return remedy
    kept = [part for part in re.split(r"(?:;|,)\s*(?:or:?\s+)?|\s+or:?\s+", remedy) if not COMMAND.search(part)]
    return ", or ".join(kept)
