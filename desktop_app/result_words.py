"""What is said of a result: how many match, how closely was looked, and what the model cannot know."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.inquiry import SENTENCE_LIMIT
from desktop_app.wording import NARROW, counted
from engine.messages import SearchResults

CLOSEST = 5  # photos that are shown where none matches
DOUBTFUL = 0.2  # where the closest photo is likelier than this, it is not said outright that none matches
FEW = ("no", "one", "two", "three", "four", "five")
LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nb": "Norwegian",
    "nl": "Dutch",
    "nn": "Norwegian",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the question bears on the words: the folder's name, whether anything was asked, whether more may come."""

    place: str = ""
    asks: bool = True
    under_way: bool = False


def calibrated(results: SearchResults) -> bool:
    """There are probabilities, so that it can be told apart what matches."""
    return not results.uncalibrated and results.best is not None


def nothing_matches(results: SearchResults) -> bool:
    return calibrated(results) and results.count > 0 and results.matched == 0


def split(results: SearchResults) -> int:
    """How many rows are shown at once; the others are less likely, and only shown when somebody wants them."""
    if not calibrated(results):
        return results.count
    return min(results.matched or CLOSEST, results.count)


def found(results: SearchResults, asked: Asked) -> str:
    """The quiet line under the search box."""
    if not asked.asks:
        photos = counted(results.count, "photo")
        said = f"{photos} in {asked.place}" if asked.place else photos
        return f"{said} · newest first" if results.count else ""
    if nothing_matches(results):
        said = "Looking closely…" if asked.under_way and not results.looked_closely else _nothing(results, asked.place)
    elif calibrated(results):
        said = _matches(results, asked.place)
    else:
        said = _uncalibrated(results, asked.place)
    return said + _coverage(results)


def found_tip(results: SearchResults, asked: Asked) -> str:
    """What the line says when one asks further."""
    if not asked.asks:
        return ""
    if calibrated(results):
        return f"Point at a photo to see how likely it matches. Found in {results.seconds * 1000:,.0f} ms."
    return f"There are no probabilities: {results.uncalibrated.rstrip('.')}." if results.uncalibrated else ""


def more(hidden: int, *, nothing: bool) -> str:
    """On the button that shows the rest."""
    return f"Show {hidden:,} more" if nothing else f"Show {hidden:,} less likely"


def fewer(rest: int, *, nothing: bool) -> str:
    """On the button that hides it again."""
    return f"Hide the other {rest:,}" if nothing else f"Hide {rest:,} less likely"


def language(code: str) -> str:
    return LANGUAGES.get(code, code.upper())


def doubts(results: SearchResults) -> str:
    """What the model cannot know of the sentence."""
    parts = []
    if results.language:
        parts.append(f"This seems to be {language(results.language)}, which this model has not learned.")
    if results.unknown_words:
        parts.append(f"This model does not know: {', '.join(results.unknown_words)}.")
    if results.unclear:
        parts.append(f"Not understood: {', '.join(results.unclear)}.")
    return " ".join(parts)


def remedy(results: SearchResults) -> str:
    """On the button beside the doubts; empty where no model would help."""
    return f"Models that know {language(results.language)}" if results.language else ""


def _matches(results: SearchResults, place: str) -> str:
    count, verb = results.matched, "matches" if results.matched == 1 else "match"
    at_least = "At least " if count == results.count >= SENTENCE_LIMIT else ""
    if place:
        said = f"{at_least}{counted(count, 'photo')} in {place} {verb}"
    else:
        said = f"{at_least}{count:,} of {results.searched:,} {verb}"
    said += _expected(results)
    return f"{said}; looked closely at {results.looked_closely:,}" if results.looked_closely else said


def _expected(results: SearchResults) -> str:
    if results.expected_low is None or results.expected_high is None:
        return ""
    low, high = round(results.expected_low), round(results.expected_high)
    if low != high:
        return f", about {low:,} to {high:,}"
    return f", about {low:,}" if low != results.matched else ""


def _nothing(results: SearchResults, place: str) -> str:
    shown = split(results)
    where = f"No photo in {place} matches" if place else "No photo matches"
    if (results.best or 0.0) >= DOUBTFUL:  # beside such a number it would sound like a contradiction
        where = f"No sure match in {place}" if place else "No sure match"
    which = "Closest photo" if shown == 1 else f"Closest {FEW[shown]}, each"
    joint = ", " if shown == 1 else " "
    below = int((results.best or 0.0) * 100) + 1
    return f"{where}. {which}{joint}below {below}{NARROW}%."


def _uncalibrated(results: SearchResults, place: str) -> str:
    photos = counted(results.count, "photo")
    parts = [f"{photos} in {place}" if place else f"{results.count:,} of {counted(results.searched, 'photo')}"]
    if results.looked_closely:
        parts.append(f"looked closely at {results.looked_closely:,}")
    parts.append(f"{results.seconds * 1000:,.0f} ms")
    return " · ".join(parts)


def _coverage(results: SearchResults) -> str:
    if results.total <= results.searched:
        return ""
    return f" · search covers {results.searched:,} of {results.total:,}"
