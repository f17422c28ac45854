"""Tag by sentence, from what the engine found to one batch that is undone as one."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QObject

from desktop_app.live_search import Asker, LiveSearch
from desktop_app.result_rows import NONE, Rows, floats, unpacked
from desktop_app.results_model import ResultsModel
from desktop_app.tag_feed import TagFeed
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.review_page import LARGE_ROW_PX, ReviewPage
from desktop_app.widgets.window_keys import bind_keys
from engine.messages import Event, Failed, FindTaggable, GetHits, Hits, Taggable
from engine.query import parse
from engine.search_hit import SearchHit

PAGE = "review"
SHORT = 3  # words: what is searched for may be the name as well
ARTICLES = frozenset(["a", "an", "the", "some", "ein", "eine", "einen", "der", "die", "das"])
YES, NO = 1, -1


def sure(likely: array[float], precision: float) -> int:
    """How many of the likeliest, best first, keep the expected share of right ones at `precision`."""
    total, count = 0.0, 0
    for place, probability in enumerate(likely, start=1):
        total += probability
        if total / place >= precision:
            count = place
    return count


def name_of(sentence: str) -> str:
    """What a short sentence may be called as a tag; "" for a long one."""
    words = sentence.split()
    if words and words[0].lower() in ARTICLES:
        words = words[1:]
    return " ".join(words) if len(words) <= SHORT else ""


class TagReview(QObject):
    """`verdicts` are what a person said of single photos here; they are no judgments of the sentence."""

    def __init__(
        self,
        asker: Asker,
        window: MainWindow,
        page: ReviewPage,
        *,
        model: ResultsModel,
        feed: TagFeed,
        search: LiveSearch,
    ) -> None:
        super().__init__(window)
        self._asker, self._window, self._page = asker, window, page
        self._model, self._feed, self._search = model, feed, search
        self._request = self._result = 0
        self._about: tuple[str, bytes | None] = ("", None)  # sentence and folder
        self._rows: Rows = NONE
        self._likely: array[float] = array("f")
        self._sure = 0
        self._doubting = False
        self._pages: dict[int, int] = {}  # request to the row in the list that is shown
        self.verdicts: dict[int, int] = {}
        self._connect()

    def _connect(self) -> None:
        page, window = self._page, self._window
        window.add_page(PAGE, page)
        bind_keys(window, {"Shift+T": self.open}, window.sheet)
        window.photos_action.connect(self._act)
        window.choice.pressed_elsewhere.connect(self._pressed)
        page.precision_chosen.connect(self._split)
        page.doubt_shown.connect(self._show_list)
        page.judged.connect(self.judge)
        page.tag_wanted.connect(self._tag)
        self._feed.book_told.connect(lambda book: page.set_tags([tag for tag, _ in book.tree]))
        page.grid.set_row_height(LARGE_ROW_PX)
        self._model.page_needed.connect(self._ask_page)

    # ---- what people do ----

    def _act(self, key: str, _hits: list[SearchHit]) -> None:
        if key == "tag-these":
            self.open()

    def _pressed(self, key: str) -> None:
        if self._window.page == PAGE and key in ("yes", "no"):
            self.judge(YES if key == "yes" else NO)

    def open(self) -> None:
        """For what is searched for now; without a sentence there is nothing that a photo may match."""
        inquiry = self._search.inquiry
        sentence = inquiry.sentence.strip()
        plain = parse(sentence).sentence
        if not plain or self._window.page:
            return
        self._about = sentence, inquiry.folder
        self.verdicts = {}
        self._take(0, NONE, array("f"))
        self._page.begin(sentence, name_of(plain))
        self._window.show_page(PAGE)
        self._ask()

    def ask_again(self) -> None:
        """The engine was restarted, and knows no list any more; what was said of photos stays."""
        if self._window.page == PAGE:
            self._ask()

    def _ask(self) -> None:
        self._request = self._asker.next_id()
        self._asker.send(FindTaggable(self._request, *self._about))

    def judge(self, verdict: int) -> None:
        """Of the selected photos; said once more it is taken back. One photo makes way for the next."""
        rows = self._page.grid.selected_rows()
        photos = [self._model.photo_id(row) for row in rows]
        if not photos:
            return
        if all(self.verdicts.get(photo) == verdict for photo in photos):
            verdict = 0
        self.verdicts = {**self.verdicts, **dict.fromkeys(photos, verdict)}
        self._page.grid.set_verdicts(self.verdicts)
        self._tell()
        if len(rows) == 1 and verdict and rows[0] + 1 < self._model.rowCount():
            self._page.grid.set_current_row(rows[0] + 1)

    def _tag(self, tag: str) -> None:
        tagged, guessed = self._chosen()
        self._feed.tag(tagged, add=[tag], guessed=guessed)
        self._window.show_grid()

    # ---- what the engine says ----

    def hear(self, event: Event) -> None:
        match event:
            case Taggable() if event.request == self._request:
                rows = unpacked(event.count, event.photo_ids, event.aspect_ratios, event.tones)
                self._take(event.result, rows, floats(event.probabilities, event.count))
                if event.uncalibrated:
                    self._page.refuse(self.tr("This needs probabilities: %s.") % event.uncalibrated)
            case Hits() if event.request in self._pages:
                self._model.set_hits(self._pages.pop(event.request), event.hits, result=self._shown)
            case Failed() if event.request == self._request and not event.cancelled:
                self._page.refuse(event.problem)

    def _take(self, result: int, rows: Rows, likely: array[float]) -> None:
        self._result, self._rows, self._likely = result, rows, likely
        self._doubting = bool(likely) and not sure(likely, self._page.precision)  # there is nothing in the other list
        self._pages.clear()
        self._page.grid.set_verdicts(self.verdicts)
        self._split(self._page.precision)

    # ---- the two lists ----

    @property
    def _first(self) -> int:
        """Of the list that is shown, in the engine's order."""
        return self._sure if self._doubting else 0

    @property
    def _shown(self) -> int:
        """A number for the list that is shown: pages that were asked for another one are no use."""
        return 2 * self._result + self._doubting

    def _split(self, precision: float) -> None:
        self._sure = sure(self._likely, precision)
        self._show_list(self._doubting, again=True)

    def _show_list(self, doubt: bool, *, again: bool = False) -> None:
        self._doubting = doubt
        rows = self._rows.part(self._sure, len(self._rows)) if doubt else self._rows.first(self._sure)
        self._pages.clear()
        self._model.set_rows(self._shown, rows, reorder=again)
        self._page.show_list(doubt=doubt)
        self._tell()
        if len(rows) and not self._page.grid.selected_rows():
            self._page.grid.set_current_row(0)
        if doubt and not again:
            self._page.grid.setFocus()

    def _chosen(self) -> tuple[list[int], list[int]]:
        """Photos to tag, and those of them that nobody looked at."""
        ids = list(self._rows.ids)
        yes = [photo for photo in ids[self._sure :] if self.verdicts.get(photo) == YES]
        kept = [photo for photo in ids[: self._sure] if self.verdicts.get(photo) != NO]
        return [*kept, *yes], [photo for photo in kept if self.verdicts.get(photo) != YES]

    def _tell(self) -> None:
        doubtful = list(self._rows.ids[self._sure :])
        left = sum(not self.verdicts.get(photo) for photo in doubtful)
        self._page.tell(self._sure, len(doubtful), to_tag=len(self._chosen()[0]), left=left, best=self._best)

    @property
    def _best(self) -> float:
        return self._likely[0] if self._likely else 0.0

    def _ask_page(self, first: int, count: int) -> None:
        request = self._asker.next_id()
        self._pages[request] = first
        self._asker.send(GetHits(request, self._result, self._first + first, count))
