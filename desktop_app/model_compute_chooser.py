"""Connects the settings at the end of the page of models with what the engine has."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from desktop_app.model_compute import BUDGET, lines
from desktop_app.model_compute_feed import ModelComputeFeed
from desktop_app.models_feed import ModelsFeed
from desktop_app.widgets.models_page import ModelsPage


class ModelComputeChooser(QObject):
    """Asks when the page is shown, and when models come or go while it is."""

    def __init__(self, feed: ModelComputeFeed, models: ModelsFeed, page: ModelsPage) -> None:
        super().__init__(page)
        self._feed = feed
        self._page = page
        self._known: object = None
        feed.changed.connect(self._show)
        feed.failed.connect(page.say_failed)
        page.settings.changed.connect(self._set)
        page.shown.connect(feed.ask)
        self._models = models
        models.changed.connect(self._models_changed)

    def _show(self) -> None:
        budget = self._feed.budget
        model = self._models.model(budget.reranker) if budget is not None else None
        if budget is not None and model is not None:
            budget = replace(budget, reranker=model.title.removesuffix(" (reranker)"))
        self._page.settings.set_lines(lines(budget, self._feed.device))

    def _models_changed(self) -> None:
        known = [(model.name, model.installed, model.in_use) for model in self._models.models]
        if self._page.isVisible() and known != self._known:
            self._feed.ask()
        self._known = known

    def _set(self, key: str, value: str) -> None:
        if key == BUDGET:
            self._feed.set_budget(float(value))
        else:
            self._feed.set_device(value)
