"""What may look closely at the head of a ranking: our own head over stored tokens, or a ready cross-encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.config import RERANK_HEAD
from engine.token_store import TokenStore

if TYPE_CHECKING:
    from engine.cross_encoder import CrossEncoder, PreparedSentence

SLICE = 16  # candidates scored between two looks at the pipe


class Comparison(Protocol):
    """One sentence and the head of one ranking. `places` int64[m]: which rows of the head can be compared, in rank
    order; `costs_ms` float[m]: what each is expected to take, 0 where that is not counted; `at_once`: how many rows are
    scored between two looks at the pipe."""

    @property
    def places(self) -> np.ndarray: ...
    @property
    def costs_ms(self) -> np.ndarray: ...
    @property
    def at_once(self) -> int: ...

    def score(self, places: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """int64[n], float32[n] -> float32[n]; nan for a photo that cannot be seen after all, which keeps its rank."""
        ...


class SecondStage(Protocol):
    """Scores photos in sight of a sentence; higher is better."""

    def compare(self, sentence: str, content_ids: np.ndarray) -> Comparison:
        """`content_ids` int64[n] in rank order."""
        ...


def fitted(costs_ms: np.ndarray, budget_ms: float) -> int:
    """How many candidates from the top fit into the budget. One of several cannot change places: then none."""
    count = int(np.searchsorted(np.cumsum(costs_ms), budget_ms, side="right"))
    return 0 if count == 1 < len(costs_ms) else count


def fits(cost_ms: float, budget_ms: float) -> int:
    """How many candidates of a whole head fit that cost the same."""
    return fitted(np.full(RERANK_HEAD, cost_ms), budget_ms)


class TokenStage:
    """A model's own head, over the tokens that were stored when the photos were indexed. Fast: it is not fitted."""

    def __init__(self, cross_encoder: CrossEncoder, tokens: TokenStore) -> None:
        self._cross_encoder = cross_encoder
        self._tokens = tokens

    def compare(self, sentence: str, content_ids: np.ndarray) -> Comparison:
        return _TokenComparison(self._cross_encoder, sentence, *self._tokens.get(content_ids))


class _TokenComparison:
    def __init__(
        self, cross_encoder: CrossEncoder, sentence: str, values: np.ndarray, scales: np.ndarray, present: np.ndarray
    ) -> None:
        self.places = np.flatnonzero(present)
        self.costs_ms = np.zeros(len(self.places))
        self.at_once = min(cross_encoder.at_once, RERANK_HEAD)
        self._cross_encoder = cross_encoder
        self._sentence = sentence
        self._values, self._scales = values, scales
        self._prepared: PreparedSentence | None = None

    def score(self, places: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        if self._prepared is None:
            self._prepared = self._cross_encoder.prepare(self._sentence)
        return self._cross_encoder.score(self._prepared, self._values[places], self._scales[places], cosines)
