"""What the card of a model shows, made of what is known of it and what happens to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from desktop_app import model_words as words
from desktop_app import reranker_words
from desktop_app.model_facts import ABILITIES, Estimate, ModelFacts
from desktop_app.translation import tr
from desktop_app.wording import file_size
from engine.messages import FetchProgress, FetchStage, PrepareProgress


class Act(StrEnum):
    """What people can do with a model."""

    DOWNLOAD = "download"
    RESUME = "resume"
    PAUSE = "pause"
    DISCARD = "discard"
    USE = "use"
    STAY = "stay"
    REMOVE = "remove"
    DROP = "drop"


ASKED_FIRST = frozenset({Act.DOWNLOAD, Act.DISCARD, Act.USE, Act.REMOVE, Act.DROP})


@dataclass(frozen=True, slots=True)
class Activity:
    """What happens to one model. `asking` is the act whose question is open; `doing` says what the engine is at."""

    fetch: FetchProgress | None = None
    prepare: PrepareProgress | None = None
    failure: str = ""
    failed: Act | None = None
    doing: str = ""
    asking: Act | None = None
    estimate: Estimate | None = None
    measuring: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    act: Act
    text: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before something is fetched, changed or lost. `warning` is told apart; `careful`: no is the safe answer."""

    title: str
    lines: tuple[str, ...]
    yes: str
    no: str = ""
    warning: str = ""
    possible: bool = True
    careful: bool = False


@dataclass(frozen=True, slots=True)
class Ability:
    """`lost`: the model that answers now can do it, and this one cannot."""

    text: str
    can: bool
    lost: bool = False


@dataclass(frozen=True, slots=True)
class CardLook:
    """`share` (0 to 1) draws a bar of progress; None draws none."""

    name: str
    title: str
    badge: str
    lit: bool
    gain: str
    facts: str
    abilities: tuple[Ability, ...]
    origin: str
    loss: str = ""
    progress: str = ""
    share: float | None = None
    failure: str = ""
    question: Question | None = None
    actions: tuple[Action, ...] = ()


def card(model: ModelFacts, now: ModelFacts | None, activity: Activity) -> CardLook:
    """`now` is the model that answers."""
    look = _card(model, now, activity)
    if not model.reranks_others:
        return look
    facts = " · ".join(filter(None, (look.facts, reranker_words.cost(model))))
    return replace(
        look, gain=reranker_words.what(), facts=facts, abilities=(Ability(words.can("rerank"), True),), loss=""
    )


def _card(model: ModelFacts, now: ModelFacts | None, activity: Activity) -> CardLook:
    progress, share = _progress(model, now, activity)
    return CardLook(
        name=model.name,
        title=model.title,
        badge=_badge(model, activity),
        lit=model.in_use,
        gain=words.gain(model, now),
        facts=words.plain_facts(model, now),
        abilities=_abilities(model, now),
        origin=words.origin(model),
        loss=words.loss(model, now) if not model.lacks and (model.recommended or model.installed) else "",
        progress=progress,
        share=share,
        failure=activity.failure,
        question=_question(model, now, activity),
        actions=() if activity.asking else tuple(_actions(model, now, activity)),
    )


def _abilities(model: ModelFacts, now: ModelFacts | None) -> tuple[Ability, ...]:
    has = now.abilities if now is not None else frozenset()
    return tuple(Ability(words.can(each), each in model.abilities, each in has - model.abilities) for each in ABILITIES)


def _badge(model: ModelFacts, activity: Activity) -> str:
    if model.in_use:
        return tr("In use")
    if model.chosen:
        return tr("Chosen")
    if model.lacks:
        return tr("Not in this build")
    if model.installed:
        return tr("Installed")
    if activity.fetch or model.bytes_here:
        return tr("Being downloaded") if activity.fetch else ""
    return tr("Recommended") if model.recommended else ""


def _progress(model: ModelFacts, now: ModelFacts | None, activity: Activity) -> tuple[str, float | None]:
    if activity.doing:
        return activity.doing, None
    if fetch := activity.fetch:
        return words.fetching(fetch), fetch.done / fetch.total if fetch.total else 0.0
    if prepare := activity.prepare:
        return words.preparing(prepare, now), prepare.done / prepare.total if prepare.total else 0.0
    if model.chosen and not model.in_use:
        ready = tr("Getting ready.")
        return f"{ready} {tr('%s answers meanwhile.') % now.title}" if now else ready, None
    if model.lacks:
        return words.unavailable(model), None
    if not model.installed and model.bytes_here:
        return words.kept(model, paused=not activity.failure), model.bytes_here / model.size if model.size else None
    return "", None


