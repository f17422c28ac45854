"""The loupe: one photo over the grid, its neighbours a key away. Never opens a photo file: it asks for renditions."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QImage, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.photo_words import photo_date
from desktop_app.results_model import HitRole, ResultsModel, photo_name
from desktop_app.theme import Theme
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.photo_canvas import LINE_PX, PhotoCanvas
from desktop_app.widgets.photo_edges import edge_wanted
from desktop_app.widgets.photo_line import PAD_PX, PhotoButton, PhotoLine
from desktop_app.widgets.photo_painter import SPARE_PX
from desktop_app.widgets.photo_renditions import Renditions
from desktop_app.widgets.preview_histogram import PreviewHistogram
from desktop_app.widgets.word_strip import WordStrip
from desktop_app.wording import number, place
from engine.messages import Explanation
from engine.search_hit import SearchHit

ASK_MS = 60  # a photo that is only leafed past needs no rendition
BUTTONS_MS = 1800
AHEAD = 2  # photos in the direction of the last step that are made ready
AIR_PX = 4  # between a fitted photo and its words


def facts_line(hit: SearchHit) -> str:
    """What is known of it, as far as it is: when, with what, how large, where."""
    size = f"{number(hit.width)} × {number(hit.height)}"
    there = hit.latitude is not None and hit.longitude is not None
    where = place(hit.latitude, hit.longitude) if there else ""  # type: ignore[arg-type]
    return "  ·  ".join(fact for fact in (photo_date(hit), hit.camera, hit.lens, size, where) if fact)


class Preview(QWidget):
    """`rendition_needed(photo_id, edge)` is answered by set_rendition(photo_id, path of a JPEG).

    The loader is the preview's own: the grid replaces all wishes of its loader whenever it is scrolled.
    """

    closed = Signal()
    moved_to = Signal(int)
    rendition_needed = Signal(object, int)
    opened = Signal(object)  # id of the photo that is shown from now on
    judged = Signal(int)  # 1: the sentence describes this photo, -1: it does not
    context_requested = Signal(int, QPoint)  # row, global position

    def __init__(self, theme: Theme, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._model: ResultsModel | None = None
        self._row = -1
        self._photo_id = -1
        self._renditions = Renditions()
        self._hit: SearchHit | None = None
        self._direction = 1
        self._sharp = False  # the rendition is shown, not the thumbnail
        self._canvas = PhotoCanvas(theme, self)
        self._line = PhotoLine(theme, self)
        self._strip = WordStrip(theme, self)
        self.histogram = PreviewHistogram(self)
        self._sentence = ""
        self._strip.hide()
        self._back = PhotoButton("back", self.tr("Back to the grid"), self)
        self._previous = PhotoButton("left", self.tr("Previous photo"), self)
        self._next = PhotoButton("right", self.tr("Next photo"), self)
        self._ask_timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._ask_timer.timeout.connect(self._ask)
        self._buttons_timer = QTimer(self, singleShot=True, interval=BUTTONS_MS)
        self._buttons_timer.timeout.connect(lambda: self._show_buttons(False))
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._show_buttons(False)

    def _connect(self) -> None:
        self._back.clicked.connect(self.closed)
        self._previous.clicked.connect(lambda: self.step(-1))
        self._next.clicked.connect(lambda: self.step(1))
        self._canvas.zoomed.connect(self._zoomed)
        self._loader.loaded.connect(self._picture_loaded)
        self._strip.pointed.connect(self._canvas.light)
        self._strip.judged.connect(self.judged)

    # ---- what the window sets and asks ----

    def set_theme(self, theme: Theme) -> None:
        self._canvas.set_theme(theme)
        self._line.set_theme(theme)
        self._strip.set_theme(theme)

    def set_animated(self, animated: bool) -> None:
        """False where the system asks for no motion."""
        self._canvas.set_animated(animated)

    def set_model(self, model: ResultsModel) -> None:
        """Once, before the first photo is opened."""
        self._model = model
        model.modelReset.connect(self._rows_changed)
        model.dataChanged.connect(self._hits_changed)

    @property
    def row(self) -> int:
        """-1 while nothing is open."""
        return self._row

    def open(self, row: int) -> None:
        """Show this row's photo: what is cached of it at once, the rest when it comes."""
        if self._model is None or not 0 <= row < self._model.rowCount():
            return
        self._direction = -1 if row < self._row else 1
        self._row, self._photo_id = row, self._model.photo_id(row)
        self._model.show(row, row)
        hit = self._model.hit(row)
        if hit is not None:
            self._renditions.meet(hit)
        rendition = self._renditions.path(self._photo_id)
        sharp = self._loader.image(rendition) if rendition else None
        self._sharp = sharp is not None
        picture = sharp or (self._loader.image(hit.thumbnail) if hit else None) or self._model.thumbnail(row)
        width, height = (hit.width, hit.height) if hit else (round(3000 * self._model.aspects[row]), 3000)
        self._hit = hit
        self._canvas.set_photo(width, height, self._model.tone(row), picture)
        self.histogram.set_image(picture)
        self._tell_line()
        self._load(hit, rendition)
        self._ask_timer.start()
        self._tell_words()
        self.opened.emit(self._photo_id)

    @property
    def photo_id(self) -> int:
        """-1 while nothing is open."""
        return self._photo_id

    def set_sentence(self, sentence: str) -> None:
        """What was searched for; empty where there are no words to show."""
        self._sentence = sentence
        self._strip.setVisible(bool(sentence))
        self._tell_words()
        self._place_strip()

    def set_explanation(self, explanation: Explanation) -> None:
        """Where its words were found in the photo that is shown."""
        if explanation.photo_id == self._photo_id:
            self._strip.set_explanation(explanation)

    def set_verdict(self, verdict: int) -> None:
        """What a person said of the photo that is shown."""
        self._strip.set_verdict(verdict)

    def step(self, rows: int) -> None:
        """To another photo, this many further on; stays at the ends."""
        self._go(self._row + rows)

    def set_rendition(self, photo_id: int, path: bytes, edge: int = 0) -> None:
        """The JPEG that was asked for lies at `path`; its longer side has `edge` pixels."""
        if not self._renditions.came(photo_id, path, edge):
            return
        if photo_id == self._photo_id and self.isVisible():
            if (picture := self._loader.image(path)) is not None:
                self._picture_loaded(path, picture)
            self._loader.request(path, self._wanted_edge())
            self._ask_neighbours()
        elif self.isVisible() and self._near(photo_id):
            self._loader.request(path, self._wanted_edge(fitted=True))

    def ask_again(self) -> None:
        """What was asked for will not come: the engine was restarted."""
        self._renditions.forget_requests()
        self._ask_timer.start()

    # ---- pictures ----

    def _load(self, hit: SearchHit | None, rendition: bytes | None) -> None:
        if rendition:
            self._loader.request(rendition, self._wanted_edge())
        elif hit is not None:
            self._loader.request(hit.thumbnail, 0)

    def _wanted_edge(self, *, fitted: bool = False) -> int:
        """To be read: pixel for pixel where the photo is fitted, else all there is."""
        return self._canvas.fit_edge() + SPARE_PX if fitted or self._canvas.fitted else 0

    def _ask(self) -> None:
        self._ask_for(self._row)
        if not self._renditions.waiting(self._photo_id):
            self._ask_neighbours()  # else once this photo has come

    def _ask_neighbours(self) -> None:
        steps = (1, -1, *range(2, AHEAD + 1))
        for step in steps:
            self._ask_for(self._row + self._direction * step)

    def _ask_for(self, row: int) -> None:
        hit = self._model.hit(row) if self._model else None
        if hit is None or hit.offline or not self.isVisible():
            return
        self._renditions.meet(hit)
        whole = row == self._row and not self._canvas.fitted
        edge = edge_wanted(hit, self._canvas.size(), self.devicePixelRatioF(), whole=whole)
        if self._renditions.ask(hit.photo_id, edge):
            self.rendition_needed.emit(hit.photo_id, edge)

    def _near(self, photo_id: int) -> bool:
        row = self._model.row_of(photo_id) if self._model else None
        return row is not None and abs(row - self._row) <= AHEAD

    def _picture_loaded(self, path: bytes, image: QImage) -> None:
        hit = self._model.hit(self._row) if self._model else None
        if hit is None or not self.isVisible():
            return
        if image.isNull():
            self._ask_again(path)
            return
        self._renditions.readable(path)
        if path == self._renditions.path(self._photo_id):
            self._sharp = True
            self._show(image)
        elif path == hit.thumbnail and not self._sharp:
            shown = self._canvas.image
            if shown is None or image.width() > shown.width():
                self._show(image)

    def _ask_again(self, path: bytes) -> None:
        if self._renditions.unreadable(path):
            self._loader.forget(path)
            self._ask_timer.start()

    def _show(self, image: QImage) -> None:
        self._canvas.set_image(image)
        self.histogram.set_image(image)

    # ---- the line and the model ----

    def _tell_line(self) -> None:
        if self._model is None:
            return
        hit = self._model.hit(self._row)
        name, date = (photo_name(hit), facts_line(hit)) if hit else ("", "")
        if hit and hit.offline:
            date = ", ".join(part for part in (date, self.tr("offline, shown from its thumbnail")) if part)
        position = self.tr("%d of %d") % (self._row + 1, self._model.rowCount())
        self._line.set_photo(name, date, position)
        self.setAccessibleName(self.tr("Preview of %s, %s") % (name or self.tr("photo"), position))

    def _zoomed(self, zoom: float, fitted: bool) -> None:
        self._line.set_zoom("" if fitted else f"{zoom:.0%}")
        if not fitted:
            self._ask_for(self._row)
            if path := self._renditions.path(self._photo_id):
                self._loader.request(path, 0)

    def _rows_changed(self) -> None:
        if self._model is None or self._row < 0 or not self.isVisible():
            return
        row = self._model.row_of(self._photo_id)
        if row is not None:
            self._row = row
            self._tell_line()
        elif self._model.rowCount():
            self._go(min(self._row, self._model.rowCount() - 1))
        else:
            self.closed.emit()

    def _hits_changed(self, first: QModelIndex, last: QModelIndex, roles: list[int]) -> None:
        if HitRole in roles and first.row() <= self._row <= last.row() and self.isVisible() and self._canvas.fitted:
            hit, before = self._model.hit(self._row) if self._model else None, self._hit
            if hit is None or before is None or hit.photo_id != self._photo_id or hit.thumbnail != before.thumbnail:
                self.open(self._row)
            else:  # marked, or tagged: the picture stays
                self._hit = hit
                self._tell_line()

    def _tell_words(self) -> None:
        hit = self._model.hit(self._row) if self._model else None
        self._strip.set_sentence(self._sentence, hit.probability if hit else None)

    # ---- keys, mouse, places ----

    def _go(self, row: int) -> None:
        count = self._model.rowCount() if self._model else 0
        row = max(0, min(row, count - 1))
        if self._model and count and (row != self._row or self._model.photo_id(row) != self._photo_id):
            self.open(row)
            self.moved_to.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key
        steps = {key.Key_Left: -1, key.Key_Right: 1, key.Key_Up: -1, key.Key_Down: 1}
        steps |= {key.Key_PageUp: -10, key.Key_PageDown: 10, key.Key_Home: -(10**9), key.Key_End: 10**9}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.key() in (key.Key_Escape, key.Key_Space, key.Key_Return, key.Key_Enter):
            self.closed.emit()
        elif event.key() == key.Key_H:
            self.histogram.toggle()
        elif event.key() == key.Key_Z:
            self._canvas.toggle_zoom()
        elif event.key() in (key.Key_Plus, key.Key_Equal, key.Key_Minus):
            self._canvas.zoom_by(1 / 1.25 if event.key() == key.Key_Minus else 1.25)
        elif event.key() in steps:
            self.step(steps[key(event.key())])
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._show_buttons(True)
        self._buttons_timer.start()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if self._row >= 0:
            self.context_requested.emit(self._row, event.globalPos())

    def _show_buttons(self, shown: bool) -> None:
        count = self._model.rowCount() if self._model else 0
        self._back.setVisible(shown)
        self._previous.setVisible(shown and self._row > 0)
        self._next.setVisible(shown and self._row < count - 1)

    def _place_strip(self) -> None:
        height = self._strip.height_for(self.width()) if self._sentence else 0
        self._strip.setGeometry(0, self.height() - LINE_PX - height, self.width(), height)
        self._canvas.set_foot(LINE_PX + (height + AIR_PX if height else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._canvas.setGeometry(self.rect())
        self._line.setGeometry(0, self.height() - LINE_PX, self.width(), LINE_PX)
        self._place_strip()
        middle = (self.height() - self._next.height()) // 2
        self._back.move(QPoint(PAD_PX, PAD_PX))
        self.histogram.move(QPoint(self.width() - PAD_PX - self.histogram.width(), PAD_PX))
        self._previous.move(QPoint(PAD_PX, middle))
        self._next.move(QPoint(self.width() - PAD_PX - self._next.width(), middle))
        if self._row >= 0 and self.isVisible():
            self._ask_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        self._ask_timer.stop()
        self._show_buttons(False)
        self._canvas.light(None)
        super().hideEvent(event)
