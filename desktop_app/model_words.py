"""What is said of models."""

from __future__ import annotations

from desktop_app.model_facts import ABILITIES, POOLS, Estimate, ModelFacts
from desktop_app.translation import told, tr
from desktop_app.wording import counted, file_size, number, time_left
from engine.config import LOW_DISK_BYTES
from engine.messages import FetchProgress, FetchStage, PrepareProgress

NEARLY = 0.98
OWN_LICENCE = "LicenseRef-"  # how SPDX names those that it does not list
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


def can(ability: str) -> str:
    """What a model can, of ABILITIES."""
    return tr(CAN[ability])


def gain(model: ModelFacts, now: ModelFacts | None) -> str:
    """How well it finds, beside the model that answers now where the same was measured of both."""
    if not model.recall:
        if model.ships:
            return tr("Comes with Afterimage and works at once.")
        return tr("How well it finds is not published.")
    beside = dict(now.recall) if now is not None and now.name != model.name else {}
    pool, value = next(((pool, value) for pool, value in model.recall if pool in beside), model.recall[0])
    said = tr("Finds the right photo first for %s of 100 descriptions, among %s photos")
    said = said % (f"{value:.0f}", number(POOLS[pool]))
    return f"{said}; {now.title}: {beside[pool]:.0f}." if now is not None and pool in beside else f"{said}."


def plain_facts(model: ModelFacts, now: ModelFacts | None) -> str:
    """Size, languages and work in one line."""
    parts = [size(model), languages(model)]
    if model.work and now is not None and now.work and now.name != model.name:
        times = model.work / now.work
        if times >= 1.5:
            parts.append(tr("about %s times the work of %s for each photo") % (f"{times:.0f}", now.title))
    return _upper(" · ".join(parts))


def unavailable(model: ModelFacts) -> str:
    """Why this build cannot serve it; empty where it can."""
    return tr("It needs %s, which this build of Afterimage does not have.") % model.lacks if model.lacks else ""


def size(model: ModelFacts) -> str:
    taken = model.bytes_here if model.installed else model.size
    if not taken:
        return tr("size unknown")
    return file_size(taken) if model.size_exact or model.installed else tr("about %s") % file_size(taken)


def languages(model: ModelFacts) -> str:
    if not model.languages:
        return tr("languages unknown")
    counts = model.languages.split()[-1].isdecimal()
    known = model.languages.removeprefix("about ").removeprefix("more than ")
    said = known if counts else ", ".join(tr(each) for each in known.split(", "))
    rough = {"about": tr("about %s"), "more": tr("more than %s")}
    said = rough.get(model.languages.partition(" ")[0], "%s") % said if known != model.languages else said
    return (tr("understands %s languages") if counts else tr("understands %s")) % said


def knows_language(model: ModelFacts, language: str) -> bool:
    """By name, or because it knows more languages than can be listed; one that finds no photos here knows none."""
    known, finds = model.languages.lower(), "search" in model.abilities and not model.lacks
    return bool(language) and finds and (language.lower() in known or known[-1:].isdecimal())


def licence(model: ModelFacts) -> str:
    """SPDX name where it is a known one, note and address; text only."""
    if not model.licence:
        return tr("licence unknown")
    name = "" if model.licence_note and model.licence.startswith(OWN_LICENCE) else model.licence
    return tr("Licence %s") % ", ".join(filter(None, (name, model.licence_note, model.licence_url)))


def origin(model: ModelFacts) -> str:
    """The small print: licence, and where the figures come from."""
    parts = [licence(model)]
    if model.recall and model.recall_source:
        parts.append(tr("figures: %s") % model.recall_source)
    if model.imported_from:
        parts.append(tr("imported from %s") % model.imported_from)
    return " · ".join(parts)


def knows(model: ModelFacts, now: ModelFacts | None) -> bool:
    """Nearly all photos that the model that answers knows: a change to it is nearly instant."""
    return model.encoded > 0 and (now is None or model.encoded >= NEARLY * now.encoded)


