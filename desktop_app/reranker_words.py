"""What is said of a ready cross-encoder, which finds no photos and reranks for models without a head of their own."""

from __future__ import annotations

from desktop_app.model_facts import ModelFacts

WHAT = "Looks closely at the best matches, for models that cannot do it themselves. It finds no photos."
SLOW_MS = 250.0  # what a search may take longer unless it was set otherwise


def cost(model: ModelFacts) -> str:
    """What a candidate takes on this computer, once that was measured, and what follows from it."""
    if model.needs:
        return "It needs a part of Afterimage that is not installed"
    if model.see_ms is None or model.match_ms is None:
        return "What it costs on this computer is measured when it is first used" if model.installed else ""
    said = f"Sees a photo in {_time(model.see_ms)} here, then compares it in {_time(model.match_ms)}"
    few = model.see_ms + model.match_ms > SLOW_MS / 2
    return f"{said}: too slow for photos that it has not seen, unless a search may take longer" if few else said


def _time(ms: float) -> str:
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{max(ms, 1):.0f} ms"