def _actions(model: ModelFacts, now: ModelFacts | None, activity: Activity) -> list[Action]:
    if activity.doing:
        return []
    if activity.fetch:
        installing = activity.fetch.stage is FetchStage.INSTALLING
        return [] if installing else [Action(Act.PAUSE, tr("Pause")), Action(Act.DISCARD, tr("Cancel…"))]
    if not model.installed:
        return _fetch_actions(model, activity)
    if model.chosen and not model.in_use:
        return [Action(Act.STAY, tr("Stay with %s") % now.title if now else tr("Stay"))]
    actions = []
    if not model.in_use:
        back = words.knows(model, now)
        if not model.reranks_others and not model.lacks:
            actions.append(
                Action(Act.USE, tr("Go back to it") if back else tr("Use…"), primary=not back and not model.ships)
            )
        if model.data_bytes:
            actions.append(Action(Act.DROP, tr("Free %s…") % file_size(model.data_bytes)))
        if not model.ships:
            actions.append(Action(Act.REMOVE, tr("Remove…")))
    return actions


def _fetch_actions(model: ModelFacts, activity: Activity) -> list[Action]:
    if model.bytes_here and model.lacks:
        return [Action(Act.DISCARD, tr("Discard…"))]
    if model.bytes_here:
        text = tr("Try again") if activity.failure else tr("Go on")
        return [Action(Act.RESUME, text, primary=not activity.failure), Action(Act.DISCARD, tr("Discard…"))]
    if activity.failed in (Act.DOWNLOAD, Act.RESUME):
        return [Action(Act.RESUME, tr("Try again"))]
    offered = model.repository and not model.lacks
    return [Action(Act.DOWNLOAD, tr("Download…"), primary=model.recommended)] if offered else []


# ---- questions ----------------------------------------------------------------------------------------------------


def _question(model: ModelFacts, now: ModelFacts | None, activity: Activity) -> Question | None:
    match activity.asking:
        case Act.DOWNLOAD:
            return _ask_download(model, now)
        case Act.USE:
            return _ask_use(model, now, activity)
        case Act.DISCARD:
            size = file_size(model.bytes_here or (activity.fetch.done if activity.fetch else 0))
            here, title = tr("%s are here already.") % size, tr("Throw away what was downloaded?")
            return Question(title, (here,), tr("Throw away"), tr("Keep it"), careful=True)
        case Act.REMOVE:
            freed = tr("%s become free. It can be downloaded again.") % file_size(model.bytes_here)
            title = tr("Remove %s?") % model.title
            return Question(title, (freed,), tr("Remove"), tr("Keep it"), careful=True)
        case Act.DROP:
            lines = (tr("The model and your photos stay. Using it again begins with all photos anew."),)
            title = tr("Forget what %s has learned of your photos?") % model.title
            free = tr("Free %s") % file_size(model.data_bytes)
            return Question(title, lines, free, tr("Keep it"), careful=True)
    return None


def _ask_download(model: ModelFacts, now: ModelFacts | None) -> Question:
    free, enough = words.room(model)
    size = file_size(model.size) if model.size else tr("an unknown size")
    size = size if model.size_exact or not model.size else tr("about %s") % size
    pinned = tr("Every byte is checked before it is used.")
    if not model.commit:
        pinned = tr("Every byte is checked, and what comes now is pinned: a later change is refused.")
    source = tr("%s from %s (%s).") % (size, model.server or tr("its publisher"), model.repository)
    lines = (
        f"{source} {free if enough else ''}".strip(),
        f"{words.licence(model)}.",
        tr("How long your photos take with it is unknown until it is here; you are asked again before it is used."),
        f"{tr('Afterimage goes online for this download alone.')} {pinned}",
    )
    warning = " ".join(filter(None, (words.loss(model, now), "" if enough else free)))
    return Question(
        tr("Download %s?") % model.title,
        (lines[0][:1].upper() + lines[0][1:], *lines[1:]),
        tr("Download %s") % file_size(model.size) if model.size else tr("Download"),
        warning=warning,
        possible=enough,
    )


def _ask_use(model: ModelFacts, now: ModelFacts | None, activity: Activity) -> Question:
    meanwhile = tr("%s goes on answering meanwhile, and you can go back to it.") % now.title if now else ""
    lines = (words.estimated(activity.estimate, measuring=activity.measuring), meanwhile)
    said = tuple(line for line in lines if line)
    return Question(tr("Use %s?") % model.title, said, tr("Use it"), warning=words.loss(model, now))
