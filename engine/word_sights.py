"""From what word numbers point at to words, and to where in a photo each of them is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.config import ModelInput
from engine.word_strength import FOUND

if TYPE_CHECKING:
    from engine.cross_encoder import CrossEncoder, Pointing

MOST_CELLS = 64  # along one side of a photo, however long it is
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# What holds a sentence together shows nowhere in a photo: English, German, French, Czech.
JOINING = """
a an the of and or with without to at by for from in on into onto over under above below behind beside
between near next through
across along around against off out up down front back is are was were be being been am has have had
having do does doing there here this that these those it its it's his her hers their theirs he she they them him i you
we my your our as while who which what where when than then some any no not another other each both very more most one
during photo picture image
ein eine einen einem einer eines der die das den dem des und oder mit ohne zu zum zur auf im ins aus bei beim vom von
vor
für über unter neben zwischen hinter durch entlang um herum ist sind war wird werden hat haben sich er sie es ihr ihre
ihren ihrem ihrer sein seine seinen seinem seiner wie als während nicht kein keine
un une des le la les du de et ou avec sans à au aux dans sur sous par pour en vers devant derrière entre chez est sont
était ont il elle ils elles son sa ses leur leurs qui que dont où ce cette ces se y
s v ve na do z ze za od po pod nad před při mezi u k ke o je jsou byl byla si svůj svou své jeho její který která které
"""
_JOINING = frozenset(JOINING.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence and where in a photo it was looked for. start, end: its characters. weight: what it counts
    for in the sentence. shares: float32[t], how much each token speaks for it, with a sum of one. strength: how likely
    the photo shows it, 0 to 1."""

    text: str
    start: int
    end: int
    weight: float
    shares: np.ndarray
    strength: float = 1.0

    @property
    def found(self) -> bool:
        return self.strength >= FOUND


def look_for(head: CrossEncoder, sentence: str, values: np.ndarray, scales: np.ndarray) -> list[Word]:
    """The words of a sentence in one photo, int8[1, t, 256] and float16[1, t]: where both the sentence and the word
    alone point (the geometric mean of their shares). Within a sentence every word points at what the whole is about, a
    word alone does not know which of several it is."""
    words = words_of(sentence, head.point(sentence, values, scales))
    return [_narrowed(word, words_of(word.text, head.point(word.text, values, scales))) for word in words]


def _narrowed(word: Word, alone: list[Word]) -> Word:
    if not alone:
        return word
    shares = np.sqrt(word.shares * alone[0].shares)
    return replace(word, shares=shares / max(float(shares.sum()), 1e-9))


def words_of(sentence: str, pointing: Pointing) -> list[Word]:
    """The words that a photo could show, in order; those beyond what the model reads are left out."""
    words = []
    for span in _WORD.finditer(sentence):
        pieces = list(_pieces(pointing, *span.span()))
        if not pieces or span.group().lower() in _JOINING:
            continue
        said = pointing.weights[pieces]
        shares = said @ pointing.shares[pieces] / max(float(said.sum()), 1e-9)
        words.append(Word(span.group(), *span.span(), float(said.sum()), shares))
    return words


def _pieces(pointing: Pointing, start: int, end: int) -> Iterator[int]:
    """Word numbers that stand for some of these characters."""
    for place, (first, last) in enumerate(pointing.spans[: len(pointing.weights)]):
        if first < end and last > start:
            yield place


def heat_of(words: list[Word]) -> np.ndarray:
    """float32[t]: what speaks for the whole sentence, with a sum of one: its words, each by its weight."""
    heat = np.sum([word.weight * word.shares for word in words], axis=0)
    return np.asarray(heat / max(float(heat.sum()), 1e-9), np.float32)


def framed(heat: np.ndarray, model_input: ModelInput, width: int, height: int) -> np.ndarray:
    """What lies on a model's square, float[rows, columns], on the whole upright photo of `width` times `height` pixels,
    in cells of about the same size: those that the model did not see are zero."""
    if model_input.resize == "squash":
        return heat
    side = min(width, height) if model_input.resize == "shortest" else max(width, height)
    rows, columns = _line(heat.shape[0], height / side), _line(heat.shape[1], width / side)
    return np.pad(heat, ((0, 1), (0, 1)))[rows][:, columns]


def _line(cells: int, scale: float) -> np.ndarray:
    """Along a photo that is `scale` times as long as the square around its middle: which of the square's cells lies at
    each of the photo's, and `cells` where none does."""
    count = min(max(round(cells * scale), 1), MOST_CELLS)
    at = 0.5 + ((np.arange(count) + 0.5) / count - 0.5) * scale
    return np.where((at >= 0) & (at < 1), (at * cells).astype(int), cells)
