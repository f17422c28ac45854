"""Which sentences a library surely answers: what is proposed to somebody who has not searched yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.calibration import Calibration
from engine.calibration_features import FIRST, plain_words
from engine.messages import SentencesToTry, SuggestSentences
from engine.presets import spoken_by
from engine.searcher import Ranking
from engine.sentence_bank import SENTENCES
from engine.served_model import ServedModel

SHOWN, FEWEST = 4, 3  # sentences; fewer say little of a library
LEAST_PHOTOS = 20
SEVERAL = 3  # photos that match, each as likely as PROMISING by its cosine and as SURE after a closer look
PROMISING, SURE = 0.25, 0.35
BEST = 8  # hits of a sentence that tell it from others
SHARED = 1  # of these, at most, with those of another
GROWN = 1.5  # so many times larger or smaller, the library is looked at anew
HEAD = 12  # hits that are looked at closely
LOOKED_AT = 24  # sentences of which some are
AT_ONCE = 2  # sentences that are read in one slice
_JOINING = "a across an and at between by for from in into its of on over the through to under with"
LITTLE = frozenset([*_JOINING.split(), "person", "somebody"])


@dataclass(frozen=True, slots=True)
class _Sure:
    """A sentence that is answered: its best hits, contents int64[n], and how many of them match."""

    sentence: str
    best: frozenset[int]
    matches: float

    @property
    def words(self) -> frozenset[str]:
        return frozenset(plain_words(self.sentence)) - LITTLE


class SentenceChooser:
    """`served` gives the model at work, `spoken` the languages of a model by its name. What was chosen is kept while
    model and library stay about the same."""

    def __init__(
        self,
        served: Callable[[], ServedModel],
        *,
        bank: Sequence[str] = SENTENCES,
        spoken: Callable[[str], tuple[str, ...]] = spoken_by,
    ) -> None:
        self._served = served
        self._spoken = spoken
        self._bank = bank
        self._chosen: tuple[str, ...] = ()
        self._state: tuple[Calibration | None, int] = (None, 0)  # what they were chosen by, of so many contents

    def run(self, request: SuggestSentences) -> Iterator[SentencesToTry | None]:
        """None between slices of work. Nothing is proposed where nothing is known of probabilities, where the model
        reads no English, and of a library of few photos."""
        served = self._served()
        calibration, size = served.searcher.calibration, len(served.index)
        if calibration is None or size < LEAST_PHOTOS or not self._reads_english(served):
            yield SentencesToTry(request.request, ())
            return
        if not self._known(calibration, size):
            sure: list[_Sure] = []
            for found in self._look(served):
                if found is None:
                    yield None
                else:
                    sure.append(found)
            self._chosen, self._state = different(sure), (calibration, size)
        yield SentencesToTry(request.request, self._chosen)

    def _reads_english(self, served: ServedModel) -> bool:
        """A model of which nothing is said reads it: a calibration comes of English captions."""
        spoken = self._spoken(served.loaded.name)
        return not spoken or "en" in spoken

    def _known(self, calibration: Calibration, size: int) -> bool:
        by, of = self._state
        return by is calibration and of / GROWN < size < of * GROWN

    def _look(self, served: ServedModel) -> Iterator[_Sure | None]:
        """Of the sentences that cosines speak for, those that are answered after a closer look."""
        searcher = served.searcher
        promising: list[tuple[float, str, Ranking]] = []
        for found in self._retrieve(served):
            if found is None:
                yield None
            else:
                promising.append(found)
        promising.sort(key=lambda each: -each[0])
        for matches, sentence, ranking in promising[:LOOKED_AT]:
            for better in searcher.rerank(sentence, ranking, head=HEAD):
                ranking = ranking if better is None else better
                yield None
            ranking, answer = searcher.answer(ranking)
            likely = ranking.probabilities
            if likely is None or answer.matched < SEVERAL or likely[SEVERAL - 1] < SURE:
                continue
            matches = min(matches, float(likely[:BEST].sum()))
            yield _Sure(sentence, frozenset(ranking.ids[:BEST].tolist()), matches)

    def _retrieve(self, served: ServedModel) -> Iterator[tuple[float, str, Ranking] | None]:
        """How many of the best hits match, sentence and hits, where several are likely to and all words are known."""
        model, searcher = served.loaded.bi_encoder, served.searcher
        bank = [sentence for sentence in self._bank if not model.unknown_words(sentence)]
        for start in range(0, len(bank), AT_ONCE):
            some = bank[start : start + AT_ONCE]
            for sentence, text in zip(some, model.encode_sentences(some), strict=True):
                ranking = searcher.retrieve(text, limit=FIRST, sentence=sentence)
                if ranking.probabilities is None:
                    continue
                likely = np.sort(ranking.probabilities)[::-1]
                if len(likely) >= SEVERAL and likely[SEVERAL - 1] >= PROMISING:
                    yield float(likely[:BEST].sum()), sentence, ranking
            yield None


def different(sure: Sequence[_Sure]) -> tuple[str, ...]:
    """The surest of which no two say the same word or find the same photos; none where there are too few."""
    chosen: list[_Sure] = []
    for each in sorted(sure, key=lambda each: -each.matches):
        if len(chosen) < SHOWN and not any(
            each.words & other.words or len(each.best & other.best) > SHARED for other in chosen
        ):
            chosen.append(each)
    return tuple(each.sentence for each in chosen) if len(chosen) >= FEWEST else ()
