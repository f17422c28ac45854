"""Words for kinds of things. Who says "people" means men too, but models learn from captions, in which a man is a man
and hardly ever people: a kind is looked for, and denied, together with what it is made of. Figures: docs/answering.md.
"""

from __future__ import annotations

from engine.query_clauses import And, Clause, Not, Or, Text

WIDE = 3  # parts of a kind that is looked for
# Words for a kind: what it is made of.
_KINDS = {
    "people persons person humans human anyone anybody everyone": ("a man", "a woman", "a boy", "a girl"),
    "children child kids kid": ("a boy", "a girl"),
    "animals animal pets": ("a dog", "a cat", "a horse", "a bird"),
    "vehicles traffic": ("a car", "a truck", "a motorcycle", "a bicycle"),
    "menschen leute personen person": ("ein Mann", "eine Frau", "ein Junge", "ein Mädchen"),
    "kinder kind": ("ein Junge", "ein Mädchen"),
    "tiere tier": ("ein Hund", "eine Katze", "ein Pferd", "ein Vogel"),
    "fahrzeuge verkehr": ("ein Auto", "ein Lastwagen", "ein Motorrad", "ein Fahrrad"),
    "personnes gens": ("un homme", "une femme", "un garçon", "une fille"),
    "enfants enfant": ("un garçon", "une fille"),
    "lidé lidí lidi": ("muž", "žena", "chlapec", "dívka"),
    "děti dětí dítě": ("chlapec", "dívka"),
}
_MADE_OF = {word: parts for words, parts in reversed(_KINDS.items()) for word in words.split()}
_ARTICLES = frozenset(["a", "an", "any", "the", "other", "ein", "eine", "der", "die", "das", "des", "les", "un", "une"])


def widened(clause: Clause, *, denied: bool = False) -> Clause:
    """The clause with every kind made plain: `NOT people` is NOT (people OR a man OR a woman OR ...). A kind of few
    parts that is wanted is seen well enough by its own name."""
    if isinstance(clause, Not):
        return Not(widened(clause.clause, denied=not denied))
    if isinstance(clause, And | Or):
        return type(clause)(tuple(widened(part, denied=denied) for part in clause.clauses))
    if not isinstance(clause, Text):
        return clause
    words = [word for word in clause.text.lower().split() if word not in _ARTICLES]
    parts = _MADE_OF.get(words[0], ()) if len(words) == 1 else ()
    return Or((clause, *map(Text, parts))) if len(parts) >= (1 if denied else WIDE) else clause
