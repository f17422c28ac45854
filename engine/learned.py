"""What models have learned of a library's photos: what that takes, what it would take, and how it is let go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from engine.allocator import give_back_freed_memory
from engine.catalog import Catalog
from engine.locations import Locations
from engine.model_data import ModelData, dropping, model_data
from engine.model_estimate import SAMPLE, ModelEstimate, estimating

if TYPE_CHECKING:
    from engine.model_switch import Models, ModelSwitch


class Learned:
    """Of the models of one library. `models`: where one is loaded from to be measured; `workers`: how many decoders
    would stand beside it."""

    def __init__(
        self, catalog: Catalog, locations: Locations, switch: ModelSwitch, *, models: Callable[[], Models], workers: int
    ) -> None:
        self._catalog, self._locations, self._switch = catalog, locations, switch
        self._models, self._workers = models, workers

    def all(self) -> list[ModelData]:
        """In bytes, of each model."""
        return model_data(self._catalog, self._locations)

    def dropping(self, name: str) -> Iterator[int]:
        """Frees what a model has learned, by its name or id, a slice of work at a time; each yields how many bytes it
        frees in the end. Raises AfterimageError while it is in use or being prepared."""
        return dropping(self._catalog, self._locations, name, in_use=self._switch.data_in_use)

    def drop(self, name: str) -> int:
        """The same in one go; returns how many bytes."""
        return max(self.dropping(name))

    def drop_unused(self) -> None:
        """Lets go what no model in use has learned: its tokens and index would stay until they are opened."""
        for name in {data.model_id for data in self.all()} - self._switch.data_in_use():
            self.drop(name)

    def estimating(self, name: str) -> Callable[[], ModelEstimate]:
        """What preparing the photos for a model takes here. The function that is returned does the work, in seconds,
        and may run in another thread. It raises ModelMissing, ModelAltered."""
        photos, paths = self._switch.lacking(name), self._catalog.sample(SAMPLE)
        if not self._switch.is_here(name):
            return partial(ModelEstimate, photos, reason="it is not installed yet")
        measure = estimating(lambda: self._models().load(name), paths, photos, workers=self._workers)

        def measured() -> ModelEstimate:
            try:
                return measure()
            finally:
                give_back_freed_memory()

        return measured
