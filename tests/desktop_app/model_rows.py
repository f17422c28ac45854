"""Models as the engine lists them (one that ships, a larger one that is recommended, a small one), and their cards."""

from __future__ import annotations

from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop_app.app import AppWindow
from desktop_app.widgets.model_card import ModelCard
from tests.desktop_app.hands import LEFT

SEARCH_ONLY = {"search": True, "rerank": False, "probability": False, "nothing_matches": False, "why": False}


def row(name: str, **facts: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": name,
        "title": name.title(),
        "licence": "Apache-2.0",
        "licence_url": "https://www.apache.org/licenses/LICENSE-2.0",
        "licence_note": None,
        "bytes": 1_540_000_000,
        "bytes_exact": False,
        "languages": "about 109",
        "language_codes": None,
        "installed": False,
        "in_use": False,
        "chosen": False,
        "ships": False,
        "bytes_here": 0,
        "abilities": dict(SEARCH_ONLY),
        "recall": {"coco_r1": 47.2, "flickr30k_r1": 75.5, "source": "its paper"},
        "cost": {"parameters_m": 377, "image_gflops": 11.5, "source": "its paper"},
        "open_clip": None,
        "repository": f"somebody/{name}",
        "commit": None,
        "imported_from": None,
        "server": "https://hub.example",
        "free_bytes": 41_000_000_000,
    }
    return known | facts


def three_models() -> list[dict[str, Any]]:
    starter = row(
        "starter",
        bytes=33_000_000,
        bytes_exact=True,
        bytes_here=33_000_000,
        languages="English",
        installed=True,
        in_use=True,
        chosen=True,
        ships=True,
        abilities={**SEARCH_ONLY, "rerank": True},
        recall={"coco_r1": None, "source": "its model card"},
        cost={"image_gflops": 0.4},
        repository=None,
    )
    small = row("small", bytes=608_000_000, languages="English", recall={"coco_r1": 39.9, "source": "its paper"})
    return [starter, row("fast", title="Fast (recommended)"), small]


def cards(shown: AppWindow) -> dict[str, ModelCard]:
    found = shown.window.models.findChildren(ModelCard)
    return {card.look.name: card for card in found if card.look is not None and card.isVisible()}


def button(part: QWidget, text: str) -> QPushButton:
    return next(each for each in part.findChildren(QPushButton) if each.text().startswith(text) and each.isVisible())


def press(part: QWidget, text: str) -> None:
    QTest.mouseClick(button(part, text), LEFT)


def buttons(part: QWidget) -> list[str]:
    return [each.text() for each in part.findChildren(QPushButton) if each.isVisible()]


def said(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())
