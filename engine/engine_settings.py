"""Requests about the settings of a library, answered at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engine import messages as m
from engine.errors import printable
from engine.power import Power

if TYPE_CHECKING:
    from engine.library import Library


def answer(library: Library, request: m.SettingsRequest) -> str:
    """JSON text. Raises UsageError."""
    match request:
        case m.PauseFolder():
            library.pause.ask_folder(request.folder_id, request.paused)
        case m.SayMissing():
            library.say_missing(request.folder, deleted=request.deleted)
        case m.SetSetting():
            library.settings.set(request.name, request.value)
    data, values = printable(library.locations.data), library.settings.all()
    return json.dumps({"values": values, "data": data, "battery": Power.has_battery()})
