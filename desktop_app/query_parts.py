"""Everything in the window that is about asking: completion, filters, saved searches, collections."""

from __future__ import annotations

from desktop_app.collection_shelf import CollectionShelf
from desktop_app.completer import QueryCompleter
from desktop_app.example_tray import ExampleTray
from desktop_app.filter_chooser import FilterChooser
from desktop_app.live_search import LiveSearch
from desktop_app.offers_feed import OffersFeed
from desktop_app.order_chooser import OrderChooser
from desktop_app.query_chips import QueryChips
from desktop_app.results_model import ResultsModel
from desktop_app.saved_shelf import SavedShelf
from desktop_app.sentence_chooser import SentenceChooser
from desktop_app.session import Client
from desktop_app.tag_parts import TagParts
from desktop_app.theme import Theme
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.search_completions import SearchCompletions
from desktop_app.widgets.search_filters import SearchFilters
from desktop_app.widgets.search_name import SearchName
from desktop_app.widgets.search_suggestions import SearchSuggestions


class QueryParts:
    """`tags`: edits of photos, to undo those of collections with."""

    def __init__(
        self,
        client: Client,
        window: MainWindow,
        model: ResultsModel,
        *,
        search: LiveSearch,
        examples: ExampleTray,
        tags: TagParts,
        theme: Theme,
    ) -> None:
        self.feed = OffersFeed(client, window)
        self.namer = SearchName(theme, window, window.field)
        self.popup = SearchCompletions(theme, window, window.field)
        self.panel = SearchFilters(theme, window, window.field)
        self.chips = QueryChips(window.field)
        self.completer = QueryCompleter(client, window.search, self.popup)
        self.suggestions = SearchSuggestions(theme, window, window.field)
        self.sentences = SentenceChooser(client, window.search, self.suggestions)
        self.filters = FilterChooser(client, window.search, self.panel)
        self.order = OrderChooser(window.search, window.line.order, search)
        self.saved = SavedShelf(window, self.feed, search, examples, namer=self.namer, theme=theme)
        self.collections = CollectionShelf(window, model, self.feed, search, namer=self.namer, theme=theme)
        window.sidebar.add_section(tags.branches.section, last=True)
        search.settled = self.completer.settled
        window.field.chip_removed.connect(lambda _: self.completer.close())
        self.namer.closed.connect(lambda: None if window.page or window.previewing else window.focus_photos())
        self.collections.told.connect(lambda said, undo: tags.deeds.notice.say(said, undo=undo))
        tags.feed.done.connect(lambda _: self.feed.refresh())
        self.feed.failed.connect(tags.deeds.tell_failed)
        for hear in (self.feed.hear, self.completer.hear, self.filters.hear, self.sentences.hear):
            client.message.connect(hear)
        client.started.connect(self.feed.ask)
        window.came_forward.connect(self.feed.ask)  # the command line may have been at work

    def set_theme(self, theme: Theme) -> None:
        for part in (self.namer, self.popup, self.suggestions, self.panel):
            part.set_theme(theme)
