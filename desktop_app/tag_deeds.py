"""What people do with tags and marks: by key, in the inspector, in the type-ahead; and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.mark_keys import Mark, mark_of
from desktop_app.results_model import ResultsModel
from desktop_app.settings import Settings
from desktop_app.tag_feed import MOST_ASKED, Done, PhotoWords, TagBook, TagFeed
from desktop_app.tag_looks import common, offer_looks, tag_looks
from desktop_app.tag_wording import told
from desktop_app.theme import Theme
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.mark_badge import MarkBadge
from desktop_app.widgets.tag_entry import TagEntry
from desktop_app.widgets.tag_notice import TagNotice
from desktop_app.widgets.window_keys import bind_keys
from desktop_app.wording import counted, failure
from engine.messages import Failed
from engine.search_hit import SearchHit

MOST_OFFERS = 5
WORDS_PX = 80  # the words and the line of a photo that is seen large
LOOK_MS = 60  # a photo that is only passed by need not be asked about


class TagDeeds(QObject):
    """Connects feed, window and settings. The engine's answer is what is shown, never a guess. `many_changed`: more
    photos than are told of one by one."""

    many_changed = Signal()

    def __init__(
        self, window: MainWindow, model: ResultsModel, feed: TagFeed, settings: Settings, *, theme: Theme
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._feed, self._settings = window, model, feed, settings
        self.entry = TagEntry(theme, window)
        self.notice = TagNotice(window, self._pages)
        self._badge = MarkBadge(window.preview)
        self._words: dict[int, PhotoWords] = {}
        self._offers: tuple[int, list[tuple[str, float]]] = (-1, [])
        self._look = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look.timeout.connect(self._ask_words)
        self._connect()

    def _connect(self) -> None:
        window, feed = self._window, self._feed
        window.photos_action.connect(self._act)
        window.choice.looked_at.connect(lambda _: self._look.start())
        window.preview.opened.connect(self._opened)
        self._model.dataChanged.connect(lambda: self._show_badge())
        tags = window.inspector.tags
        tags.mark_given.connect(lambda field, value: self._give(Mark(field, value), self.chosen()))
        tags.removed.connect(lambda tag: feed.tag(self.chosen(), remove=[tag]))
        tags.confirmed.connect(lambda tag: feed.tag(self.chosen(), add=[tag], paths=self._pairs()))
        tags.add_wanted.connect(self.open_entry)
        self.entry.chosen.connect(self._tag_chosen)
        self.entry.closed.connect(self._back_to_photos)
        self.notice.undo_wanted.connect(feed.undo)
        feed.done.connect(self._done)
        feed.failed.connect(self.tell_failed)
        feed.book_told.connect(self._know_book)
        feed.words_told.connect(self._show_words)
        feed.suggested.connect(self._propose)
        redo = partial(feed.undo, redo=True)
        bind_keys(window, {"Ctrl+Z": feed.undo, "Ctrl+Shift+Z": redo, "Ctrl+Y": redo}, window.sheet)

    def look_again(self) -> None:
        """What was said of the selected photos may be otherwise now."""
        self._look.start()

    def set_theme(self, theme: Theme) -> None:
        self.entry.set_theme(theme)

    @property
    def _pages(self) -> QWidget:
        """Where the photos are seen, small or large."""
        return self._window.grid.parentWidget() or self._window

    # ---- which photos ----

    def chosen(self) -> list[int]:
        """Ids of the photo that is seen large, or of all that are selected, those that nobody looked at too."""
        return self._window.choice.photo_ids()

    def _pairs(self) -> list[bytes]:
        """The other halves of photos that were taken raw and as JPEG: what is said of the one holds for both."""
        return [hit.pair for hit in self._window.choice.hits() if hit.pair]

    # ---- what people do ----

    def _act(self, key: str, hits: list[SearchHit]) -> None:
        if key == "tag":
            self.open_entry()
        elif (mark := mark_of(key)) is not None:
            self._give(self._toggled(mark, hits), self.chosen())
            if mark.advance or self._settings.auto_advance:
                self._advance()

    def _toggled(self, mark: Mark, hits: Sequence[SearchHit]) -> Mark:
        """A label that all have already goes, as in Lightroom."""
        if mark.field == "label" and hits and all(hit.label == mark.value for hit in hits):
            return replace(mark, value=None)
        return mark

    def _give(self, mark: Mark, photo_ids: Sequence[int]) -> None:
        value = None if mark.value == "0" else mark.value
        if photo_ids:
            self._feed.mark(photo_ids, mark.field, value, paths=self._pairs())

    def _advance(self) -> None:
        """From one photo to the next; several stay selected."""
        window, rows = self._window, self._window.choice.rows()
        if window.previewing:
            window.preview.step(1)
        elif len(rows) == 1 and rows[0] + 1 < self._model.rowCount():
            window.grid.set_current_row(rows[0] + 1)

    def open_entry(self) -> None:
        photos = self.chosen()
        if not photos:
            return
        self._feed.ask_book()
        pages = self._pages
        over = QRect(pages.mapTo(self._window, pages.rect().topLeft()), pages.size())
        self.entry.open(self.tr("Tag %s") % counted(len(photos), "photo"), over)

    def _tag_chosen(self, tag: str) -> None:
        """A tag that all of them carry goes: pressed twice it is as it was."""
        photos = self.chosen()
        carried = [self._words.get(photo) for photo in photos]
        if photos and all(words is not None and tag in [name for name, _ in words.tags] for words in carried):
            self._feed.tag(photos, remove=[tag], paths=())
        else:
            self._feed.tag(photos, add=[tag], paths=self._pairs())

    def _back_to_photos(self) -> None:
        if self._window.previewing:
            self._window.preview.setFocus()
        elif not self._window.page:
            self._window.focus_photos()

    # ---- what the engine says ----

    def _done(self, done: Done) -> None:
        if said := told(done):
            lift_px = WORDS_PX if self._window.previewing else 0
            self.notice.say(said, undo=done.how != "undone" and bool(done.what), lift_px=lift_px)
        if done.problems:
            more = len(done.problems) - 1
            rest = " " + self.tr("(and %d more like it)") % more if more else ""
            self._window.banner.say(done.problems[0] + rest)
        if done.now is None:
            self.many_changed.emit()
        elif done.now:
            now = done.now
            self._words.update(now)
            self._model.change_hits(now, lambda hit: with_words(hit, now[hit.photo_id]))
        self._look.start()

    def tell_failed(self, failed: Failed) -> None:
        """Something that a person did to photos was not kept."""
        if failed.error != "EngineGone":
            self._window.banner.say(failure(failed))
        else:  # beside the banner, which says that the engine comes back
            self.notice.say(self.tr("This was not kept: the search engine had ended. Do it again."), undo=False)

    def _know_book(self, book: TagBook) -> None:
        self.entry.know(book.tree, book.recent)

    def _ask_words(self) -> None:
        self._feed.ask_words(self.chosen())

    def _show_words(self, words: dict[int, PhotoWords]) -> None:
        """Of what is selected, where all of it is known."""
        self._words = words
        photos = self.chosen()
        said = [words[photo] for photo in photos[:MOST_ASKED] if photo in words]
        looks = tag_looks(said)
        self.entry.set_carried(frozenset(look.tag for look in looks if not look.some))
        section, same = self._window.inspector.tags, common(said)
        section.show_tags(looks)
        section.show_marks(same.rating, same.pick, same.label)
        section.show_caption(same.caption)
        self._ask_for_suggestions(photos, [look.tag for look in looks])

    # ---- what the model proposes ----

    def _ask_for_suggestions(self, photos: Sequence[int], carried: Sequence[str]) -> None:
        """Only where somebody sees them, and once a photo."""
        section = self._window.inspector.tags
        if len(photos) != 1 or not section.isVisible():
            self._offers = (-1, [])
            section.propose(())
            return
        if self._offers[0] != photos[0]:
            self._offers = (photos[0], [])
            section.propose(())
            self._feed.ask_suggestions(photos[0])
        section.propose(offer_looks(self._offers[1], carried)[:MOST_OFFERS])

    def _propose(self, photo_id: int, offers: list[tuple[str, float]]) -> None:
        if photo_id == self._offers[0]:
            self._offers = (photo_id, offers)
            carried = [tag for tag, _ in self._words[photo_id].tags] if photo_id in self._words else []
            self._window.inspector.tags.propose(offer_looks(offers, carried)[:MOST_OFFERS])

    # ---- the photo that is seen large ----

    def _opened(self, _photo_id: int) -> None:
        self._show_badge()
        self._look.start()

    def _show_badge(self) -> None:
        preview = self._window.preview
        self._badge.show_hit(self._model.hit(preview.row) if preview.row >= 0 and preview.isVisible() else None)


def with_words(hit: SearchHit, words: PhotoWords) -> SearchHit:
    tags = tuple(tag for tag, _ in words.tags)
    return replace(hit, tags=tags, rating=words.rating, pick=words.pick, label=words.label)
