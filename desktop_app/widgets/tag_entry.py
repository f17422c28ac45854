"""The type-ahead for tags: a line over the photos, what may be meant below it, Enter after Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.drawings import paint_icon
from desktop_app.tag_matching import MOST, matches, plain
from desktop_app.theme import Theme
from desktop_app.wording import number

WIDTH_PX = 400
TOP_PX = 96
LINE_PX = 32
NONE = -1


class TagLine(QAbstractButton):
    """One tag of the list; the chosen one is lit."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.tag = ""
        self.is_new = self.lit = self.carried = False
        self._count = ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(LINE_PX)

    def show_tag(self, tag: str, count: str, *, is_new: bool, carried: bool) -> None:
        self.tag, self.is_new, self.carried, self._count = tag, is_new, carried, count
        said = self.tr("New tag: %s") % tag if is_new else tag
        self.setAccessibleName(", ".join(part for part in (said, count) if part))
        self.update()

    def light(self, lit: bool) -> None:
        self.lit = lit
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDTH_PX, LINE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.lit or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.chosen if self.lit else theme.hover)
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        sign = "yes" if self.carried else "tag"
        paint_icon(painter, sign, theme.accent if self.carried else theme.muted, QRectF(10, LINE_PX / 2 - 8, 16, 16))
        font, metrics = QFont(self.font()), QFontMetrics(self.font())
        painter.setPen(theme.muted)
        room = QRect(34, 0, self.width() - 46, LINE_PX)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._count)
        room.setRight(room.right() - metrics.horizontalAdvance(self._count) - 12)
        above, _, name = self.tag.rpartition("/")
        before = (self.tr("New: ") if self.is_new else "") + (above.replace("/", " › ") + " › " if above else "")
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, before)
        room.setLeft(room.left() + metrics.horizontalAdvance(before))
        font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(theme.text)
        shown = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class TagEntry(QFrame):
    """`chosen(tag)`, once for every Enter; stays open until Esc, or until the focus goes elsewhere."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("sheet")
        self._theme = theme
        self._tags: dict[str, int] = {}
        self._recent: tuple[str, ...] = ()
        self._carried: frozenset[str] = frozenset()
        self._lines: list[TagLine] = []
        self._lit = NONE
        self._about = QLabel(self)
        self._about.setProperty("kind", "small")
        self._box = QLineEdit(self)
        self._box.setProperty("kind", "field")
        self._box.setMaxLength(500)
        self._box.setPlaceholderText(self.tr("Tag, or places/Norway/Lofoten"))
        self._box.setAccessibleName(self.tr("Tag"))
        self._box.textChanged.connect(self._typed)
        self._box.installEventFilter(self)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._about)
        column.addWidget(self._box)
        column.addLayout(self._list)
        self.setFixedWidth(WIDTH_PX)
        self.hide()

    @property
    def box(self) -> QLineEdit:
        return self._box

    @property
    def shown_tags(self) -> list[str]:
        return [line.tag for line in self._lines if not line.isHidden()]

    def open(self, about: str, over: QRect) -> None:
        """`about`: which photos, in words; `over`: where they are, in the window."""
        self._about.setText(about)
        self._box.setAccessibleDescription(about)
        self._box.clear()
        self._typed("")
        left = over.left() + (over.width() - WIDTH_PX) // 2
        self.move(left, over.top() + min(TOP_PX, over.height() // 6))
        self.show()
        self.raise_()
        self._box.setFocus()

    def know(self, tags: Sequence[tuple[str, int]], recent: Sequence[str]) -> None:
        """All there are, with their photos."""
        self._tags = dict(tags)
        self._recent = tuple(tag for tag in recent if tag in self._tags)
        self._fill_again()

    def set_carried(self, tags: frozenset[str]) -> None:
        """Those that all of the photos have."""
        self._carried = tags
        self._fill_again()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for line in self._lines:
            line.set_theme(theme)

    # ---- inside ----

    def _typed(self, text: str) -> None:
        self._lit = 0 if text.strip() else NONE
        self._fill()

    def _fill_again(self) -> None:
        """At every photo that is passed by, unless nobody sees it: it is filled when it is opened."""
        if not self.isHidden():
            self._fill()

    def _fill(self) -> None:
        text = "/".join(part.strip() for part in self._box.text().split("/") if part.strip())
        found = matches(text, list(self._tags), self._recent)
        new = [text] if text and plain(text) not in [plain(tag) for tag in found] else []
        near = bool(found) and plain(found[0].rpartition("/")[2]).startswith(plain(text))
        shown = [*found[: MOST - 1], *new] if near else [*new, *found]
        shown = shown[:MOST]
        while len(self._lines) < len(shown):
            line = TagLine(self._theme, self)
            line.clicked.connect(lambda _=False, line=line: self._choose(line.tag))
            self._list.addWidget(line)
            self._lines.append(line)
        for at, line in enumerate(self._lines):
            line.setVisible(at < len(shown))
            if at < len(shown):
                tag = shown[at]
                count = number(self._tags[tag]) if tag in self._tags else ""
                line.show_tag(tag, count, is_new=tag in new, carried=tag in self._carried)
        self._light(min(self._lit, len(shown) - 1))
        self.adjustSize()

    def _light(self, place: int) -> None:
        self._lit = place
        for at, line in enumerate(self._lines):
            line.light(at == place and not line.isHidden())
        lit = self.shown_tags[place] if 0 <= place < len(self.shown_tags) else ""
        self._box.setAccessibleDescription(lit)

    def _choose(self, tag: str) -> None:
        self.chosen.emit(tag)
        self._box.clear()

    def close_entry(self) -> None:
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab):
                event.accept()  # else they are the window's
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self._left(event.reason())
        return False

    def _left(self, reason: Qt.FocusReason) -> None:
        """Another window may have come forward, or the box's own menu; that closes nothing."""
        stays = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if self.isVisible() and reason not in stays:
            self.close_entry()

    def _pressed(self, event: QKeyEvent) -> bool:
        key, shown = event.key(), self.shown_tags
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and shown:
            further = self._lit + 1 if key == Qt.Key.Key_Down else max(self._lit, 0) - 1
            self._light(further % len(shown))
        elif key == Qt.Key.Key_Tab and shown:
            self._box.setText(shown[max(self._lit, 0)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if shown and self._lit >= 0:
                self._choose(shown[self._lit])
            elif not self._box.text().strip():
                self.close_entry()
        elif key == Qt.Key.Key_Escape:
            self.close_entry()
        else:
            return False
        return True
