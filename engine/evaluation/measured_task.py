"""Everything that is measured on one pool of photos and sentences: asked for at once, scored at once, then counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.evaluation import agreement, cascade, figures, intervals, query_bank
from engine.evaluation.scorer import Measures, Scorer
from engine.model_store import LoadedModel


@dataclass(frozen=True, slots=True)
class Task:
    """Which sentences (rows int64[s], of which photo) and heads are measured; heads[0] is the main one.

    judged: grades by the name of their file; bank: sentences that normalise cosines.
    """

    scorer: Scorer
    measures: Measures
    rows: np.ndarray
    owner: np.ndarray
    heads: tuple[int, ...]
    exhaustive: bool
    judged: dict[str, agreement.Judgments]
    bank: list[str]

    def report(self) -> dict[str, Any]:
        """Asks for all pairs that any measure needs, scores them at once, then counts."""
        changed = self._normalised() if self.bank else {}
        if self.scorer.reranks:
            self.scorer.need(self._needed(changed))
        view, resamples = self.view(), self.measures.resamples
        drawn = intervals.draws(view.captioned, resamples) if resamples else None
        found = self._searched(view) | self._rows(view)
        if self.measures.fold_size is not None:
            found["folds"] = self._folds(view, self.measures.fold_size)
        if self.scorer.reranks:
            found |= self._reranked(view, drawn)
        if self.bank:
            found["qb_norm"] = {"bank": len(self.bank), "at": self._by_heat(view, changed, drawn)}
        if self.measures.dear is not None:
            found["cascade"] = self._cascade(view, self.measures.dear)
        if self.judged:
            found["agreement"] = {name: self._agreement(facts, drawn) for name, facts in self.judged.items()}
        return found

    def view(self) -> figures.View:
        matrix, captioned = self.scorer.matrix, len(self.scorer.pool.pairs.photos)
        if len(self.rows) == len(matrix.cosines):
            return figures.View(matrix.cosines, matrix.alone, self.owner, captioned)
        return figures.View(matrix.cosines[self.rows], matrix.alone[self.rows], self.owner, captioned)

    def _needed(self, changed: dict[float, query_bank.Normalised]) -> np.ndarray:
        view, fold_size = self.view(), self.measures.fold_size
        needed = np.zeros(self.scorer.matrix.cosines.shape, bool)
        needed[self.rows] = self.exhaustive or figures.needed_pairs(view, max(self.heads))
        if fold_size is not None:
            needed[self.rows] |= figures.needed_for_folds(view, fold_size, self.heads[0])
        for moved in changed.values():
            needed[self.rows] |= figures.needed_photos(moved.cosines, self.heads[0])
        for facts in self.judged.values():
            needed[facts.sentences, facts.photos] = True
        return needed

    def _searched(self, view: figures.View) -> dict[str, Any]:
        """What was searched, by how many sentences, and in which number format photos were computed."""
        pool, precision = self.scorer.pool, self.scorer.model.bi_encoder.precision
        found: dict[str, Any] = {"photos": view.captioned, "sentences": len(self.rows), "k": self.heads[0]}
        found["precision"] = precision
        if pool.distractors:
            found["distractors"] = view.cosines.shape[1] - view.captioned
        if pool.uncaptioned:
            found["uncaptioned"] = pool.uncaptioned
        if pool.aspect:
            found["aspect"] = "{}:{}".format(*pool.aspect)
        return found

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

    def _reranked(self, view: figures.View, drawn: np.ndarray | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.exhaustive:
            found["ce_alone"] = figures.figures(figures.ranks_of_all(view, figures.without_cosine))
            found["scored"] = {"pairs": self.scorer.scored, "pairs_per_s": self._speed()}
        if len(self.heads) > 1:
            found["coop_at"] = {
                str(head): figures.figures(figures.ranks(view, self._own, head=head)) for head in sorted(self.heads)
            }
        if self.measures.lambdas:
            found["lambda"] = {
                f"{share:g}": figures.figures(figures.ranks(view, figures.mixed(share), head=self.heads[0]))
                for share in self.measures.lambdas
            }
        if drawn is not None:
            found["intervals"] = self._intervals(view, drawn)
        return found

    def _intervals(self, view: figures.View, drawn: np.ndarray) -> dict[str, Any]:
        retrieved = figures.ranks(view)
        found: dict[str, Any] = {"resamples": len(drawn), "level": intervals.LEVEL}
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

    def _normalised(self) -> dict[float, query_bank.Normalised]:
        bank, photos = self.scorer.encode_sentences(self.bank), self.scorer.embeddings()
        cosines = self.view().cosines
        return {
            heat: query_bank.normalised(cosines, query_bank.hubs(bank, photos, heat=heat))
            for heat in self.measures.heats
        }

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
