"""Which tags a photo may deserve, each with a probability: the library's own, and common words.

A tag that a person gave to enough photos is known by them: a logistic regression over the cosine with the direction of
its name and its examples together, each example judged without itself. All others are known by their name alone, as
the model's calibration reads a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.calibration import SAMPLE, Calibration
from engine.calibration_features import FIRST, View
from engine.catalog import Catalog
from engine.messages import SuggestTags, TagSuggestions
from engine.served_model import ServedModel
from engine.tag_vocabulary import WORDS

# Log odds that a photo's captions name a word: fitted to 400 dev photos of Flickr8k with the starter.
OF_NAMES = (5.61, 1.93, -1.11)
SHOWN = 8  # tags
LEAST = 0.3  # probability
ENOUGH = 8  # examples of a tag
MOST_EXAMPLES = 500
MOST_TAGS = 400  # of the library, those with the most photos
AT_ONCE = 16  # names that are read in one slice
STALE = 0.1  # so much larger or smaller, the library is looked at anew
SAME = 0.9995  # cosine of two readings of one embedding, which is kept in 16 bits
RIDGE = 1e-3
STEPS = 30


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one tag: a direction float32[d], and the logarithm of the odds as line over its cosine, or None
    where the calibration has to say it by the view."""

    direction: np.ndarray
    line: tuple[float, float] | None
    view: View


class TagSuggester:
    """`served` gives the model at work. What is known of tags is kept while library and tags stay about the same."""

    def __init__(self, catalog: Catalog, served: Callable[[], ServedModel]) -> None:
        self._catalog = catalog
        self._served = served
        self._names: dict[str, np.ndarray] = {}  # what is read aloud: its embedding float32[d]
        self._known: dict[str, _Known] = {}
        self._state: tuple[str, int, tuple] = ("", 0, ())
        self._examples: dict[str, list[int]] = {}  # contents of each tag that a person gave to enough photos
        self._looked = -1  # the version of the tags that they are of

    def suggest(self, request: SuggestTags) -> Iterator[TagSuggestions | None]:
        """None between slices of work. Nothing is suggested where nothing is known of probabilities."""
        served = self._served()
        photo = self._embedding(request.photo_id)
        found: list[tuple[str, float]] = []
        if photo is not None:
            yield from self._catalog.tags.counts.refresh()
            yield from self._look_for_examples()
            tags = self._tags()
            yield from self._learn(served, tags)
            found = self._ranked(served.searcher.calibration, tags, photo)
        yield TagSuggestions(request.request, request.photo_id, json.dumps(found))

    def _embedding(self, photo_id: int) -> np.ndarray | None:
        rows = self._catalog.hits([photo_id])
        if not rows:
            return None
        ids, vectors = self._catalog.embeddings_for([rows[0].content_id])
        return vectors[0].astype(np.float32) if len(ids) else None

    def _tags(self) -> list[str]:
        """The library's own, then those common words that none of them says already."""
        counted = sorted(self._catalog.tags.all(), key=lambda each: -each[1])
        own = [path for path, _ in counted[:MOST_TAGS]]
        said = {_name(path) for path in own}
        return [*own, *(word for word in WORDS if word.lower() not in said)]

    # ---- what is known of tags -------------------------------------------------------------------------------

    def _learn(self, served: ServedModel, tags: Sequence[str]) -> Iterator[None]:
        examples = self._examples
        size = len(served.index)
        model, known_size, kept = self._state
        told = tuple(sorted((tag, len(contents)) for tag, contents in examples.items()))
        if model != served.loaded.model_id:
            self._names.clear()
        if (model, kept) != (served.loaded.model_id, told) or abs(size - known_size) > STALE * max(known_size, 1):
            self._known.clear()
            self._state = (served.loaded.model_id, size, told)
        yield from self._read(served, [_name(tag) for tag in tags])
        new = [tag for tag in tags if tag not in self._known]
        size, vectors = served.index.some(SAMPLE)
        for place, tag in enumerate(new):
            self._known[tag] = self._look(served, tag, examples.get(tag, ()), size=size, sample=vectors)
            if place % AT_ONCE == AT_ONCE - 1:
                yield None

    def _read(self, served: ServedModel, names: Sequence[str]) -> Iterator[None]:
        new = [name for name in dict.fromkeys(names) if name not in self._names]
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            vectors = served.loaded.bi_encoder.encode_sentences(some)
            self._names |= dict(zip(some, vectors, strict=True))
            yield None

    def _look_for_examples(self) -> Iterator[None]:
        version = self._catalog.tags.counts.version
        if version == self._looked:
            return
        for found in self._catalog.tags.examples(least=ENOUGH):
            if found is None:
                yield None
            else:
                self._examples = {tag: contents[:MOST_EXAMPLES] for tag, contents in found.items()}
                self._looked = version

    def _look(self, served: ServedModel, tag: str, contents: Sequence[int], *, size: int, sample: np.ndarray) -> _Known:
        name = _name(tag)
        text = self._names[name]
        unknown = len(served.loaded.bi_encoder.unknown_words(name))
        view = View(name, unknown, size, sample @ text, served.index.nearest(text, FIRST)[1], text)
        if not contents:
            return _Known(text, None, view)
        _, rows = self._catalog.embeddings_for(contents)
        if len(rows) < ENOUGH:
            return _Known(text, None, view)
        examples = rows.astype(np.float32)
        direction, own = _together(text, examples)
        others = sample[(sample @ examples.T).max(1) < SAME] @ direction  # an example is no counter-example
        return _Known(direction, _line(own, others, share=size / max(len(sample), 1)), view)

    # ---- one photo -------------------------------------------------------------------------------------------

    def _ranked(
        self, calibration: Calibration | None, tags: Sequence[str], photo: np.ndarray
    ) -> list[tuple[str, float]]:
        likely = []
        for tag in tags:
            known = self._known[tag]
            cosine = np.array([known.direction @ photo], np.float32)
            if known.line is not None:
                likely.append(float(1 / (1 + np.exp(-(known.line[0] + known.line[1] * cosine[0])))))
            elif calibration is not None:
                likely.append(_by_name(float(calibration.beyond_doubt(known.view, cosine)[0]), cosine[0], known.view))
            else:
                likely.append(0.0)
        order = np.argsort(-np.array(likely), kind="stable")[:SHOWN]
        return [(tags[at], round(likely[at], 4)) for at in order if likely[at] >= LEAST]


