"""What the sentence has to do with a photo: where its words were found, and what a person said of it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.judgment_feed import JudgmentFeed
from desktop_app.why_feed import WhyFeed
from desktop_app.widgets.main_window import MainWindow
from engine.messages import Explanation, SearchResults
from engine.query import parse
from engine.search_hit import SearchHit


class WhyTeller(QObject):
    """The photo of the preview is explained while that is open, else the one that the inspector tells of."""

    def __init__(self, feed: WhyFeed, judgments: JudgmentFeed, window: MainWindow) -> None:
        super().__init__(window)
        self._feed, self._judgments, self._window = feed, judgments, window
        self._sentence = ""
        feed.told.connect(self._tell)
        window.preview.opened.connect(self._explain)
        window.preview.closed.connect(lambda: window.choice.tell())
        window.choice.looked_at.connect(self._look_at)
        window.choice.verdict = lambda photo_id: judgments.verdicts.get(photo_id, 0)
        judgments.changed.connect(self._tell_verdicts)

    def set_results(self, results: SearchResults) -> None:
        """Other photos are shown, for this sentence."""
        sentence = parse(results.sentence).sentence
        if sentence != self._sentence:
            self._sentence = sentence
            self._window.choice.sentence = sentence
            self._window.preview.set_sentence(sentence)
            self._judgments.ask(sentence)
        if self._window.previewing:
            self._explain(self._window.preview.photo_id)
        else:
            self._window.choice.tell()

    def _explain(self, photo_id: int) -> None:
        self._window.preview.set_verdict(self._judgments.verdicts.get(photo_id, 0))
        if self._sentence and photo_id >= 0:
            self._feed.ask(photo_id, self._sentence)
        else:
            self._feed.ask_nothing()

    def _look_at(self, hit: SearchHit | None) -> None:
        if self._window.previewing:
            return
        if hit is not None and self._sentence:
            self._feed.ask(hit.photo_id, self._sentence)
        else:
            self._feed.ask_nothing()

    def _tell(self, explanation: Explanation) -> None:
        self._window.preview.set_explanation(explanation)
        self._window.inspector.set_explanation(explanation)

    def _tell_verdicts(self) -> None:
        self._window.grid.set_verdicts(self._judgments.verdicts)
        self._window.preview.set_verdict(self._judgments.verdicts.get(self._window.preview.photo_id, 0))