def loss(model: ModelFacts, now: ModelFacts | None) -> str:
    """What the model that answers now can and this one cannot; empty where nothing is lost."""
    if now is None or now.name == model.name:
        return ""
    lost = [tr(DOES[ability]) for ability in ABILITIES if ability in now.abilities - model.abilities]
    return tr("Unlike %s, it does not %s.") % (now.title, _listed(lost)) if lost else ""


def fetching(progress: FetchProgress) -> str:
    parts = [tr(STAGES[progress.stage])]
    if progress.total and progress.stage is not FetchStage.INSTALLING:
        parts.append(tr("%s of %s") % (file_size(progress.done), file_size(progress.total)))
    if progress.rate and progress.stage is FetchStage.FETCHING:
        parts.append(f"{file_size(round(progress.rate))}/s")
        if progress.seconds_left is not None:
            parts.append(time_left(progress.seconds_left))
    return " · ".join([*parts, *([progress.note] if progress.note else [])])


def kept(model: ModelFacts, *, paused: bool) -> str:
    """Of a download that rests."""
    said = tr("%s are here") % file_size(model.bytes_here)
    if model.size:
        whole = file_size(model.size) if model.size_exact else tr("about %s") % file_size(model.size)
        said = tr("%s of %s are here") % (file_size(model.bytes_here), whole)
    return tr("Paused · %s") % said if paused else said


def preparing(progress: PrepareProgress, now: ModelFacts | None) -> str:
    parts = [tr("Getting to know your photos · %s of %s") % (number(progress.done), number(progress.total))]
    if progress.paused:
        parts.append(tr("paused"))
    elif progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    return " · ".join(parts) + (f". {tr('%s answers meanwhile.') % now.title}" if now is not None else "")


def room(model: ModelFacts) -> tuple[str, bool]:
    """What is free for a download, and whether that is enough with what is needed to unpack and go on working."""
    if model.free_bytes is None:
        return "", True
    left = max((model.size or 0) - model.bytes_here, 0)
    needed = left + (model.size or 0) + LOW_DISK_BYTES
    if model.free_bytes >= needed:
        return tr("%s are free on this disk.") % file_size(model.free_bytes), True
    said = tr("Not enough room: %s are needed while it is installed, %s are free. Free some space first.")
    return said % (file_size(needed), file_size(model.free_bytes)), False


def estimated(estimate: Estimate | None, *, measuring: bool) -> str:
    """What a change costs."""
    if measuring:
        return tr("Measuring on a few of your photos how long it takes…")
    if estimate is not None and estimate.photos == 0:
        return tr("It knows all your photos already.")
    if estimate is None or estimate.seconds is None or estimate.photos is None:
        why = f": {told(estimate.reason)}" if estimate is not None and estimate.reason else ""
        return tr("How long it takes for your photos is not known yet%s.") % why
    space = tr(" and %s of disk") % file_size(estimate.bytes) if estimate.bytes else ""
    said = tr("Getting to know your %s takes %s%s on this computer.")
    return said % (counted(estimate.photos, "photo"), duration(estimate.seconds), space)


def duration(seconds: float) -> str:
    if seconds < 90:
        return tr("about a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("about %d minutes") % minutes
    hours = round(minutes / 60)
    return tr("about %d hours") % hours if hours < 48 else tr("about %d days") % round(hours / 24)


def offer(model: ModelFacts, now: ModelFacts) -> str:
    """The first start's quiet offer in two lines: what it gains; what it costs and loses."""
    gain = tr("A larger model, %s, can be downloaded.") % model.title
    if model.recall:
        found = tr("A larger model, %s, finds the right photo first for %s of 100 descriptions.")
        gain = found % (model.title, f"{model.recall[0][1]:.0f}")
    cost = f"{_upper(size(model))}, {languages(model)}, {tr('licence %s') % (model.licence or tr('unknown'))}."
    return f"{gain}\n{' '.join(filter(None, (cost, loss(model, now))))}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else tr("%s or %s") % (", ".join(parts[:-1]), parts[-1])


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
