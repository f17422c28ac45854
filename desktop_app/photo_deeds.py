"""What people do with photos: hand them to other programs, search with them, say whether they match."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from desktop_app.dropped import dropped_files, has_picture
from desktop_app.example_tray import MANY, Example, ExampleTray
from desktop_app.judgment_feed import JudgmentFeed
from desktop_app.photo_actions import PhotoActions, copy_paths, copy_photos
from desktop_app.results_model import ResultsModel
from desktop_app.widgets.main_window import MainWindow
from engine.search_hit import SearchHit


class PhotoDeeds(QObject):
    def __init__(
        self,
        window: MainWindow,
        model: ResultsModel,
        actions: PhotoActions,
        examples: ExampleTray,
        judgments: JudgmentFeed,
    ) -> None:
        super().__init__(window)
        self._window, self._model = window, model
        self._actions, self._examples, self._judgments = actions, examples, judgments
        window.photos_action.connect(self._act)
        window.pasted.connect(self._paste)
        window.preview.judged.connect(lambda verdict: self._judge(verdict, window.choice.hits()))
        window.inspector.open_wanted.connect(actions.open)
        window.inspector.show_wanted.connect(actions.show_in_folder)

    def _act(self, key: str, hits: list[SearchHit]) -> None:
        """A line of the photo menu."""
        paths = [hit.path for hit in hits]
        if key == "open":
            self._actions.open(paths[0])
        elif key == "show":
            self._actions.show_in_folder(paths[0])
        elif key == "copy":
            copy_photos(self._model.files(hits))
        elif key == "copy-path":
            copy_paths(self._model.files(hits))
        elif key == "copy-place":
            QGuiApplication.clipboard().setText(f"{hits[0].latitude}, {hits[0].longitude}")
        elif key in ("like", "unlike"):
            self._search_with(hits, unlike=key == "unlike")
        elif key in ("yes", "no"):
            self._judge(1 if key == "yes" else -1, hits)

    def _search_with(self, hits: list[SearchHit], *, unlike: bool) -> None:
        hits = hits[-MANY:]
        pictures = {hit.photo_id: self._picture(hit) for hit in hits}
        self._window.show_grid()
        self._examples.add([Example(hit.path, unlike, pictures[hit.photo_id]) for hit in hits])

    def _picture(self, hit: SearchHit) -> QImage | None:
        row = self._model.row_of(hit.photo_id)
        image = self._model.thumbnail(row) if row is not None else None
        return image.scaledToHeight(64) if image is not None else None

    def _judge(self, verdict: int, hits: list[SearchHit]) -> None:
        self._judgments.say([hit.photo_id for hit in hits], verdict)

    def _paste(self, mime: QMimeData | None) -> None:
        """Words are pasted in the search box only."""
        if mime is not None and (dropped_files(mime) or has_picture(mime)):
            self._examples.take(mime)
