"""Why indexing rests although there is work: a person said so, or the computer runs on its battery."""

from __future__ import annotations

from collections.abc import Callable

from engine.catalog import Catalog
from engine.library_settings import ON_BATTERY, LibrarySettings
from engine.power import Power
from engine.rescanner import Rescanner

NOTE = "on battery"


class IndexPause:
    """A person who says "go on" means it, on battery too, until the mains are back."""

    def __init__(
        self,
        catalog: Catalog,
        settings: LibrarySettings,
        rescanner: Rescanner,
        *,
        on_battery: Callable[[], bool] | None = None,
    ) -> None:
        self._catalog, self._settings, self._rescanner = catalog, settings, rescanner
        self._on_battery = on_battery or Power().on_battery
        self._asked = False
        self._anyway = False

    def ask(self, paused: bool) -> None:
        """What a person wants."""
        self._asked, self._anyway = paused, not paused

    def ask_folder(self, folder_id: int, paused: bool) -> None:
        """What is known of it stays; it is looked through again when it goes on."""
        self._catalog.set_folder_paused(folder_id, paused)
        self._rescanner.request()

    @property
    def on(self) -> bool:
        return self._asked or self._saving

    @property
    def note(self) -> str:
        """The reason, where it is not a person's wish."""
        return NOTE if self._saving and not self._asked else ""

    @property
    def _saving(self) -> bool:
        if self._settings.get(ON_BATTERY) != "pause":
            return False
        low = self._on_battery()
        self._anyway = self._anyway and low
        return low and not self._anyway
