"""Connects the page of models with what the engine tells of them; asks before anything is fetched, changed or lost."""

from __future__ import annotations

import os
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop_app import model_words as words
from desktop_app.model_facts import FoundModel, ModelFacts
from desktop_app.model_look import ASKED_FIRST, Act, CardLook, Question, card
from desktop_app.models_feed import ModelsFeed
from desktop_app.result_words import LANGUAGES
from desktop_app.settings import Settings
from desktop_app.translation import tr
from desktop_app.widgets.main_window import MainWindow
from desktop_app.wording import file_size, number
from engine.messages import FetchStage


class ModelChooser(QObject):
    """One question is open at a time."""

    def __init__(self, feed: ModelsFeed, window: MainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._feed = feed
        self._window = window
        self._settings = settings
        self._asking: tuple[str, Act] | None = None
        self._found: FoundModel | None = None
        self._news = ""  # what happened while nobody looked
        self._wanted = ""  # a language that a model was looked for, by its English name
        page = window.models
        feed.changed.connect(self._show)
        feed.found.connect(self._ask_import)
        feed.reading.connect(lambda now: page.say_doing(words.fetching(now)))
        feed.imported.connect(lambda _: page.say_done(self.tr("Imported and verified.")))
        feed.failed.connect(page.say_failed)
        page.acted.connect(self._act)
        page.answered.connect(self._answer)
        page.import_wanted.connect(self._choose_import)
        page.import_answered.connect(self._answer_import)
        page.shown.connect(self._page_shown)
        window.offer.answered.connect(self._answer_offer)

    # ---- what people do ----

    def recommend(self, code: str) -> None:
        """Leads to a model that knows this language (ISO 639-1), one that is here already where there is one."""
        self._wanted = LANGUAGES.get(code, code.upper())
        self._window.show_models()
        self._show()
        if (model := self._knowing()) is not None:
            self._window.models.focus_question(model.name)
            self._window.models.focus_card(model.name)

    def _knowing(self) -> ModelFacts | None:
        """The one to recommend for the language that is wanted."""
        able = [model for model in self._feed.models if words.knows_language(model, self._wanted)]
        return min(able, key=lambda model: (not model.installed, not model.recommended), default=None)

    def _act(self, name: str, act: Act) -> None:
        model = self._feed.model(name)
        known = act is Act.USE and model is not None and words.knows(model, self._feed.now)
        if act not in ASKED_FIRST or known:
            self._feed.act(name, act)
            return
        self._asking = (name, act)
        if act is Act.USE:
            self._feed.estimate(name)
        self._show()
        self._window.models.focus_question(name)

    def _answer(self, name: str, yes: bool) -> None:
        asked, self._asking = self._asking, None
        if yes and asked is not None and asked[0] == name:
            self._feed.act(name, asked[1])
        self._show()
        self._window.models.focus_card(name)

    def _answer_offer(self, yes: bool) -> None:
        """Once is enough: whoever saw it knows where the models are."""
        self._settings.model_offer_done = True
        self._show()
        model = self._recommended()
        if yes and model is not None:
            self._window.show_models()
            self._act(model.name, Act.DOWNLOAD)

    def _choose_import(self) -> None:
        title = self.tr("Choose the folder of a model")
        chosen = QFileDialog.getExistingDirectory(self._window, title, os.path.expanduser("~"))
        if chosen:
            self._window.models.say_doing(self.tr("Looking at the model and computing its SHA-256…"))
            self._feed.look_at(os.fsencode(chosen))

    def _ask_import(self, found: FoundModel) -> None:
        self._found = found
        lines = (
            f"{found.weights}, {file_size(found.bytes)}, SHA-256 {found.sha256}",
            tr("Compare it with what its publisher names. It is pinned: other files under this name are refused."),
        )
        self._window.models.ask_import(
            Question(tr("Import this model as %s?") % found.name, lines, tr("Import it"), careful=True)
        )

    def _answer_import(self, yes: bool) -> None:
        found, self._found = self._found, None
        self._window.models.ask_import(None)
        if yes and found is not None:
            self._window.models.say_doing(self.tr("Importing %s…") % found.name)
            self._feed.take_in(found.path, found.name, found.sha256)

    def _page_shown(self) -> None:
        self._news = ""
        self._feed.ask()
        self._show()

    # ---- what is shown ----

    def _show(self) -> None:
        if self._asking is not None and not self._sensible(*self._asking):
            self._asking = None
        looks = [self._look(model) for model in self._feed.models]
        self._window.models.set_cards(looks)
        self._tell_sidebar()
        model, now = self._recommended(), self._feed.now
        wanted = not self._settings.model_offer_done and now is not None and now.ships
        fresh = wanted and model is not None and not model.installed and not model.bytes_here
        busy = model is not None and self._feed.activity(model.name).fetch is not None
        said = words.offer(model, now) if fresh and not busy and model is not None and now is not None else ""
        self._window.offer_model(said)

    def _sensible(self, name: str, act: Act) -> bool:
        """A download may have ended while somebody was asked about it."""
        model, fetching = self._feed.model(name), self._feed.activity(name).fetch is not None
        if model is None:
            return False
        if act is Act.DOWNLOAD:
            return not model.installed and not fetching
        return not model.installed if act is Act.DISCARD else model.installed

    def _look(self, model: ModelFacts) -> CardLook:
        activity = self._feed.activity(model.name)
        if self._asking is not None and self._asking[0] == model.name:
            activity = replace(activity, asking=self._asking[1])
        look = card(model, self._feed.now, activity)
        if self._wanted and not model.in_use and model == self._knowing():
            return replace(look, badge=tr("Knows %s") % tr(self._wanted), lit=True)
        return look

    def _recommended(self) -> ModelFacts | None:
        return next((model for model in self._feed.models if model.recommended and not model.lacks), None)

    def _tell_sidebar(self) -> None:
        """What happens, in a few words, so that one need not stay on the page."""
        told = [self._told(model) for model in self._feed.models]
        detail, share = next((each for each in told if each[0]), ("", None))
        self._window.sidebar.set_models(detail, share)

    def _told(self, model: ModelFacts) -> tuple[str, float | None]:
        activity = self._feed.activity(model.name)
        if fetch := activity.fetch:
            self._news = model.name
            if fetch.stage is FetchStage.INSTALLING:
                return tr("Installing"), 1.0
            share = fetch.done / fetch.total if fetch.total else 0.0
            return tr("Downloading %s") % f"{share:.0%}", share
        if prepare := activity.prepare:
            share = prepare.done / prepare.total if prepare.total else 0.0
            return tr("Preparing %s of %s") % (number(prepare.done), number(prepare.total)), share
        if self._news != model.name or self._window.page == "models":
            return "", None
        if activity.failure:
            return tr("%s: download failed") % model.title, None
        return (tr("%s is ready to use") % model.title, None) if model.installed and not model.chosen else ("", None)
