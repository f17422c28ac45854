"""Everything in the window that is about tags and marks, built and connected."""

from __future__ import annotations

from desktop_app.live_search import LiveSearch
from desktop_app.results_model import ResultsModel
from desktop_app.session import Client
from desktop_app.settings import Settings
from desktop_app.tag_branches import TagBranches
from desktop_app.tag_deeds import TagDeeds
from desktop_app.tag_feed import TagFeed
from desktop_app.tag_review import TagReview
from desktop_app.theme import Theme
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.review_page import ReviewPage


class TagParts:
    """`search`: what the window shows."""

    def __init__(
        self,
        client: Client,
        window: MainWindow,
        model: ResultsModel,
        *,
        search: LiveSearch,
        settings: Settings,
        theme: Theme,
    ) -> None:
        self.feed = TagFeed(client, window, sidecars=lambda: bool(settings.write_sidecars))
        self.deeds = TagDeeds(window, model, self.feed, settings, theme=theme)
        self.branches = TagBranches(window, self.feed, self.deeds, theme=theme)
        self._loader = ThumbnailLoader()
        chosen = ResultsModel(self._loader)
        self._page = ReviewPage(theme, chosen, window)
        self.review = TagReview(client, window, self._page, model=chosen, feed=self.feed, search=search)
        client.message.connect(self.review.hear)
        self.branches.news.connect(self.deeds.look_again)
        self.deeds.many_changed.connect(search.complete)
        client.message.connect(self.feed.hear)
        client.message.connect(self.branches.hear)
        client.started.connect(self.feed.ask_book)
        client.started.connect(self.review.ask_again)

    def set_theme(self, theme: Theme) -> None:
        self.deeds.set_theme(theme)

    def close(self) -> None:
        """Ends the thread that reads thumbnails."""
        self._loader.close()
