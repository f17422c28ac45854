"""What is said of models."""

from __future__ import annotations

from desktop_app.model_facts import ABILITIES, POOLS, Estimate, ModelFacts
from desktop_app.wording import counted, file_size, time_left
from engine.config import LOW_DISK_BYTES
from engine.messages import FetchProgress, FetchStage, PrepareProgress

NEARLY = 0.98
CAN = {
    "search": "Finds photos",
    "rerank": "Looks closely at the best",
    "probability": "Says how likely",
    "nothing_matches": "Says when nothing matches",
    "why": "Shows why",
}
DOES = {
    "search": "find photos",
    "rerank": "look closely at the best matches",
    "probability": "say how likely a match is",
    "nothing_matches": "say when nothing matches",
    "why": "show why a photo matched",
}
STAGES = {
    FetchStage.ASKING: "Asking the server",
    FetchStage.FETCHING: "Downloading",
    FetchStage.WAITING: "Waiting for the server",
    FetchStage.VERIFYING: "Checking that every byte is right",
    FetchStage.INSTALLING: "Installing",
}


def gain(model: ModelFacts, now: ModelFacts | None) -> str:
    """How well it finds, beside the model that answers now where the same was measured of both."""
    if not model.recall:
        return "Comes with Afterimage and works at once." if model.ships else "How well it finds is not published."
    beside = dict(now.recall) if now is not None and now.name != model.name else {}
    pool, value = next(((pool, value) for pool, value in model.recall if pool in beside), model.recall[0])
    said = f"Finds the right photo first for {value:.0f} of 100 descriptions, among {POOLS[pool]:,} photos"
    return f"{said}; {now.title}: {beside[pool]:.0f}." if now is not None and pool in beside else f"{said}."


def plain_facts(model: ModelFacts, now: ModelFacts | None) -> str:
    """Size, languages and work in one line."""
    parts = [size(model), languages(model)]
    if model.work and now is not None and now.work and now.name != model.name:
        times = model.work / now.work
        if times >= 1.5:
            parts.append(f"about {times:.0f} times the work of {now.title} for each photo")
    return _upper(" · ".join(parts))


def size(model: ModelFacts) -> str:
    taken = model.bytes_here if model.installed else model.size
    if not taken:
        return "size unknown"
    return file_size(taken) if model.size_exact or model.installed else f"about {file_size(taken)}"


def languages(model: ModelFacts) -> str:
    if not model.languages:
        return "languages unknown"
    counts = model.languages.split()[-1].isdecimal()
    return f"understands {model.languages}{' languages' if counts else ''}"


def knows_language(model: ModelFacts, language: str) -> bool:
    """By name, or because it knows more languages than can be listed; a model that cannot find photos knows none."""
    known = model.languages.lower()
    return bool(language) and "search" in model.abilities and (language.lower() in known or known[-1:].isdecimal())


def licence(model: ModelFacts) -> str:
    """SPDX name, note and address; text only."""
    if not model.licence:
        return "licence unknown"
    return "Licence " + ", ".join(filter(None, (model.licence, model.licence_note, model.licence_url)))


def origin(model: ModelFacts) -> str:
    """The small print: licence, and where the figures come from."""
    parts = [licence(model)]
    if model.recall and model.recall_source:
        parts.append(f"figures: {model.recall_source}")
    if model.imported_from:
        parts.append(f"imported from {model.imported_from}")
    return " · ".join(parts)


def knows(model: ModelFacts, now: ModelFacts | None) -> bool:
    """Nearly all photos that the model that answers knows: a change to it is nearly instant."""
    return model.encoded > 0 and (now is None or model.encoded >= NEARLY * now.encoded)


def loss(model: ModelFacts, now: ModelFacts | None) -> str:
    """What the model that answers now can and this one cannot; empty where nothing is lost."""
    if now is None or now.name == model.name:
        return ""
    lost = [DOES[ability] for ability in ABILITIES if ability in now.abilities - model.abilities]
    return f"Unlike {now.title}, it does not {_listed(lost)}." if lost else ""


def fetching(progress: FetchProgress) -> str:
    parts = [STAGES[progress.stage]]
    if progress.total and progress.stage is not FetchStage.INSTALLING:
        parts.append(f"{file_size(progress.done)} of {file_size(progress.total)}")
    if progress.rate and progress.stage is FetchStage.FETCHING:
        parts.append(f"{file_size(round(progress.rate))}/s")
        if progress.seconds_left is not None:
            parts.append(time_left(progress.seconds_left))
    return " · ".join([*parts, *([progress.note] if progress.note else [])])


def kept(model: ModelFacts, *, paused: bool) -> str:
    """Of a download that rests."""
    whole = f" of {'' if model.size_exact else 'about '}{file_size(model.size)}" if model.size else ""
    return f"{'Paused · ' if paused else ''}{file_size(model.bytes_here)}{whole} are here"


def preparing(progress: PrepareProgress, now: ModelFacts | None) -> str:
    parts = [f"Getting to know your photos · {progress.done:,} of {progress.total:,}"]
    if progress.paused:
        parts.append("paused")
    elif progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    return " · ".join(parts) + (f". {now.title} answers meanwhile." if now is not None else "")


def room(model: ModelFacts) -> tuple[str, bool]:
    """What is free for a download, and whether that is enough with what is needed to unpack and go on working."""
    if model.free_bytes is None:
        return "", True
    left = max((model.size or 0) - model.bytes_here, 0)
    needed = left + (model.size or 0) + LOW_DISK_BYTES
    if model.free_bytes >= needed:
        return f"{file_size(model.free_bytes)} are free on this disk.", True
    said = f"Not enough room: {file_size(needed)} are needed while it is installed"
    return f"{said}, {file_size(model.free_bytes)} are free. Free some space first.", False


def estimated(estimate: Estimate | None, *, measuring: bool) -> str:
    """What a change costs."""
    if measuring:
        return "Measuring on a few of your photos how long it takes…"
    if estimate is not None and estimate.photos == 0:
        return "It knows all your photos already."
    if estimate is None or estimate.seconds is None or estimate.photos is None:
        why = f": {estimate.reason}" if estimate is not None and estimate.reason else ""
        return f"How long it takes for your photos is not known yet{why}."
    space = f" and {file_size(estimate.bytes)} of disk" if estimate.bytes else ""
    photos = counted(estimate.photos, "photo")
    return f"Getting to know your {photos} takes {duration(estimate.seconds)}{space} on this computer."


def duration(seconds: float) -> str:
    if seconds < 90:
        return "about a minute"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} minutes"
    hours = round(minutes / 60)
    return f"about {hours} hours" if hours < 48 else f"about {round(hours / 24)} days"


def offer(model: ModelFacts, now: ModelFacts) -> str:
    """The first start's quiet offer: what it gains, costs and loses."""
    found = f" finds the right photo first for {model.recall[0][1]:.0f} of 100 descriptions" if model.recall else ""
    parts = [f"A larger model, {model.title},{found or ' can be downloaded'}."]
    parts.append(f"{_upper(size(model))}, {languages(model)}, licence {model.licence or 'unknown'}.")
    return " ".join(filter(None, (*parts, loss(model, now))))


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
