"""The tags in the sidebar: levels that fold, a click that searches, photos that are dropped on them."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

from PySide6.QtCore import QMimeData, QObject, QPoint, Signal
from PySide6.QtWidgets import QInputDialog

from desktop_app.dropped import dropped_files
from desktop_app.line_menu import line_menu
from desktop_app.plain_text import on_button, spelled_out
from desktop_app.query_cursor import filter_value
from desktop_app.sure import sure
from desktop_app.tag_deeds import TagDeeds
from desktop_app.tag_feed import TagBook, TagFeed
from desktop_app.tag_matching import plain
from desktop_app.tag_wording import spaced
from desktop_app.theme import Theme
from desktop_app.widgets.icon_entry import EntryLook
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.sidebar_section import Line, SidebarSection
from desktop_app.wording import counted, number
from engine.messages import Event, IndexProgress, LibraryChanged
from engine.query import parse

MANY = 8  # outermost tags; of more the others wait behind a line
REST = "/"  # no tag is called so


def branches(tree: Sequence[tuple[str, int]], opened: set[str]) -> list[tuple[str, int, bool | None]]:
    """The levels that are seen: tag, photos, and whether what is below it is hidden (None: nothing is below it)."""
    parents = {path.rpartition("/")[0] for path, _ in tree}
    shown = [(path, count) for path, count in tree if all(above in opened for above in _above(path))]
    return [(path, count, path not in opened if path in parents else None) for path, count in shown]


def shortened(tree: Sequence[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    """The outermost tags with the most photos, and what is below them; in the same order."""
    roots = sorted((-count, place, path) for place, (path, count) in enumerate(tree) if "/" not in path)
    kept = {path for _, _, path in roots[:most]}
    return [(path, count) for path, count in tree if path.partition("/")[0] in kept]


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def filter_of(tag: str) -> str:
    """How a tag is searched for."""
    return f"tag:{filter_value(tag)}"


class TagBranches(QObject):
    """`news`: files may have brought words along."""

    news = Signal()

    def __init__(self, window: MainWindow, feed: TagFeed, deeds: TagDeeds, *, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._feed, self._deeds = window, feed, deeds
        self._opened: set[str] = set()
        self._tree: tuple[tuple[str, int], ...] = ()
        self._all = False  # of very many tags all are seen
        self.section = SidebarSection(theme, self.tr("Tags"))
        self.section.chosen.connect(self._choose)
        self.section.fold_wanted.connect(self._fold)
        self.section.menu_wanted.connect(self._open_menu)
        self.section.dropped.connect(self._drop)
        feed.book_told.connect(self._know)
        window.search.typed.connect(self._mark)
        window.came_forward.connect(feed.ask_book)  # the command line may have been at work

    def hear(self, event: Event) -> None:
        """Files may have brought tags along."""
        rest = isinstance(event, IndexProgress) and not (event.scanning or event.pending)
        if rest or isinstance(event, LibraryChanged):
            self._feed.ask_book()
            self.news.emit()

    def _know(self, book: TagBook) -> None:
        self._tree = tuple(sorted(book.tree, key=lambda each: [plain(level) for level in each[0].split("/")]))
        self._show()

    def _show(self) -> None:
        tip = self.tr("%s\nDrop photos here to tag them")
        roots = sum("/" not in path for path, _ in self._tree)
        tree = self._tree if self._all or roots <= MANY else shortened(self._tree, MANY)
        said = self.tr("Show fewer tags") if self._all else self.tr("Show all %s") % counted(roots, "tag")
        rest = [Line(REST, EntryLook("tag", said, dim=True))] if roots > MANY else []
        self.section.set_lines(
            [
                Line(
                    path,
                    EntryLook(
                        "tag",
                        path.rpartition("/")[2],
                        number(count),
                        tip=tip % spaced(path),
                        depth=path.count("/"),
                        closed=closed,
                        takes_photos=True,
                    ),
                )
                for path, count, closed in branches(tree, self._opened)
            ]
            + rest
        )
        self._mark(self._window.search.text())

    def _fold(self, tag: str) -> None:
        self._opened ^= {tag}
        self._show()

    def _mark(self, text: str) -> None:
        """The tag that alone is searched for."""
        found = parse(text).filters if text.startswith("tag:") else ()
        alone = len(found) == 1 and found[0].field == "tag" and not found[0].negated and not parse(text).sentence
        self.section.mark(found[0].values[0] if alone and len(found[0].values) == 1 else None)

    def _choose(self, key: str) -> None:
        if key == REST:
            self._all = not self._all
            self._show()
        else:
            self._search(key)

    def _search(self, tag: str) -> None:
        window = self._window
        if window.page or window.previewing:
            window.show_grid()
        window.search.replace_text(filter_of(tag))
        window.search.search_now.emit()

    # ---- the menu ----

    def _open_menu(self, tag: str, at: QPoint) -> None:
        if tag == REST:
            return
        acts = {"show": self._search, "rename": self._rename, "delete": self._delete}
        lines = [("show", self.tr("Show its photos")), ("", "")]
        lines += [("rename", self.tr("Rename or merge…")), ("delete", self.tr("Delete everywhere…"))]
        line_menu(self._window, self.tr("Tag"), lines, chosen=lambda key: acts[key](tag)).popup(at)

    def _rename(self, tag: str) -> None:
        asked = self.tr("New name of “%s”, with / between levels:") % spaced(tag)
        new, said = QInputDialog.getText(self._window, self.tr("Rename tag"), spelled_out(on_button(asked)), text=tag)
        new = "/".join(part.strip() for part in normalize("NFC", new).split("/") if part.strip())
        counts = dict(self._tree)
        if not said or not new or new == tag:
            return
        merging = self.tr("Merge “%s” into “%s”?") % (spaced(tag), spaced(new))
        follows = self.tr("The tag of %s becomes the other. Ctrl+Z takes it back.")
        detail, title = follows % counted(counts.get(tag, 0), "photo"), self.tr("Merge tags")
        if new in counts and not sure(self._window, title, merging, detail=detail, yes=self.tr("Merge")):
            return
        self._feed.rename(tag, new)

    def _delete(self, tag: str) -> None:
        count = counted(dict(self._tree).get(tag, 0), "photo")
        asked = self.tr("Take “%s” off %s?") % (spaced(tag), count)
        detail = self.tr("With it go the tags below it. The photos stay; Ctrl+Z takes it back.")
        if sure(self._window, self.tr("Delete tag"), asked, detail=detail, yes=self.tr("Delete")):
            self._feed.rename(tag, "")

    # ---- drops ----

    def _drop(self, tag: str, mime: QMimeData, own: bool) -> None:
        """Photos of this window by what is selected: rows that were never looked at are carried along."""
        if own:
            self._feed.tag(self._deeds.chosen(), add=[tag])
        elif paths := dropped_files(mime):
            self._feed.tag((), add=[tag], paths=paths)
