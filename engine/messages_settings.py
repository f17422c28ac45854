"""The part of the contract that is about what a person sets for a library, and about pausing one folder.

A part of `engine.messages`, through which everybody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GetSettings:
    """Reply: {"values": {name: value}, "data": path as text, "battery": whether this computer has one}."""

    request: int


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Names and values are those of `engine.library_settings`. Reply as for GetSettings."""

    request: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PauseFolder:
    """A paused folder is neither scanned nor indexed; what is known of it stays searchable."""

    request: int
    folder_id: int
    paused: bool


@dataclass(frozen=True, slots=True)
class SayMissing:
    """What became of photos that were missing at once (`Folder.in_doubt`) in `folder`, below it or around it: they were
    `deleted`, or will be back."""

    request: int
    folder: bytes
    deleted: bool


SettingsRequest = GetSettings | SetSetting | PauseFolder | SayMissing
