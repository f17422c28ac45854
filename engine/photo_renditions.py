"""Larger pictures of photos for the preview: kept ones at once, others when a decoder has made them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from engine.catalog import Catalog
from engine.errors import PhotoUnreadable
from engine.messages import Rendition
from engine.photo import DecodeFailure, RenderedPhoto
from engine.renditions import RenditionStore
from engine.served_model import ServedModel


class PhotoRenditions:
    """`served` gives the model at work, whose decoders make what is not kept."""

    def __init__(self, catalog: Catalog, kept: RenditionStore, served: Callable[[], ServedModel]) -> None:
        self._catalog = catalog
        self._kept = kept
        self._served = served

    def make(self, request: int, photo_id: int, edge: int) -> Iterator[Rendition | None]:
        """None while the decoders are at it, then the rendition. Raises PhotoUnreadable, FolderUnreachable."""
        rows = self._catalog.hits([photo_id])
        if not rows:
            raise PhotoUnreadable("This photo is no longer in the library", remedy="search again")
        row = rows[0]
        path = self._kept.find(row.pixel_hash, edge)
        if path is None:
            outcome = yield from self._rendered(row.path, edge)
            if isinstance(outcome, DecodeFailure):
                raise PhotoUnreadable(outcome.reason, path=row.path, remedy=outcome.remedy)
            path = self._kept.put(row.pixel_hash, edge, outcome.jpeg)
        width, height = fitted(row.width, row.height, edge)
        yield Rendition(request, photo_id, path, width, height)

    def _rendered(self, path: bytes, edge: int) -> Generator[None, None, RenderedPhoto | DecodeFailure]:
        """Asked for again where another model took over meanwhile: the decoders of the one before are closed."""
        while True:
            served = self._served()
            ticket = served.request_rendition(path, edge)
            try:
                while self._served() is served:
                    if (outcome := served.rendition(ticket)) is not None:
                        return outcome
                    yield None
            finally:
                served.hand_back(ticket)


def fitted(width: int, height: int, edge: int) -> tuple[int, int]:
    """The size of a photo within `edge` pixels a side; never enlarged."""
    scale = min(1.0, edge / max(width, height, 1))
    return max(1, round(width * scale)), max(1, round(height * scale))
