"""The card of a ready cross-encoder: it says what it is for, what it costs here, and cannot be used as a model."""

from __future__ import annotations

import json
from typing import Any

from desktop_app.model_facts import ModelFacts, read_models
from desktop_app.model_look import Act, Activity, card


def reranker(**facts: Any) -> ModelFacts:
    row = {
        "name": "blip-itm-base",
        "title": "BLIP-ITM base (reranker)",
        "kind": "blip_itm",
        "bytes": 895_000_000,
        "installed": True,
        "bytes_here": 450_000_000,
        "repository": "somebody/blip",
        "abilities": {"search": False, "rerank": True},
        **facts,
    }
    return read_models(json.dumps([row]))[0]


def test_it_cannot_be_used_as_a_model_and_says_what_it_is_for() -> None:
    look = card(reranker(), None, Activity())
    assert "finds no photos" in look.gain
    assert [ability.text for ability in look.abilities if ability.can] == ["Looks closely at the best"]
    assert [action.act for action in look.actions] == [Act.REMOVE]
    assert look.loss == ""


def test_it_says_what_a_photo_costs_here() -> None:
    slow = card(reranker(rerank_cost_ms={"see": 812.4, "match": 35.1}), None, Activity())
    assert "Sees a photo in 812 ms here, then compares it in 35 ms: too slow for photos" in slow.facts
    fast = card(reranker(rerank_cost_ms={"see": 12.0, "match": 0.4}), None, Activity())
    assert fast.facts.endswith("Sees a photo in 12 ms here, then compares it in 1 ms")
    assert "measured when it is first used" in card(reranker(), None, Activity()).facts


def test_one_for_graphics_cards_says_so_before_it_is_downloaded() -> None:
    look = card(reranker(kind="qwen3_vl", installed=False, bytes_here=0), None, Activity())
    assert "needs a graphics card" in look.facts


def test_before_it_is_here_it_can_be_downloaded() -> None:
    look = card(reranker(installed=False, bytes_here=0), None, Activity())
    assert Act.DOWNLOAD in [action.act for action in look.actions]


def test_without_what_it_needs_it_is_not_offered_and_says_why() -> None:
    look = card(reranker(installed=False, bytes_here=0, lacks="transformers"), None, Activity())
    assert look.progress == "It needs transformers, which this build of Afterimage does not have."
    assert (look.badge, look.actions) == ("Not in this build", ())
