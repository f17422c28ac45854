"""A person's words beside the model: photos whose captions or tags hold every word of the sentence.

Whoever wrote "Grandma's birthday" below a photo knows better than any model what it shows: such photos come first, in
the order that the model gives them, and count as matches. Words that a model put there do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.catalog import Catalog
from engine.language_words import ASIDE
from engine.query import Query
from engine.searcher import Answer, Ranking, Searcher

MOST_WORDS = 8  # with more it is a sentence that nobody wrote
MOST_PHOTOS = 300  # beyond what the model finds by itself

_WORD = re.compile(r"[^\W_]+")
_GERMAN = """der die das den dem des ein eine einen einem einer und oder mit ohne auf im in am an bei beim vom von vor
zu zum zur für aus über unter neben zwischen ist sind"""
_ASIDE = frozenset(f"{ASIDE} {_GERMAN}".split())

NONE = np.zeros(0, np.int64)


class PeopleWords:
    def __init__(self, catalog: Catalog) -> None:
        self._words = catalog.sets.words

    def finding(self, query: Query, among: np.ndarray | None) -> Iterator[np.ndarray | None]:
        """None between slices of work, then int64[n], ascending: what a person described with the words of a plain
        sentence; `among` ids where given."""
        words = written(query)
        if not words or not self._words.any:
            yield NONE
            return
        photos: np.ndarray | None = None
        for word in words:
            some = self._words.photos_with(word)
            photos = some if photos is None else np.intersect1d(photos, some, assume_unique=True)
            if not len(photos):
                yield NONE
                return
            yield None
        found = self._words.contents_of(photos if photos is not None else NONE)
        yield found if among is None else np.intersect1d(found, among, assume_unique=True)


def written(query: Query) -> list[str]:
    """The words that name something; none where clauses are to be put together."""
    if not query.simple or not query.sentence:
        return []
    words = [word for word in _WORD.findall(query.sentence.casefold()) if word not in _ASIDE and len(word) > 1]
    return list(dict.fromkeys(words)) if len(words) <= MOST_WORDS else []


def joined(ranking: Ranking, contents: np.ndarray, sentence: str, searcher: Searcher) -> Ranking:
    """The ranking with the nearest of these contents that it lacks below it, each with its cosine."""
    missing = np.setdiff1d(contents, ranking.ids, assume_unique=True)
    if not len(missing):
        return ranking
    cosines = searcher.cosines(searcher.embed(sentence), missing)
    order = np.lexsort((missing, -cosines))[:MOST_PHOTOS]
    missing, cosines = missing[order], cosines[order]
    likely = ranking.probabilities
    if likely is not None and searcher.calibration is not None and ranking.view is not None:
        likely = np.concatenate([likely, searcher.calibration.of_cosines(ranking.view, cosines)])
    return replace(
        ranking,
        ids=np.concatenate([ranking.ids, missing]),
        cosines=np.concatenate([ranking.cosines, cosines]),
        scores=np.concatenate([ranking.scores, cosines]),
        reranked=np.concatenate([ranking.reranked, np.zeros(len(missing), bool)]),
        probabilities=likely,
    )


def first(ranking: Ranking, answer: Answer, contents: np.ndarray) -> tuple[Ranking, Answer]:
    """These contents before all others, and matches whatever the model says of them: its probability of such a one
    would only puzzle, and becomes NaN."""
    known = np.isin(ranking.ids, contents)
    if not known.any():
        return ranking, answer
    matching = known | (np.arange(len(known)) < answer.matched)
    expected, likely = answer.expected, ranking.probabilities
    if expected is not None and likely is not None:
        more = float((1 - likely[known]).sum())
        expected = replace(expected, count=expected.count + more, low=expected.low + more, high=expected.high + more)
    order = np.argsort(~known, kind="stable")
    if likely is not None:
        ranking = replace(ranking, probabilities=np.where(known, np.float32(np.nan), likely))
    return ranking.only(order), replace(answer, matched=int(matching.sum()), expected=expected)
