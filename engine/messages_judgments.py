"""The part of the contract that is about ticks and crosses: what a person says of a sentence and a photo.

A part of `engine.messages`, through which everybody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judge:
    """A person says of a photo that the sentence describes it: verdict 1, or that it does not: -1; 0 takes back what
    was said. It belongs to what the photo shows, and so to every copy of it, and stays when the model changes or the
    photo moves. Ends in Reply, which comes when it is on the disk."""

    request: int
    sentence: str
    photo_id: int
    verdict: int = 1


@dataclass(frozen=True, slots=True)
class ListJudgments:
    """What was said of one sentence; ends in Judgments and Reply."""

    request: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Judgments:
    """Packed ids int64 of the photos that a sentence describes, and of those that it does not, as a person said."""

    request: int
    sentence: str
    right: bytes = b""
    wrong: bytes = b""


@dataclass(frozen=True, slots=True)
class GetExamples:
    """What a training on this computer can learn from. Reply.value is JSON: the chosen `model` (or the one named here)
    and the key of its `head` (empty: its own), `judgments` (objects with `sentence`, `verdict`, `content`, `path`), and
    `photos`, paths of some others. Paths are in base64."""

    request: int
    model: str = ""


@dataclass(frozen=True, slots=True)
class UseHead:
    """Choose a head that was trained here for an installed model, or with an empty key the model's own. That of the
    model that answers takes over once it is loaded and has its tokens; PrepareProgress tells how far it is."""

    request: int
    model: str
    model_id: str
    key: str = ""


JudgmentRequest = Judge | ListJudgments | GetExamples | UseHead
