"""From an Explain request to its Explanation: which content the photo shows, and what the model at work says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.catalog import Catalog
from engine.errors import PhotoUnreadable
from engine.messages import Explain, Explanation
from engine.query import parse
from engine.served_model import ServedModel


class PhotoExplanations:
    """`served` gives the model at work."""

    def __init__(self, catalog: Catalog, served: Callable[[], ServedModel]) -> None:
        self._catalog = catalog
        self._served = served

    def explain(self, request: Explain) -> Iterator[Explanation]:
        """One event, of the part of the query that says what the photo shall show: filters and what must not be there
        are found in no place. Raises PhotoUnreadable where the photo has left the library."""
        rows = self._catalog.hits([request.photo_id])
        if not rows:
            raise PhotoUnreadable("This photo is no longer in the library", remedy="search again")
        sentence = parse(request.sentence).sentence
        content_id, size = rows[0].content_id, (rows[0].width, rows[0].height)
        said = self._served().explainer.explain(sentence, content_id, size=size)
        yield Explanation(
            request.request, request.photo_id, sentence, said.words, missing=said.missing, unexplained=said.unexplained
        )
