"""Which model answers, and how another one takes its place: it is prepared beside, and takes over in one moment.

Two settings of the catalog say it all: the model that answers, and the one that is to come. They change together, in
one transaction, after everything that the new one needs is on the disk. A cut before it leaves the old one, a cut after
it the new one. What the old one has learned is kept, which is what makes going back quick.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.catalog import Catalog
from engine.catch_up import CatchUp
from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.errors import AfterimageError, DeviceLost, ModelMissing
from engine.head_change import ComingHead
from engine.locations import Locations
from engine.messages import PrepareProgress
from engine.pace import Pace
from engine.presets import MANIFEST, STARTER, Presets
from engine.renamed_models import bring_along
from engine.served_model import ServedModel
from engine.thumbnails import ThumbnailStore

if TYPE_CHECKING:
    from engine.model_store import LoadedModel

SERVING = "model"
COMING = "coming model"
TRIES = "tries of the coming model"
HEADS = "heads"  # JSON: by model the key of a head that was trained here; an empty one is the model's own
COMING_HEAD = "coming head"  # JSON: such a key, where the coming model is the one that answers
MOST_TRIES = 3  # processes that may die of it, for want of memory say, before it has encoded anything
COUNT_S = 10.0  # between two counts of what is left, while photos come in


class Models(Protocol):
    """Where a model comes from by its name."""

    def load(self, name: str) -> LoadedModel: ...


class ModelSwitch:
    """`name` is the model that answers, `served` what is at work of it, `change` the other one while it is prepared.

    One thread owns it; only `load` and `load_coming` may run in others, and only until they return.
    """

    def __init__(
        self,
        catalog: Catalog,
        locations: Locations,
        *,
        thumbnails: ThumbnailStore,
        models: Callable[[], Models],
        open_served: Callable[[LoadedModel], ServedModel],
        open_pool: Callable[[ModelInput], DecodePool],
    ) -> None:
        self.served: ServedModel | None = None
        self.change: CatchUp | None = None
        self.failure: str | None = None  # why `name` could not be loaded
        self.name = catalog.setting(SERVING) or STARTER
        self._coming = catalog.setting(COMING) or ""
        self._loading_head: str | None = None
        self._lent = False
        self._catalog = catalog
        self._locations = locations
        self._thumbnails = thumbnails
        self._models = models
        self._open_served = open_served
        self._open_pool = open_pool
        self.heads = self._chosen_heads()  # for whoever loads a model now
        self._coming_head: str | None = json.loads(catalog.setting(COMING_HEAD) or "null")
        self.changes = 0  # of model or head, since the start
        self._begun = False
        self._tried = False
        self._loaded: LoadedModel | None = None
        self._arrived: tuple[str, LoadedModel] | None = None
        self._retired: list[ServedModel] = []
        self._pace = Pace()
        self._counted_s = 0.0

    def lend(self, name: str) -> None:
        """Another model than the chosen one answers until the library is closed; nothing is prepared meanwhile."""
        self._lent = name != self.name
        self.name = name

    # ---- choosing --------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        """The model that answers now or, while there is a change, the one that will."""
        return self._coming or (self._catalog.setting(SERVING) or STARTER)

    def use(self, name: str) -> None:
        """Chooses an installed model. The one that answers ends a change; where there is nothing to prepare and no
        model at work yet, the other answers at once. Raises ModelMissing, also for one that only reranks."""
        presets = Presets.of(self._locations)
        preset = presets.get(name)
        if preset.reranks_others:
            remedy = "use another model: where that has no head of its own, this one reranks for it"
            raise ModelMissing(f"{name} finds no photos, it only reranks", remedy=remedy)
        presets.require(name)
        preset.require_parts()
        if name != self._coming or self._coming_head is not None:
            self._stop_change()
        if self._lent or name == self.name:
            self._settle(name)
        elif not self._begun and self._nothing_to_prepare(name):
            self._settle(name)
            self.name = name
        else:
            self._catalog.set_settings({COMING: name, TRIES: "", COMING_HEAD: ""})
            self._coming, self._coming_head = name, None
            self._take_heads(self._chosen_heads())

    def _settle(self, name: str, *, with_head: bool = False) -> None:
        """`name` is the chosen model, and `with_head` the coming head its head."""
        heads = self._chosen_heads()
        if with_head and self._coming_head is not None:
            heads[name] = self._coming_head
        settings = {SERVING: name, COMING: "", TRIES: "", COMING_HEAD: "", HEADS: json.dumps(heads)}
        self._catalog.set_settings(settings)
        self._coming, self._coming_head = "", None
        self._take_heads(heads)

    # ---- heads -----------------------------------------------------------------------------------------------

    def use_head(self, name: str, key: str, *, ready: bool = False) -> None:
        """Chooses a head of a model that was trained here, an empty key for the model's own. That of the model that
        answers changes as soon as it is loaded and has its tokens; until then the head before it serves. `ready`: they
        are there."""
        elsewhere = name != self.name or self._lent or self._coming not in ("", name)
        if elsewhere or (not self._begun and (ready or not self._catalog.contents_count())):
            if name == self._coming:
                self._stop_change()  # and begin it again, with this head; or it was for another head
                if name == self.name:
                    self._settle(name)
            heads = {**self._chosen_heads(), name: key}
            self._catalog.set_settings({HEADS: json.dumps(heads)})
            self._take_heads(heads)
            return
        heads = self._chosen_heads()
        self._stop_change()
        if self._begun and heads.get(name, "") == key:
            self._settle(name)
            return
        self._coming, self._coming_head = name, key
        self._catalog.set_settings({COMING: name, COMING_HEAD: json.dumps(key), TRIES: ""})

    def head_of(self, name: str) -> str:
        """The key of the head that was trained here and is chosen for a model; empty where it is the model's own."""
        if name == self._coming and self._coming_head is not None:
            return self._coming_head
        return self._chosen_heads().get(name, "")

    def settled_head_of(self, name: str) -> str:
        """The same without one that is still being prepared."""
        return self._chosen_heads().get(name, "")

    def _chosen_heads(self) -> dict[str, str]:
        heads: dict[str, str] = json.loads(self._catalog.setting(HEADS) or "{}")
        return heads

    def _take_heads(self, heads: Mapping[str, str]) -> None:
        self.heads.clear()
        self.heads.update(heads)
        if self._coming_head is not None and self._tried:  # it is being loaded
            self.heads[self._coming] = self._coming_head

    def _nothing_to_prepare(self, name: str) -> bool:
        if not self._catalog.contents_count() or not self.is_here(self.name):
            return True
        return self.lacking(name) == 0

    def lacking(self, name: str) -> int:
        """How many photos (contents) a model does not know that may never have been loaded."""
        return self._catalog.models.left(self._catalog.models.known_as(name, self._files(name)))

    def is_here(self, name: str) -> bool:
        """Whether its files are installed."""
        return Presets.of(self._locations).folder(name) is not None or os.path.isdir(name)

    def _files(self, name: str) -> str:
        """What the model's manifest hashes to, and so all of its files; "" where it has none."""
        folder = Presets.of(self._locations).folder(name) or Path(name)
        try:
            return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
        except OSError:
            return ""

    def data_in_use(self) -> set[str]:
        """Ids of the models at work; of those that are not loaded, all that were ever loaded under their names."""
        loaded = [self._loaded, self.change.served.loaded if self.change is not None else None]
        names = {name for name, model in zip((self.name, self._coming), loaded, strict=True) if model is None and name}
        return {model.model_id for model in loaded if model is not None} | self._catalog.models.named(names)

    # ---- loading ---------------------------------------------------------------------------------------------

    @property
    def loaded(self) -> LoadedModel | None:
        """The model that answers, once it is in memory."""
        return self._loaded

    def load(self) -> None:
        """Loads the model that answers. Raises ModelMissing, ModelAltered. Does nothing the second time."""
        self._begun = True
        if self._loaded is not None:
            return
        try:
            self._loaded = self._models().load(self.name)
        except AfterimageError as failure:
            self.failure = failure.sentence()
            raise

    @property
    def wanted(self) -> str | None:
        """The model that is to come and has to be loaded for it."""
        waits = self._coming and not self._lent and self.change is None and self._arrived is None
        return self._coming if waits else None

    def begin_loading(self) -> None:
        """Before the model that is to come is loaded, on the thread that owns the catalog. Raises AfterimageError, and
        gives the change up, where several processes have died of it."""
        tries = int(self._catalog.setting(TRIES) or 0)
        if tries >= MOST_TRIES:
            name = self._coming
            self._settle(self.name)
            remedy = "choose a smaller model, or this one again when more memory is free"
            raise AfterimageError(f"Afterimage ended {tries} times while it prepared {name}", remedy=remedy)
        self._catalog.set_settings({TRIES: str(tries + 1)})
        self._tried = True
        self._loading_head = self._coming_head
        if self._coming_head is not None:
            self.heads[self._coming] = self._coming_head

    def _survived(self) -> None:
        if self._tried:
            self._catalog.set_settings({TRIES: ""})
            self._tried = False

    def load_coming(self, name: str) -> None:
        """Loads the model that is to come. Raises ModelMissing, ModelAltered."""
        self._arrived = name, self._models().load(name)

    def give_up(self, name: str) -> None:
        """The model that was to come cannot be loaded."""
        if name == self._coming:
            self._settle(self.name)

    def open(self) -> ServedModel | None:
        """What is at work of the model that answers, opened once it is loaded."""
        if self.served is None and self._loaded is not None:
            self.served = self._opened(self._loaded, self.name)
            self.served.serve()
        return self.served

    def _opened(self, loaded: LoadedModel, name: str) -> ServedModel:
        files = self._files(name)
        bring_along(self._catalog, self._locations, loaded.model_id, files=files)
        self._catalog.models.note(loaded.model_id, name, files)
        return self._open_served(loaded)

    # ---- changing --------------------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        """A change is not over, or the model before is still needed by somebody."""
        return self.change is not None or self._arrived is not None or bool(self._retired)

    def step(self, deadline_s: float, *, feed: bool, news: bool) -> bool:
        """A slice of the change; True while there is more to do at once. `feed` while the model that answers has
        nothing to do; `news`: photos have come in."""
        if self._arrived is not None:
            self._begin_change(*self._arrived)
        change = self.change
        if change is None:
            return False
        if news and time.monotonic() > self._counted_s + COUNT_S:
            change.count()
            self._counted_s = time.monotonic()
        if feed:
            self._pace.start()
        try:
            done, more = change.step(deadline_s, feed=feed)
        except DeviceLost:  # a try that this process does not survive, although it ends in good order
            self._tried = False
            raise
        self._pace.count(done)
        if done:
            self._survived()
        if change.finished and not more and not (self.served and self.served.busy):
            self._take_over(change)
        return more

    def _begin_change(self, name: str, loaded: LoadedModel) -> None:
        if name != self._coming:  # another choice meanwhile
            self._arrived = None
            return
        served = self.open()
        if served is not None and served.loaded.model_id == loaded.model_id:  # another name, or another head
            self._begin_head_change(served, name, loaded)
            return
        self.change = CatchUp(self._opened(loaded, name), self._catalog, self._thumbnails)
        self._arrived = None  # not before: where opening fails, on a full disk say, it is tried again
        self._pace.stop()
        if served is None:  # nobody answers: searching what there is beats waiting for all
            self._take_over(self.change)

    def _begin_head_change(self, served: ServedModel, name: str, loaded: LoadedModel) -> None:
        """At once where the other head reads the tokens that are there, or none."""
        if self._another_head(loaded):  # it is loaded again, as often as a model that ends the engine
            self._arrived = None
            return
        version = loaded.token_version
        if loaded.token_shape is None or version == served.loaded.token_version:
            same = served.tokens if loaded.token_shape is not None else None
            self._arrived = None
            self._replace(served if loaded.head == served.loaded.head else served.with_head(loaded, same), name)
            return
        folder = self._locations.model(loaded.model_id)
        coming = ComingHead(loaded, served, self._catalog, folder=folder, open_pool=self._open_pool)
        self.change = CatchUp(coming, self._catalog, self._thumbnails)
        self._arrived = None
        self._pace.stop()

    def _another_head(self, loaded: LoadedModel) -> bool:
        """Whether another one was chosen while this one was loaded, or it could not be read."""
        wanted = self._coming_head
        return wanted is not None and (wanted != self._loading_head or (wanted != "" and wanted != loaded.head))

    def _take_over(self, change: CatchUp) -> None:
        """The moment of the change. Searches under way go on with the model that they began with."""
        change.served.make_durable()
        self.change = None
        self._replace(change.served.at_work(), self._coming)
        self._pace.stop()

    def _replace(self, new: ServedModel, name: str) -> None:
        self.name = name
        self._settle(name, with_head=True)
        if self.served is not None and self.served is not new:
            self._retired.append(self.served)
        self.served, self._loaded, self.failure = new, new.loaded, None
        self.changes += 1
        new.serve()

    def _stop_change(self) -> None:
        """What was encoded so far is kept."""
        self._arrived = None
        if self.change is not None:
            self.change.served.close()
            self.change = None
            self._pace.stop()

    def close_retired(self, in_use: Callable[[ServedModel], bool]) -> bool:
        """Frees models that nobody searches with any more. Returns whether there was one."""
        done = [old for old in self._retired if not in_use(old)]
        for old in done:
            self._retired.remove(old)
            old.close()
        return bool(done)

    def drop(self, content_ids: Sequence[int]) -> None:
        """These contents are no more."""
        if self.served is not None:
            self.served.drop(content_ids)
        if self.change is not None:
            self.change.drop(content_ids)

    def progress(self, request: int, *, paused: bool) -> PrepareProgress:
        if not self._coming or self._lent:
            return PrepareProgress(request)
        if self.change is None:
            return PrepareProgress(request, self._coming, paused=paused)
        done, left, rate = self.change.done, self.change.left, 0.0 if paused else self._pace.rate()
        left_s = left / rate if rate and left else None
        return PrepareProgress(request, self._coming, done, done + left, rate, left_s, paused)

    def close(self) -> None:
        self._stop_change()
        self._survived()
        self.close_retired(lambda _: False)
        if self.served is not None:
            self.served.close()
