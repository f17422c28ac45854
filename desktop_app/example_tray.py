"""Example photos of a search: chosen among those shown, dropped, or pasted; each a chip that can be taken away."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.dropped import dropped_files, dropped_folders, has_picture
from desktop_app.live_search import LiveSearch
from desktop_app.pasted_pictures import PastedPictures
from desktop_app.widgets.search_chip import ChipLook
from desktop_app.widgets.search_field import SearchField
from engine.errors import AfterimageError, printable

MANY = 8
KEY = "example "


@dataclass(frozen=True, slots=True)
class Example:
    """`picture` is None for a file that nobody has opened: the window never does."""

    path: bytes
    unlike: bool = False
    picture: QImage | None = None
    pasted: bool = False


class ExampleTray(QObject):
    """Keeps field and search in step."""

    folders_dropped = Signal(object)  # list of bytes
    text_dropped = Signal(str)
    failed = Signal(object)  # AfterimageError

    def __init__(self, field: SearchField, search: LiveSearch, pasted: PastedPictures) -> None:
        super().__init__(field)
        self._field = field
        self._search = search
        self._pasted = pasted
        self._examples: tuple[Example, ...] = ()
        field.dropped.connect(self.take)
        field.chip_removed.connect(self._remove)
        field.box.pasted.connect(self.take)
        field.box.cleared.connect(self._forget_all)

    @property
    def examples(self) -> tuple[Example, ...]:
        return self._examples

    def add(self, examples: Sequence[Example]) -> None:
        """The newest ones count, each path once."""
        new = {each.path for each in examples}
        kept = [each for each in self._examples if each.path not in new]
        self._set((*kept, *examples)[-MANY:])

    def show(self, examples: Sequence[Example]) -> None:
        """These and no others."""
        self._set(tuple(examples))

    def take(self, mime: QMimeData) -> None:
        """What is dropped on the field or pasted: photos to be like; folders and words go their own ways."""
        if files := dropped_files(mime):
            self.add([Example(path) for path in files[:MANY]])
        elif folders := dropped_folders(mime):
            self.folders_dropped.emit(folders)
        elif has_picture(mime):
            self._add_picture(QImage(mime.imageData()))
        elif mime.hasText():
            self.text_dropped.emit(mime.text())

    def give_up(self, path: bytes | None) -> None:
        """This one cannot be searched with."""
        self._set(tuple(each for each in self._examples if each.path != path))

    def _add_picture(self, image: QImage) -> None:
        if image.isNull():
            return
        try:
            self.add([Example(self._pasted.keep(image), picture=image.scaledToHeight(64), pasted=True)])
        except AfterimageError as error:
            self.failed.emit(error)

    def _remove(self, key: str) -> None:
        if key.startswith(KEY):
            gone = int(key.removeprefix(KEY))
            self._set(tuple(each for at, each in enumerate(self._examples) if at != gone))

    def _forget_all(self) -> None:
        self._examples = ()
        self._field.set_examples(())
        self._search.forget_examples()

    def _set(self, examples: tuple[Example, ...]) -> None:
        if examples == self._examples:
            return
        self._examples = examples
        self._field.set_examples([self._look(at, each) for at, each in enumerate(examples)])
        like = tuple(each.path for each in examples if not each.unlike)
        unlike = tuple(each.path for each in examples if each.unlike)
        self._search.set_examples(like, unlike)

    def _look(self, at: int, example: Example) -> ChipLook:
        name = self.tr("pasted picture") if example.pasted else printable(os.path.basename(example.path))
        text = self.tr("Not like this") if example.unlike else self.tr("Like this")
        if example.picture is None:
            text = self.tr("Not like %s") % name if example.unlike else self.tr("Like %s") % name
        spoken = self.tr("Less like %s") if example.unlike else self.tr("More like %s")
        icon = "" if example.picture is not None else "photos"
        return ChipLook(f"{KEY}{at}", text, spoken % name, icon, example.picture, example.unlike)