def _by_name(matches: float, cosine: float, view: View) -> float:
    """That a photo deserves a tag, from how likely it matches the name as a sentence, and how far its cosine stands out
    from what is usual for that name here."""
    matches = min(max(matches, 1e-9), 1 - 1e-9)
    usual, spread = float(view.cosines.mean()), max(float(view.cosines.std()), 1e-6)
    bias, by_match, by_height = OF_NAMES
    odds = bias + by_match * np.log(matches / (1 - matches)) + by_height * (cosine - usual) / spread
    return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _name(tag: str) -> str:
    """What of a tag can be seen: its innermost level."""
    return tag.rpartition("/")[2].lower()


def _together(text: np.ndarray, examples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The direction float32[d] of name and examples float32[n, d]; the cosine float32[n] of each example with that of
    the others."""
    total = examples.sum(0)
    direction = _unit(text + _unit(total))
    rests = text + _unit(total - examples)
    return direction, np.einsum("nd,nd->n", examples, _unit(rests))


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-6)
    return unit


def _line(own: np.ndarray, others: np.ndarray, *, share: float) -> tuple[float, float]:
    """Log odds over the cosine, for examples float32[n] against others float32[m] of which each stands for `share`
    contents. Newton's method with a small ridge; what is not tagged may deserve it all the same, so that is kept
    humble by Platt's targets."""
    values = np.concatenate([own, others]).astype(np.float64)
    middle, spread = float(values.mean()), float(values.std()) or 1.0
    features = np.stack([np.ones(len(values)), (values - middle) / spread], 1)
    truth = np.concatenate(
        [np.full(len(own), (len(own) + 1) / (len(own) + 2)), np.full(len(others), 1 / (len(others) + 2))]
    )
    weights = np.concatenate([np.ones(len(own)), np.full(len(others), share)])
    beta = np.zeros(2)
    for _ in range(STEPS):
        odds = np.clip(features @ beta, -30, 30)
        likely = 1 / (1 + np.exp(-odds))
        gradient = features.T @ (weights * (truth - likely)) - RIDGE * beta
        curve = (features * (weights * likely * (1 - likely))[:, None]).T @ features + RIDGE * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        beta += step
        if float(np.abs(step).max()) < 1e-6:
            break
    return float(beta[0] - beta[1] * middle / spread), float(beta[1] / spread)
