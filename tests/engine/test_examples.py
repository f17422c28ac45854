from __future__ import annotations

import numpy as np

from engine.examples import with_examples
from engine.query import And, Example, Not, Text


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def test_without_examples_a_clause_stays_as_it_is() -> None:
    assert with_examples(Text("a dog"), [], []) == (Text("a dog"), [])


def test_several_photos_stand_for_what_they_have_in_common() -> None:
    tree, (middle,) = with_examples(None, [unit(1, 1, 0), unit(1, 0, 1)], [])
    assert tree == Example(0)
    assert np.allclose(middle, unit(2, 1, 1), atol=1e-6)


def test_a_photo_to_be_unlike_turns_the_way_from_it() -> None:
    tree, (turned,) = with_examples(Text("a dog"), [unit(1, 0)], [unit(0, 1)])
    assert tree == And((Example(0), Text("a dog")))
    assert turned[0] > 0.9
    assert -0.4 < turned[1] < 0


def test_only_a_photo_to_be_unlike_is_denied() -> None:
    assert with_examples(None, [], [unit(1, 0)])[0] == Not(Example(0))
    assert with_examples(Text("a dog"), [], [unit(1, 0)])[0] == And((Not(Example(0)), Text("a dog")))
