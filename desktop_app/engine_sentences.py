"""Sentences of the engine that carry a number, a name or a reason of the system, in the language of the window."""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QCoreApplication

ENGINE = "engine"
FILLED = (
    "%s damaged entries of the library were found and are made again",
    "%s is being fetched already",
    "%s needs %s, which this build of Afterimage does not have",
    "Another process%s holds this library",
    "Indexing waits: less than %s MB is free on the disk of the library",
    "No connection (%s)",
    "No room for the model: %s are needed and %s are free",
    "No room for the weights: %s MB are needed and %s MB are free",
    "The catalog cannot be read or written (%s)",
    "The catalog is damaged (%s)",
    "The catalog was damaged. The copy of %s took its place; the damaged one is kept",
    "The catalog was damaged. The copy of %s took its place; the damaged one is kept, and %s tags and marks that came "
    "later were taken from it",
    "The copy cannot be written (%s)",
    "The decoder failed (%s in %s)",
    "The download of %s ended unexpectedly",
    "The file cannot be read (%s)",
    "The file is larger than %s MB",
    "The folder cannot be read (%s)",
    "The library cannot be opened (%s)",
    "The model could not be loaded (%s)",
    "The photo cannot be opened (%s)",
    "The photo is too large (%s x %s pixels)",
    "The proxy cannot be used (%s)",
    "The server answers %s",
    "There is a collection “%s” already",
    "There is a saved search “%s” already",
    "This folder cannot be read (%s)",
    "This sidecar cannot be read (%s)",
    "This sidecar cannot be understood: %s",
    "This sidecar cannot be written (%s)",
    "This sidecar says flag: %s, here it is %s",
    "This sidecar says label: %s, here it is %s",
    "This sidecar says stars: %s, here it is %s",
)


def _tr(text: str) -> str:
    return QCoreApplication.translate(ENGINE, text)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in template.split("%s")), re.DOTALL)


def filled(text: str) -> str:
    """As it is where no template fits. The longest that fits is the one it was made from."""
    for at in sorted(range(len(FILLED)), key=lambda at: -len(FILLED[at])):
        if found := _pattern(FILLED[at]).fullmatch(text):
            return _tr(FILLED[at]) % found.groups()
    return text
