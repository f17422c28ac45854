"""A without B: does the product of likelihoods find it better than the subtraction of one vector from another?

The questions are made from captions: photos of which some caption names A and none names B, where many that show A show
B too. Two other ways answer the same questions: the embedding of A less a share of that of B (the share that is best on
other photos), and the sentence "A without B" as it stands.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from engine.captions.pairs import CaptionedPhotos
from engine.catalog import Catalog
from engine.clauses import search_for
from engine.evaluation.concepts import PEOPLE, SCENES, SMALL, Named
from engine.evaluation.intervals import draws, interval
from engine.evaluation.pool import EncodedPool, read_pool
from engine.evaluation.scorer import Measures, Scorer
from engine.model_store import LoadedModel
from engine.query import And, Clause, Not, Text
from engine.searcher import Searcher
from engine.token_store import TokenStore
from engine.vector_index import VectorIndex

Progress = Callable[[str, int, int], None]
BEST = 10  # precision at this rank
FEWEST = 10  # photos of A with B, and of A without B
TOGETHER = 0.2  # share of the photos of A that show B too: otherwise there is nothing to leave out
SHARES = tuple(round(0.1 * step, 1) for step in range(16))
RESAMPLES = 1000
WORN = ("shirt", "sunglasses", "dress")
# Of these, captions call the same thing now by one name and now by another: one "without" the other says little.
_ONE_THING = (
    "people crowd child",
    "water pool lake ocean wave beach sand boat",
    "grass hill mountain rock tree",
    "street building car city",
    "soccer football basketball ball",
    "shirt jacket dress",
)


@dataclass(frozen=True, slots=True)
class Question:
    """wanted: bool[n], of the photos that are right."""

    shown: str
    denied: str
    wanted: np.ndarray


def questions_of(pairs: CaptionedPhotos) -> list[Question]:
    """All that the captions allow, in a fixed order."""
    named = Named(pairs)
    concepts = {each.phrases[0]: each.words for each in (*SCENES, *SMALL)} | {word: frozenset({word}) for word in WORN}
    concepts |= {"people": PEOPLE | {"person"}, "child": frozenset({"child", "kid", "boy", "girl", "toddler"})}
    photos = {name: named.by(words) > 0 for name, words in concepts.items()}
    found = []
    for shown, denied in permutations(sorted(photos), 2):
        both, alone = photos[shown] & photos[denied], photos[shown] & ~photos[denied]
        often = both.sum() >= max(FEWEST, TOGETHER * photos[shown].sum())
        if often and alone.sum() >= FEWEST and not one_thing(shown, denied):
            found.append(Question(shown, denied, alone))
    return found


def one_thing(one: str, other: str) -> bool:
    """Whether captions call the same thing now by one name and now by the other."""
    return any({one, other} <= set(names.split()) for names in _ONE_THING)


def measure(
    model: LoadedModel,
    pairs: CaptionedPhotos,
    *,
    dev: CaptionedPhotos,
    measures: Measures | None = None,
    progress: Progress = lambda what, done, total: None,
) -> dict[str, Any]:
    """Precision@10 in percent: {"questions", "chance", "shown_only", "ours", "ours_without_rerank", "subtraction",
    "share", "sentence", "gain", "low", "high", "gain_over_sentence", "by_question"}.

    `gain`: ours less the subtraction, with the ends of its 95 % interval, over questions. `dev` chooses the share that
    is subtracted. Raises TrainingDataError where captions name too little to ask for.
    """
    measures = measures or Measures()
    trial = _Trial(model, dev, measures, progress)
    with trial.searcher() as searcher:
        by_share = {share: float(trial.precision(trial.subtracted(searcher, share)).mean()) for share in SHARES}
    share = max(by_share, key=lambda each: by_share[each])
    trial = _Trial(model, pairs, measures, progress)
    with trial.searcher() as searcher:
        answers = {
            "shown_only": trial.subtracted(searcher, 0.0),
            "subtraction": trial.subtracted(searcher, share),
            "ours": trial.by_clauses(searcher, _clauses, rerank=True),
            "ours_without_rerank": trial.by_clauses(searcher, _clauses, rerank=False),
            "sentence": trial.by_clauses(searcher, _sentence, rerank=True),
        }
    found = {name: trial.precision(rows) for name, rows in answers.items()}
    return _report(trial.questions, found) | {"share": share}


def _clauses(question: Question) -> Clause:
    return And((Text(question.shown), Not(Text(question.denied))))


def _sentence(question: Question) -> Clause:
    return Text(f"{question.shown} without {question.denied}")


class _Trial:
    """The questions of some captioned photos, and those photos made searchable. Answers are rows int64[BEST]."""

    def __init__(self, model: LoadedModel, pairs: CaptionedPhotos, measures: Measures, progress: Progress) -> None:
        self.questions = questions_of(pairs)
        self._model = model
        self._progress = progress
        pool = read_pool(pairs, named=len(pairs.photos), notice=measures.notice)
        self._encoded = Scorer(model, pool, measures, progress).encoded()

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        """Content ids are rows plus one."""
        with (
            tempfile.TemporaryDirectory(prefix="afterimage-") as folder,
            searchable(self._model, self._encoded, folder) as made,
        ):
            yield made

    def subtracted(self, searcher: Searcher, share: float) -> list[np.ndarray]:
        answers = []
        for each in self.questions:
            direction = searcher.embed(each.shown) - share * searcher.embed(each.denied)
            ids = searcher.retrieve(direction / max(float(np.linalg.norm(direction)), 1e-6), limit=BEST).ids
            answers.append(ids - 1)
        return answers

    def by_clauses(self, searcher: Searcher, clause: Callable[[Question], Clause], *, rerank: bool) -> list[np.ndarray]:
        answers = []
        for done, each in enumerate(self.questions, 1):
            search = search_for(searcher, clause(each))
            ranking = search.retrieve(len(each.wanted))
            for better in search.rerank(ranking) if rerank else ():
                ranking = better or ranking
            answers.append(ranking.ids[:BEST] - 1)
            self._progress("questions", done, len(self.questions))
        return answers

    def precision(self, answers: Sequence[np.ndarray]) -> np.ndarray:
        """float[questions], in percent."""
        right = [question.wanted[rows].mean() for question, rows in zip(self.questions, answers, strict=True)]
        return 100 * np.array(right)


@contextmanager
def searchable(model: LoadedModel, encoded: EncodedPool, folder: str) -> Iterator[Searcher]:
    """Photos by their rows plus one, in an index below the folder."""
    ids = np.arange(1, len(encoded.embeddings) + 1)
    index = VectorIndex(os.fsencode(os.path.join(folder, "index")), encoded.embeddings.shape[1])
    index.add(ids, encoded.embeddings)
    tokens = None
    if model.token_shape is not None:
        tokens = TokenStore(os.fsencode(os.path.join(folder, "tokens")), *model.token_shape, model.token_version)
        tokens.put(ids, encoded.tokens.values, encoded.tokens.scales)
    catalog = Catalog(os.fsencode(os.path.join(folder, "catalog.db")))
    try:
        yield Searcher(
            catalog,
            model.bi_encoder,
            cross_encoder=model.cross_encoder,
            index=index,
            tokens=tokens,
            calibration=model.calibration,
        )
    finally:
        catalog.close()
        if tokens is not None:
            tokens.close()


def _report(questions: Sequence[Question], found: dict[str, np.ndarray]) -> dict[str, Any]:
    gains = found["ours"] - found["subtraction"]
    ends = interval(float(gains.mean()), draws(len(gains), RESAMPLES) @ gains / len(gains), digits=1)
    return {
        "questions": len(questions),
        "chance": round(100 * float(np.mean([each.wanted.mean() for each in questions])), 1),
        **{name: round(float(rows.mean()), 1) for name, rows in found.items()},
        "gain": ends["difference"],
        "low": ends["low"],
        "high": ends["high"],
        "gain_over_sentence": round(float((found["ours"] - found["sentence"]).mean()), 1),
        "by_question": {
            f"{each.shown} without {each.denied}": {name: float(rows[row]) for name, rows in found.items()}
            for row, each in enumerate(questions)
        },
    }
