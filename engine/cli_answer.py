"""What `afterimage search` says of its answer, beside the photos."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import printable
from engine.messages_search import SearchResults
from engine.search_hit import SearchHit

CLOSEST = 5  # shown where nothing matches
DOUBTFUL = 0.2  # closest photos as likely as this are not called no match
HOW = "afterimage calibrate"


def said_before(results: SearchResults) -> list[str]:
    """What a reader has to know of the sentence, whatever is found."""
    said = [f"Not understood: {_clean(part)}" for part in results.unclear]
    if results.language:
        said.append(_foreign(results.language))
    elif results.unknown_words:
        words = ", ".join(f"“{_clean(word)}”" for word in results.unknown_words)
        said.append(f"This model has never met {words}, so a photo of that is unlikely to be found.")
    return said


def _foreign(language: str) -> str:
    from engine.language import name_of  # both hold long lists
    from engine.presets import speaking

    names = speaking(language)
    remedy = f"one that was: afterimage models use {names[0]}" if names else "to see others: afterimage models list"
    return f"This sentence looks {name_of(language)}, a language that this model was not trained for ({remedy})."


def said_of(results: SearchResults, shown: int) -> str:
    """How many match, how sure that is, and how closely was looked; empty where there is nothing to say."""
    if results.uncalibrated:
        return f"No probabilities: {results.uncalibrated} (to calibrate: {HOW})"
    if results.expected is None or not results.matched:
        return ""
    low, high = round(results.expected_low or 0), round(results.expected_high or 0)
    some = max(round(results.expected), 1)
    verb = "matches" if some == 1 else "match"
    spread = f", {low:,} to {high:,} in four of five such searches" if low < high else ""
    line = f"About {some:,} of {results.searched:,} photos {verb}{spread}"
    line += f"; the likeliest {shown:,} are shown" if shown > 1 and round(results.expected) > shown else ""
    return line + (f"; looked closely at {results.looked_closely:,}." if results.looked_closely else ".")


def nothing(closest: Sequence[SearchHit], folder: bytes | None, sentence: str = "") -> str:
    """The honest answer to `sentence`, with how unlikely the closest are."""
    if not closest and folder is not None:
        return f"No photo of this library lies below {printable(folder)} (to add it: afterimage index FOLDER)"
    if not closest:
        filters = _filters(sentence)
        return f"No photo passes {filters}." if filters else "No photo matches."
    ceiling = max((hit.probability for hit in closest if hit.probability is not None), default=None)
    count = "Closest five" if len(closest) == CLOSEST else f"Closest {len(closest)}"
    below = f", each below {int(ceiling * 100) + 1} %" if ceiling is not None else ""
    doubtful = ceiling is not None and ceiling >= DOUBTFUL  # beside such a number "none" would be a contradiction
    return f"No {'sure match' if doubtful else 'photo matches'}. {count}{below}."


def _filters(sentence: str) -> str:
    from engine.query import parse  # only here

    return " ".join(_clean(chip.text) for chip in parse(sentence).chips if chip.kind not in ("unclear", "sort", "not"))


def _clean(word: str) -> str:
    return "".join(ch for ch in word if ch.isprintable())
