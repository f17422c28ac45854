"""How well a model finds captioned photos: bi-encoder alone, retrieve-then-rerank, and reranking everything."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import TrainingDataError
from engine.model_store import LoadedModel
from engine.training import agreement, cascade, figures, intervals, query_bank
from engine.training.caption_files import read_captioned, split_names
from engine.training.pairs import CaptionedPhotos
from engine.training.pool import read_pool
from engine.training.scorer import Measures, Scorer

Progress = Callable[[str, int, int], None]


def evaluate(
    loaded_model: LoadedModel,
    photos_dir: bytes,
    captions: bytes,
    *,
    split: bytes | None = None,
    k: int = 20,
    exhaustive: bool = False,
    all_sentences: bool = False,
    progress: Progress | None = None,
    measures: Measures | None = None,
) -> dict[str, Any]:
    """Recalls in percent: {"photos", "sentences", "seconds", "k", "be", "coop", "ce"?}, each {"ir": ..., "tr": ...}.

    `exhaustive` adds "ce", which scores every pair; it then takes the first sentence of each photo only, for "be" and
    "coop" too, unless `all_sentences`. "coop" is None for a model without a head. `progress` hears (what, done, all).
    Each of `measures` adds a key: "coop_at" (by k), "lambda", "folds", "distractors", "aspect", "intervals",
    "agreement", "qb_norm", "cascade". Captions may be of a part of the split: translations seldom cover all of it.
    Raises TrainingDataError, PhotoUnreadable, FolderUnreachable; AfterimageError where scipy is asked for and missing.
    """
    started = time.monotonic()
    measures = measures or Measures()
    if measures.judgments:
        agreement.require_scipy()
    pairs = read_captioned(captions, photos=photos_dir, split=split, partial=True)
    judged = {agreement.name_of(path): agreement.read_judgments(path, pairs) for path in measures.judgments}
    bank = query_bank.read_bank(measures.bank, pairs, split=measures.bank_split) if measures.bank else []
    _check_folds(measures.fold_size, pairs, captions)
    named = len(pairs.photos) if split is None else len(split_names(captions, photos=photos_dir, split=split))
    others, aspect = measures.distractors, measures.aspect
    pool = read_pool(pairs, named=named, distractors=others, aspect=aspect, notice=measures.notice)
    scorer = Scorer(loaded_model, pool, measures, progress or (lambda what, done, total: None))
    owner = np.array(pairs.rows())
    rows = np.arange(len(owner))
    if exhaustive and not all_sentences:
        rows = np.unique(owner, return_index=True)[1]
    found = _Task(scorer, rows, owner[rows], (k, *measures.heads), exhaustive).report(measures, judged, bank)
    found["seconds"] = round(time.monotonic() - started, 1)
    return found


@dataclass(frozen=True, slots=True)
class _Task:
    """Which sentences (rows int64[s], of which photo) and heads are measured; heads[0] is the main one."""

    scorer: Scorer
    rows: np.ndarray
    owner: np.ndarray
    heads: tuple[int, ...]
    exhaustive: bool

    def report(self, measures: Measures, judged: dict[str, agreement.Judgments], bank: list[str]) -> dict[str, Any]:
        """Asks for all pairs that any measure needs, scores them at once, then counts."""
        pool = self.scorer.pool
        captioned = len(pool.pairs.photos)
        changed = self._normalised(bank, measures.heats) if bank else {}
        if self.scorer.reranks:
            self.scorer.need(self._needed(measures.fold_size, judged, changed))
        view = self.view()
        found: dict[str, Any] = {"photos": captioned, "sentences": len(self.rows), "k": self.heads[0]}
        found |= self._rows(view)
        if pool.distractors:
            found["distractors"] = view.cosines.shape[1] - captioned
        if pool.uncaptioned:
            found["uncaptioned"] = pool.uncaptioned
        if pool.aspect:
            found["aspect"] = "{}:{}".format(*pool.aspect)
        if self.exhaustive and self.scorer.reranks:
            found["ce_alone"] = figures.figures(figures.ranks_of_all(view, figures.without_cosine))
            found["scored"] = {"pairs": self.scorer.scored, "pairs_per_s": self._speed()}
        if measures.fold_size is not None:
            found["folds"] = self._folds(view, measures.fold_size)
        if self.scorer.reranks:
            found |= self._reranked(view, measures)
        drawn = intervals.draws(captioned, measures.resamples) if measures.resamples else None
        if bank:
            found["qb_norm"] = {"bank": len(bank), "at": self._by_heat(view, changed, drawn)}
        if measures.dear is not None:
            found["cascade"] = self._cascade(view, measures.dear)
        if judged:
            found["agreement"] = {name: self._agreement(facts, drawn) for name, facts in judged.items()}
        return found

    def view(self) -> figures.View:
        matrix, captioned = self.scorer.matrix, len(self.scorer.pool.pairs.photos)
        if len(self.rows) == len(matrix.cosines):
            return figures.View(matrix.cosines, matrix.alone, self.owner, captioned)
        return figures.View(matrix.cosines[self.rows], matrix.alone[self.rows], self.owner, captioned)

    def _needed(
        self,
        fold_size: int | None,
        judged: dict[str, agreement.Judgments],
        changed: dict[float, query_bank.Normalised],
    ) -> np.ndarray:
        view = self.view()
        needed = np.zeros(self.scorer.matrix.cosines.shape, bool)
        needed[self.rows] = self.exhaustive or figures.needed_pairs(view, max(self.heads))
        if fold_size is not None:
            needed[self.rows] |= figures.needed_for_folds(view, fold_size, self.heads[0])
        for moved in changed.values():
            needed[self.rows] |= figures.needed_photos(moved.cosines, self.heads[0])
        for facts in judged.values():
            needed[facts.sentences, facts.photos] = True
        return needed

    def _rows(self, view: figures.View) -> dict[str, Any]:
        """be, coop and, where every pair was scored, ce."""
        rows: dict[str, Any] = {"be": figures.figures(figures.ranks(view)), "coop": None}
        if self.scorer.reranks:
            rows["coop"] = figures.figures(figures.ranks(view, self._own, head=self.heads[0]))
            if self.exhaustive:
                rows["ce"] = figures.figures(figures.ranks_of_all(view, self._own))
        return rows

    def _own(self, cosines: np.ndarray, alone: np.ndarray) -> np.ndarray:
        return figures.summed(self.scorer.matrix.cosine_scale)(cosines, alone)

    def _folds(self, view: figures.View, size: int) -> dict[str, Any]:
        parts = [self._rows(part) for part in figures.folds_of(view, size)]
        names = [name for name in parts[0] if parts[0][name] is not None]
        means = {name: figures.mean_of([part[name] for part in parts]) for name in names}
        return {"size": size, "count": len(parts), "left_over": view.captioned - size * len(parts), **means}

    def _reranked(self, view: figures.View, measures: Measures) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if len(self.heads) > 1:
            found["coop_at"] = {
                str(head): figures.figures(figures.ranks(view, self._own, head=head)) for head in sorted(self.heads)
            }
        if measures.lambdas:
            found["lambda"] = {
                f"{share:g}": figures.figures(figures.ranks(view, figures.mixed(share), head=self.heads[0]))
                for share in measures.lambdas
            }
        if measures.resamples:
            found["intervals"] = self._intervals(view, measures.resamples)
        return found

    def _intervals(self, view: figures.View, resamples: int) -> dict[str, Any]:
        drawn = intervals.draws(view.captioned, resamples)
        retrieved = figures.ranks(view)
        found: dict[str, Any] = {"resamples": resamples, "level": intervals.LEVEL}
        for head in sorted(set(self.heads)):
            name = "coop_minus_be" if head == self.heads[0] else f"coop_{head}_minus_be"
            ranks = figures.ranks(view, self._own, head=head)
            found[name] = intervals.differences(ranks, retrieved, self.owner, drawn=drawn)
        if self.exhaustive:
            ours = figures.ranks(view, self._own, head=self.heads[0])
            for name, rule in {"ce": self._own, "ce_alone": figures.without_cosine}.items():
                theirs = figures.ranks_of_all(view, rule)
                found[f"coop_minus_{name}"] = intervals.differences(ours, theirs, self.owner, drawn=drawn)
        return found

    def _normalised(self, bank: list[str], heats: tuple[float, ...]) -> dict[float, query_bank.Normalised]:
        encoded, photos, cosines = self.scorer.encode_sentences(bank), self.scorer.embeddings(), self.view().cosines
        return {heat: query_bank.normalised(cosines, query_bank.hubs(encoded, photos, heat=heat)) for heat in heats}

    def _by_heat(
        self, view: figures.View, changed: dict[float, query_bank.Normalised], drawn: np.ndarray | None
    ) -> dict[str, Any]:
        own = self._own if self.scorer.reranks else None
        return {
            f"{heat:g}": query_bank.report(view, moved, own, head=self.heads[0], drawn=drawn)
            for heat, moved in changed.items()
        }

    def _cascade(self, view: figures.View, dear: LoadedModel) -> dict[str, Any]:
        sentences = dear.bi_encoder.encode_sentences([self.scorer.sentences[row] for row in self.rows])
        found = cascade.reorder(
            view, sentences, lambda columns: self.scorer.encode_dear(dear, columns), heads=self.heads
        )
        two = {"cheap": self.scorer.model, "dear": dear}
        seconds = {name: cascade.seconds_per_photo(model.bi_encoder) for name, model in two.items()}
        for row in found.values():
            row["lifetime"] = cascade.lifetime(seconds["cheap"], seconds["dear"], row["encoded"])
        return {"dear": dear.name, "seconds_per_photo": seconds, "at": found}

    def _agreement(self, facts: agreement.Judgments, drawn: np.ndarray | None) -> dict[str, Any]:
        matrix = self.scorer.matrix
        cosines = matrix.cosines[facts.sentences, facts.photos]
        values = {"be": cosines}
        if self.scorer.reranks:
            alone = matrix.alone[facts.sentences, facts.photos]
            values |= {"coop": self._own(cosines, alone), "ce_alone": alone}
        return agreement.agreement(facts, values, drawn=drawn)

    def _speed(self) -> float | None:
        """None where everything came from the cache."""
        return round(self.scorer.scored / self.scorer.seconds, 1) if self.scorer.scored else None


def _check_folds(size: int | None, pairs: CaptionedPhotos, path: bytes) -> None:
    if size is not None and size > len(pairs.photos):
        problem = f"{len(pairs.photos):,} photos do not fill a fold of {size:,}"
        raise TrainingDataError(problem, path=path, remedy="make the folds smaller")
