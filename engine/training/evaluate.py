"""How well a model finds captioned photos: bi-encoder alone, retrieve-then-rerank, and reranking everything."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.bi_encoder import BiEncoder, Tokens
from engine.cross_encoder import CrossEncoder
from engine.decoder import load_pixels
from engine.model_store import LoadedModel
from engine.training.pairs import CaptionedPhotos, read_pairs
from engine.training.ranking import both_directions, pairs_to_score

Progress = Callable[[str, int, int], None]
BATCH = 32


def evaluate(
    loaded_model: LoadedModel,
    photos_dir: bytes,
    captions_tsv: bytes,
    *,
    split: bytes | None = None,
    k: int = 20,
    exhaustive: bool = False,
    all_sentences: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Recalls in percent: {"photos", "sentences", "seconds", "k", "be", "coop", "ce"?}, each {"ir": ..., "tr": ...}.

    `exhaustive` adds "ce", which scores every pair; it then takes the first sentence of each photo only, for "be" and
    "coop" too, unless `all_sentences`. "coop" is None for a model without a head. `progress` hears (what, done, all).
    Raises TrainingDataError, PhotoUnreadable.
    """
    started = time.monotonic()
    pairs = read_pairs(photos_dir, captions_tsv, split=split)
    if exhaustive and not all_sentences:
        pairs = CaptionedPhotos(pairs.folder, pairs.photos, tuple(texts[:1] for texts in pairs.captions))
    progress = progress or (lambda what, done, total: None)
    embeddings, tokens = encode_photos(loaded_model.bi_encoder, pairs, progress)
    sentences, owner = pairs.sentences(), np.array(pairs.rows())
    cosines = loaded_model.bi_encoder.encode_sentences(sentences) @ embeddings.T
    found: dict[str, Any] = {"photos": len(pairs.photos), "sentences": len(sentences), "k": k}
    found["be"] = both_directions(cosines, owner)
    found["coop"] = None
    if loaded_model.cross_encoder is not None:
        needed = np.ones(cosines.shape, bool) if exhaustive else pairs_to_score(cosines, k)
        scores = score_pairs(loaded_model.cross_encoder, sentences, tokens, (cosines, needed), progress)
        found["coop"] = both_directions(cosines, owner, scores, head=k)
        if exhaustive:
            found["ce"] = both_directions(scores, owner)
    found["seconds"] = round(time.monotonic() - started, 1)
    return found


def encode_photos(bi_encoder: BiEncoder, pairs: CaptionedPhotos, progress: Progress) -> tuple[np.ndarray, Tokens]:
    """Each photo decoded and encoded once: float32[n, d] and the tokens."""
    side = bi_encoder.model_input.size
    embeddings, values, scales = [], [], []
    for start in range(0, len(pairs.photos), BATCH):
        rows = range(start, min(start + BATCH, len(pairs.photos)))
        pixels = [np.frombuffer(load_pixels(pairs.path(row), bi_encoder.model_input), np.uint8) for row in rows]
        embedding, tokens = bi_encoder.encode_images(np.stack(pixels).reshape(-1, side, side, 3))
        embeddings.append(embedding)
        values.append(tokens.values)
        scales.append(tokens.scales)
        progress("photos", rows.stop, len(pairs.photos))
    return np.concatenate(embeddings), Tokens(np.concatenate(values), np.concatenate(scales))


def score_pairs(
    cross_encoder: CrossEncoder,
    sentences: list[str],
    tokens: Tokens,
    pairs: tuple[np.ndarray, np.ndarray],
    progress: Progress,
) -> np.ndarray:
    """pairs: cosines float32[s, n] and which are needed bool[s, n] -> scores float32[s, n], -inf where not needed."""
    cosines, needed = pairs
    scores = np.full(cosines.shape, -np.inf, np.float32)
    for row, sentence in enumerate(sentences):
        photos = np.flatnonzero(needed[row])
        state = cross_encoder.prepare(sentence)
        for some in np.array_split(photos, max(1, -(-len(photos) // 128))):
            scores[row, some] = cross_encoder.score(
                state, tokens.values[some], tokens.scales[some], cosines[row, some]
            )
        if row % 50 == 49 or row + 1 == len(sentences):
            progress("sentences", row + 1, len(sentences))
    return scores
