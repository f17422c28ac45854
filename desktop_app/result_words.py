"""What is said of a result: how many match, how closely was looked, and what the model cannot know."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.inquiry import SENTENCE_LIMIT
from desktop_app.translation import told, tr
from desktop_app.wording import NARROW, counted, number
from engine.messages import SearchResults
from engine.query import Order, parse

CLOSEST = 5  # photos that are shown where none matches
DOUBTFUL = 0.2  # where the closest photo is likelier than this, it is not said outright that none matches
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
        said = tr("%s in %s") % (photos, asked.place) if asked.place else photos
        return f"{said} · {_order(results) or tr('newest first')}" if results.count else ""
    if nothing_matches(results):
        said = (
            tr("Looking closely…") if asked.under_way and not results.looked_closely else _nothing(results, asked.place)
        )
    elif calibrated(results):
        said = _matches(results, asked.place)
    else:
        said = _uncalibrated(results, asked.place)
    order = _order(results)
    return said + (f" · {order}" if order else "") + _coverage(results)


def found_tip(results: SearchResults, asked: Asked) -> str:
    """What the line says when one asks further."""
    if not asked.asks:
        return ""
    if calibrated(results):
        said = tr("Point at a photo to see how likely it matches. Found in %s ms.")
        return said % number(round(results.seconds * 1000))
    why = told(results.uncalibrated.rstrip("."))
    return tr("There are no probabilities: %s.") % why if why else ""


def more(hidden: int, *, nothing: bool) -> str:
    """On the button that shows the rest."""
    return (tr("Show %s more") if nothing else tr("Show %s less likely")) % number(hidden)


def fewer(rest: int, *, nothing: bool) -> str:
    """On the button that hides it again."""
    return (tr("Hide the other %s") if nothing else tr("Hide %s less likely")) % number(rest)


def language(code: str) -> str:
    return tr(LANGUAGES[code]) if code in LANGUAGES else code.upper()


def doubts(results: SearchResults) -> str:
    """What the model cannot know of the sentence."""
    parts = []
    if results.language:
        said = tr("This seems to be %s, which this model has not learned.")
        parts.append(said % language(results.language))
    elif results.unknown_words:
        parts.append(tr("This model does not know: %s.") % ", ".join(results.unknown_words))
    if results.unclear:
        parts.append(tr("Not understood: %s.") % ", ".join(results.unclear))
    return " ".join(parts)


def remedy(results: SearchResults) -> str:
    """On the button beside the doubts; empty where no model would help."""
    return tr("Models that know %s") % language(results.language) if results.language else ""


def _matches(results: SearchResults, place: str) -> str:
    count = results.matched
    if place:
        said = tr("%s in %s matches") if count == 1 else tr("%s in %s match")
        said = said % (counted(count, "photo"), place)
    else:
        said = tr("%s of %s matches") if count == 1 else tr("%s of %s match")
        said = said % (number(count), number(results.searched))
    if count == results.count >= SENTENCE_LIMIT:
        said = tr("At least %s") % said
    said += _expected(results)
    if not results.looked_closely:
        return said
    return tr("%s; looked closely at %s") % (said, number(results.looked_closely))


def _expected(results: SearchResults) -> str:
    if results.expected_low is None or results.expected_high is None:
        return ""
    low, high = round(results.expected_low), round(results.expected_high)
    if low != high:
        return tr(", about %s to %s") % (number(low), number(high))
    return tr(", about %s") % number(low) if low != results.matched else ""


def _nothing(results: SearchResults, place: str) -> str:
    shown = split(results)
    where = tr("No photo in %s matches") % place if place else tr("No photo matches")
    if (results.best or 0.0) >= DOUBTFUL:  # beside such a number it would sound like a contradiction
        where = tr("No sure match in %s") % place if place else tr("No sure match")
    below = f"{int((results.best or 0.0) * 100) + 1}{NARROW}%"
    which = {
        1: tr("Closest photo, below %s."),
        2: tr("Closest two, each below %s."),
        3: tr("Closest three, each below %s."),
        4: tr("Closest four, each below %s."),
        CLOSEST: tr("Closest five, each below %s."),
    }
    return f"{where}. {which[shown] % below}"


def _uncalibrated(results: SearchResults, place: str) -> str:
    photos = counted(results.count, "photo")
    whole = counted(results.searched, "photo")
    parts = [tr("%s in %s") % (photos, place) if place else tr("%s of %s") % (number(results.count), whole)]
    if results.looked_closely:
        parts.append(tr("looked closely at %s") % number(results.looked_closely))
    parts.append(tr("%s ms") % number(round(results.seconds * 1000)))
    return " · ".join(parts)


def _order(results: SearchResults) -> str:
    """Empty where it is the usual one."""
    said = {
        Order.DATE: tr("newest first"),
        Order.OLDEST: tr("oldest first"),
        Order.NAME: tr("by file name"),
        Order.RATING: tr("best rated first"),
    }
    return said.get(parse(results.sentence).order, "")


def _coverage(results: SearchResults) -> str:
    if results.total <= results.searched:
        return ""
    return " · " + tr("search covers %s of %s") % (number(results.searched), number(results.total))
