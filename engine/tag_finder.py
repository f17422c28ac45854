"""What the model can say of tags: which a photo may deserve, and which photos a sentence may tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.catalog import Catalog
from engine.messages import FindTaggable, SuggestTags, Taggable, TagSuggestions
from engine.result_shelf import ResultShelf
from engine.served_model import ServedModel
from engine.tag_by_sentence import Find, TagBySentence
from engine.tag_suggestions import TagSuggester


class TagFinder:
    """Both in slices; None between them."""

    def __init__(self, catalog: Catalog, results: ResultShelf, find: Find, served: Callable[[], ServedModel]) -> None:
        self._suggester = TagSuggester(catalog, served)
        self._by_sentence = TagBySentence(find, results)

    def run(self, request: SuggestTags | FindTaggable) -> Iterator[TagSuggestions | Taggable | None]:
        if isinstance(request, SuggestTags):
            return self._suggester.suggest(request)
        return self._by_sentence.run(request)
