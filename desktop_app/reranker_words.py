"""What is said of a ready cross-encoder, which finds no photos and reranks for models without a head of their own."""

from __future__ import annotations

from desktop_app.model_facts import ModelFacts
from desktop_app.translation import tr
from desktop_app.wording import decimal

CARD_ONLY = "qwen3_vl"
SLOW_MS = 250.0  # what a search may take longer unless it was set otherwise


def what() -> str:
    return tr("Looks closely at the best matches, for models that cannot do it themselves. It finds no photos.")


def cost(model: ModelFacts) -> str:
    """What a candidate takes on this computer, once that was measured, and what follows from it."""
    if model.lacks:
        return ""
    if model.kind == CARD_ONLY and model.see_ms is None:
        return tr("It needs a graphics card: a processor refuses it")
    if model.see_ms is None or model.match_ms is None:
        return tr("What it costs on this computer is measured when it is first used") if model.installed else ""
    said = tr("Sees a photo in %s here, then compares it in %s") % (_time(model.see_ms), _time(model.match_ms))
    few = model.see_ms + model.match_ms > SLOW_MS / 2
    return tr("%s: too slow for photos that it has not seen, unless a search may take longer") % said if few else said


def _time(ms: float) -> str:
    return f"{decimal(ms / 1000, 1)} s" if ms >= 1000 else f"{max(ms, 1):.0f} ms"
