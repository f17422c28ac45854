"""A person's words beside the model: photos whose captions or tags hold words of the sentence.

Whoever wrote "Grandma's birthday" below a photo knows better than any model what it shows. Photos that hold every word
come first, in the order that the model gives them, and count as matches; those that hold a good part of what is asked
for are the likelier for it. Words that a model put there do not count, and a photo without any is judged by the model
alone. What a part is worth: docs/search.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.calibration import Expected
from engine.catalog import Catalog
from engine.clauses import Search
from engine.language_words import ASIDE
from engine.query import Query
from engine.searcher import Answer, Ranking

MOST_WORDS = 8  # with more it is a sentence that nobody wrote
MOST_PHOTOS = 300  # beyond what the model finds by itself
MOST_TOLD = 2_000  # photos that hold a part, those with the largest first
# Log odds of a photo of which a person's words hold a share of what is asked for; chosen on captions of dev.
WORTH_NOTHING, WORTH = -2.0, 8.0

_WORD = re.compile(r"[^\W_]+")
_GERMAN = """der die das den dem des ein eine einen einem einer und oder mit ohne auf im in am an bei beim vom von vor
zu zum zur für aus über unter neben zwischen ist sind"""
_ASIDE = frozenset(f"{ASIDE} {_GERMAN}".split())

NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote of contents int64[n], ascending: the shares float32[n] of what is asked for that their words
    hold, of which rare words are the larger part; 1 where they hold every word."""

    contents: np.ndarray = field(default_factory=lambda: NONE)
    shares: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def whole(self) -> np.ndarray:
        """int64[m]: those that hold every word."""
        return self.contents[self.shares >= 1]

    def of(self, contents: np.ndarray) -> np.ndarray:
        """float32[m]: the shares of contents int64[m]; 0 where nobody wrote of them."""
        found = np.zeros(len(contents), np.float32)
        if len(self.contents):
            places = np.minimum(np.searchsorted(self.contents, contents), len(self.contents) - 1)
            here = self.contents[places] == contents
            found[here] = self.shares[places[here]]
        return found


class PeopleWords:
    def __init__(self, catalog: Catalog) -> None:
        self._words = catalog.sets.words

    def finding(self, query: Query, among: np.ndarray | None) -> Iterator[Written | None]:
        """None between slices of work, then what people described with words of a plain sentence; `among` ids where
        given."""
        words = written(query)
        if not words or not self._words.any:
            yield Written()
            return
        holders = []
        for word in words:
            holders.append(self._words.photos_with(word))
            yield None
        photos, shares = _shares(holders, self._words.photos)
        contents, shares = self._words.contents_with(photos, shares)
        kept = slice(None) if among is None else np.isin(contents, among, assume_unique=True)
        yield Written(contents[kept], shares[kept])


def _shares(holders: Sequence[np.ndarray], photos: int) -> tuple[np.ndarray, np.ndarray]:
    """Of the photos that hold each word, int64[n], ascending, and of how many there are: int64[m] that hold enough of
    the words to be the likelier for it, and their shares float32[m]. A word counts by how rare it is (BM25's)."""
    rarity = np.array([np.log1p((photos - len(some) + 0.5) / (len(some) + 0.5)) for some in holders])
    size = 1 + max((int(some[-1]) for some in holders if len(some)), default=-1)
    shares, held = np.zeros(size), np.zeros(size, np.uint8)  # by photo: no sorting of what common words hold
    for some, rare in zip(holders, rarity, strict=True):
        shares[some] += rare / max(float(rarity.sum()), 1e-9)
        held[some] += 1
    shares[held == len(holders)] = 1.0
    told = np.flatnonzero(worth(shares) > 0)
    told = np.sort(told[np.argsort(-shares[told], kind="stable")[:MOST_TOLD]])
    return told, np.minimum(shares[told], 1.0).astype(np.float32)


def worth(shares: np.ndarray) -> np.ndarray:
    """Log odds float64[n] that shares float32[n] are worth. A few common words in common say nothing, and say nothing
    against a photo either."""
    return np.asarray(np.maximum(WORTH_NOTHING + WORTH * shares, 0.0) * (shares > 0))


def written(query: Query) -> list[str]:
    """The words that name something; none where clauses are to be put together."""
    if not query.simple or not query.sentence:
        return []
    words = [word for word in _WORD.findall(query.sentence.lower()) if word not in _ASIDE and len(word) > 1]
    return list(dict.fromkeys(words)) if len(words) <= MOST_WORDS else []


def joined(ranking: Ranking, contents: np.ndarray, search: Search) -> Ranking:
    """The ranking with the best of these contents that it lacks below it, by what the search says of them."""
    missing = np.setdiff1d(contents, ranking.ids, assume_unique=True)
    if not len(missing):
        return ranking
    others = search.beside(ranking, missing)
    others = others.only(np.arange(min(MOST_PHOTOS, len(missing))))
    likely, more = ranking.probabilities, others.probabilities
    return replace(
        ranking,
        ids=np.concatenate([ranking.ids, others.ids]),
        cosines=np.concatenate([ranking.cosines, others.cosines]),
        scores=np.concatenate([ranking.scores, others.scores]),
        reranked=np.concatenate([ranking.reranked, others.reranked]),
        probabilities=np.concatenate([likely, more]) if likely is not None and more is not None else None,
        floor=float(ranking.cosines.min(initial=1.0)),
    )


def likelier(ranking: Ranking, answer: Answer, written: Written, *, threshold: float) -> tuple[Ranking, Answer]:
    """With what people wrote in the probabilities, the likeliest first. What their words made at least as likely as the
    `threshold` matches."""
    likely = ranking.probabilities
    more_odds = worth(written.of(ranking.ids))
    if likely is None or not more_odds.any():
        return ranking, answer
    more = (likely / (likely + (1 - likely) * np.exp(-more_odds))).astype(np.float32)
    matching = (np.arange(len(more)) < answer.matched) | ((more_odds > 0) & (more >= threshold))
    order = np.lexsort((np.arange(len(more)), -more, ~matching))
    expected = _with(answer.expected, float((more - likely).sum()))
    told = replace(answer, matched=int(matching.sum()), best=float(more.max()), expected=expected)
    return replace(ranking, probabilities=more).only(order), told


def _with(expected: Expected | None, more: float) -> Expected | None:
    if expected is None:
        return None
    return replace(expected, count=expected.count + more, low=expected.low + more, high=expected.high + more)


def first(ranking: Ranking, answer: Answer, contents: np.ndarray) -> tuple[Ranking, Answer]:
    """These contents before all others, and matches whatever the model says of them: its probability of such a one
    would only puzzle, and becomes NaN."""
    known = np.isin(ranking.ids, contents)
    if not known.any():
        return ranking, answer
    matching = known | (np.arange(len(known)) < answer.matched)
    expected, likely = answer.expected, ranking.probabilities
    if expected is not None and likely is not None:
        expected = _with(expected, float((1 - likely[known]).sum()))
    order = np.argsort(~known, kind="stable")
    if likely is not None:
        ranking = replace(ranking, probabilities=np.where(known, np.float32(np.nan), likely))
    return ranking.only(order), replace(answer, matched=int(matching.sum()), expected=expected)
