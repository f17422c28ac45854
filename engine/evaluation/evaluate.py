"""How well a model finds captioned photos: bi-encoder alone, retrieve-then-rerank, and reranking everything."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.captions.caption_files import read_captioned, split_names
from engine.captions.pairs import CaptionedPhotos
from engine.errors import TrainingDataError
from engine.evaluation import agreement, query_bank
from engine.evaluation.measured_task import Task
from engine.evaluation.pool import read_pool
from engine.evaluation.scorer import Measures, Scorer
from engine.model_store import LoadedModel

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
    """Recalls in percent: {"photos", "sentences", "seconds", "k", "precision", "be", "coop", "ce"?}, the last three
    each {"ir": ..., "tr": ...}.

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
    found = Task(scorer, measures, rows, owner[rows], (k, *measures.heads), exhaustive, judged, bank).report()
    found["seconds"] = round(time.monotonic() - started, 1)
    return found


def _check_folds(size: int | None, pairs: CaptionedPhotos, path: bytes) -> None:
    if size is not None and size > len(pairs.photos):
        problem = f"{len(pairs.photos):,} photos do not fill a fold of {size:,}"
        raise TrainingDataError(problem, path=path, remedy="make the folds smaller")
