"""`afterimage train --adapter`: from examples to a head that is kept, or to the word that none is better."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch

from engine import calibration
from engine.errors import UsageError
from engine.heads import HeadFacts, HeadStore, token_version_of
from engine.model_store import LoadedModel
from engine.training.adapter import AdapterRecipe, Bench, Head, fit, tasks_of
from engine.training.adapter_examples import Example, Examples, SeenPhotos, folds
from engine.training.adapter_judge import DEPTH, Judgement, judged, ranks
from engine.training.own_head import Home

FOLDS = 5
ENOUGH = 400  # examples of which a fifth is enough to judge by
LINE_SENTENCES = 100

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Fitted:
    """`head` learned from all examples, or where there are enough from those that did not judge it."""

    head: Head
    bench: Bench
    judgement: Judgement
    seconds: float


def fit_adapter(
    loaded: LoadedModel,
    examples: Examples,
    seen: SeenPhotos,
    *,
    recipe: AdapterRecipe | None = None,
    progress: Progress,
) -> Fitted:
    """Held out by photo, in turns: each example is judged by a head that learned from other photos. Raises UsageError
    for a model whose head cannot be fitted."""
    recipe, started = recipe or AdapterRecipe(), time.monotonic()
    model = loaded.bi_encoder.network
    if loaded.cross_encoder is None or not model.head_config.alignment:
        remedy = f"train one first: afterimage train --head {loaded.name} --captions FILE"
        raise UsageError(f"The model {loaded.name} has no head that can be fitted", remedy=remedy)
    sentences = sorted({each.sentence for each in examples.each})
    bench = Bench.of(model, loaded.bi_encoder.tokenizer, sentences, seen)
    part = folds(examples, FOLDS, seed=recipe.seed)
    turns = FOLDS if len(examples.each) < ENOUGH else 1
    held: list[Example] = []
    before, after = [], []
    for turn in range(turns):
        head = _fit(bench, examples, part != turn, recipe)
        some = [each for each in examples.each if part[each.photo] == turn]
        held += some
        before.append(ranks(bench, None, some, examples.each))
        after.append(ranks(bench, head, some, examples.each))
        progress("fits", turn + 1, turns + (turns > 1))
    if turns > 1:
        head = _fit(bench, examples, np.ones(len(part), bool), recipe)
        progress("fits", turns + 1, turns + 1)
    judgement = judged(held, np.concatenate(before), np.concatenate(after), seed=recipe.seed)
    return Fitted(head, bench, judgement, time.monotonic() - started)


def _fit(bench: Bench, examples: Examples, learned: np.ndarray, recipe: AdapterRecipe) -> Head:
    """From the examples of these photos, bool[judged]."""
    torch.manual_seed(recipe.seed)
    some = [each for each in examples.each if learned[each.photo]]
    unjudged = np.arange(examples.judged, len(examples.paths))
    photos = np.concatenate([np.flatnonzero(learned), unjudged])
    return fit(bench, tasks_of(some, bench.sentences), photos, unjudged, recipe)


def keep_adapter(loaded: LoadedModel, fitted: Fitted, home: Home, *, base: str) -> HeadFacts:
    """Keeps the head beside what the model learned, and what its scores mean with it."""
    weights = fitted.head.weights()
    story = {"made_by": "train --adapter", "judgement": asdict(fitted.judgement)}
    facts = HeadFacts(
        key="",
        model_id=loaded.model_id,
        config=asdict(fitted.bench.model.head_config),
        token_version=token_version_of(weights),
        base=base,
        base_token_version=loaded.token_version,
        made_at=time.strftime("%Y-%m-%dT%H:%M:%S"),
        story=story,
    )
    kept = HeadStore(home.learned).keep(facts, weights)
    _carry_calibration(loaded, fitted, home, key=kept.key)
    return kept


def _carry_calibration(loaded: LoadedModel, fitted: Fitted, home: Home, *, key: str) -> None:
    """Scores of the fitted head are put on the scale of the one before by a straight line, over the heads of rankings
    of some sentences: what was calibrated for that one holds for this one too, as far as they agree."""
    folder = os.fsencode(home.learned / loaded.model_id)
    own = os.path.join(folder, calibration.own_file(loaded.head))
    known = calibration.read(own, model_id=loaded.model_id, head=loaded.head) or loaded.calibration
    if known is None:
        return
    slope, offset = _line(fitted)
    reranked = known.reranked.rescaled(offset, slope) if known.reranked is not None else None
    facts = {**known.facts, "carried_from": loaded.head}
    os.makedirs(folder, mode=0o700, exist_ok=True)
    calibration.write(
        os.path.join(folder, calibration.own_file(key)), replace(known, head=key, reranked=reranked, facts=facts)
    )


@torch.no_grad()
def _line(fitted: Fitted) -> tuple[float, float]:
    """(slope, offset) with which scores of the fitted head come nearest to those of the head before."""
    bench = fitted.bench
    old, new = [], []
    for sentence in range(min(len(bench.sentences), LINE_SENTENCES)):
        first = np.argsort(-bench.cosines[sentence], kind="stable")[:DEPTH]
        old.append(bench.before(sentence, first))
        new.append(bench.score(fitted.head, sentence, first).float().cpu().numpy())
    slope, offset = np.polyfit(np.concatenate(new), np.concatenate(old), 1)
    return float(slope), float(offset)
