"""Shows the tour once, to whoever has just added the first photos; and again to whoever asks for it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.settings import Settings
from desktop_app.tour_steps import steps
from desktop_app.widgets.main_window import MainWindow
from desktop_app.window_state import Face, WindowState, face


class TourGuide(QObject):
    def __init__(self, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._newcomer = False
        self._at = 0
        self._led_on = ""  # the sentence that was typed as the first card says
        window.tour.next_wanted.connect(self._go_on)
        window.tour.skipped.connect(self._end)
        window.search.typed.connect(self._typed)

    def follow(self, state: WindowState) -> None:
        """The first photos after a welcome are the moment; whoever types meanwhile goes on typing."""
        which = face(state)
        if state.sentence and self._at == 0 and self._window.tour.isVisible():
            self._led_on = state.sentence.strip()
            self._go_on()
        elif which is Face.WELCOME:
            self._newcomer = True
        elif which is Face.PHOTOS and state.count and self._newcomer and not self._settings.tour_done:
            self._newcomer = bool(self._window.page) or self._window.previewing
            if not self._newcomer:
                self._start()

    def begin(self) -> None:
        """Wherever one is."""
        self._window.show_grid()
        self._start()

    def _start(self) -> None:
        self._at, self._led_on = 0, ""
        self._show()

    def _typed(self, text: str) -> None:
        """Whoever searches wants to see photos where a card lies; to type on is no other search."""
        typing_on = self._led_on and text.startswith(self._led_on)
        if text and self._at > 0 and self._window.tour.isVisible() and not typing_on:
            self._end()

    def _go_on(self) -> None:
        self._at += 1
        if self._at < len(steps()):
            self._show()
        else:
            self._end()

    def _end(self) -> None:
        """Never again by itself."""
        self._window.tour.hide_card()
        self._settings.tour_done = True
        self._settings.save()

    def _show(self) -> None:
        step, count = steps()[self._at], len(steps())
        self._window.tour.show_step(step, self._at + 1, count, part=getattr(self._window, step.part))
