"""What stands in the middle of the window: photos or an empty state, a photo large, or a page of something else."""

from __future__ import annotations

from typing import Any, Protocol, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.theme import Theme


class AsidePage(Protocol):
    """A widget that is shown in place of the photos. `closed` leads back to them; one with a `step_back()` takes the
    Esc key first, and says whether it had use for it."""

    closed: Any

    def setFocus(self) -> None: ...  # noqa: N802

    def set_theme(self, theme: Theme) -> None: ...


class WindowPages(QStackedWidget):
    """`front` is where one comes back to: the grid, or the empty state. `changed(page)` after a page is shown."""

    changed = Signal(QWidget)

    def __init__(self, grid: QWidget, empty: QWidget, preview: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid, self._preview = grid, preview
        self._asides: dict[str, AsidePage] = {}
        self.front = empty
        for page in (grid, empty, preview):
            self.addWidget(page)
        self.setCurrentWidget(empty)

    def add_aside(self, key: str, page: AsidePage) -> None:
        self._asides[key] = page
        self.addWidget(cast(QWidget, page))

    def aside(self, key: str) -> QWidget:
        return cast(QWidget, self._asides[key])

    @property
    def key(self) -> str:
        """Of the page that is shown in place of the photos, else empty."""
        return next((key for key, page in self._asides.items() if page is self.currentWidget()), "")

    def set_front(self, page: QWidget) -> None:
        """An open page stays, and so does a photo that is seen large as long as there are photos."""
        self.front = page
        seen_large = self.currentWidget() is self._preview and page is self._grid
        if not self.key and not seen_large:
            self.turn_to(page)

    def turn_to(self, page: QWidget) -> None:
        """The focus goes along where it was on the page before: else Qt hands it to whatever comes next."""
        old, focused = self.currentWidget(), self.window().focusWidget()
        self.setCurrentWidget(page)
        if page is not old and old and focused and (focused is old or old.isAncestorOf(focused)):
            page.setFocus()
        self.changed.emit(page)

    def step_back(self) -> bool:
        """Whether the page had use for it itself."""
        page: Any = self._asides.get(self.key)
        return bool(page.step_back()) if hasattr(page, "step_back") else False

    def set_theme(self, theme: Theme) -> None:
        for page in self._asides.values():
            page.set_theme(theme)
