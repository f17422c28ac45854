"""The whole, opened on a data folder: the headless API and the composition root of the engine.

One process and one thread own a Library. Only `load_model` may run in another thread, and only until it returns.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from engine import config
from engine.allocator import give_back_freed_memory, pass_over_what_is_there
from engine.bug_log import BugLog
from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.duplicates import DuplicateFinder
from engine.export import ExportItem
from engine.folder_access import require_readable
from engine.forgetting import Forgetting
from engine.head_change import ComingHead
from engine.health import ChangeHealth, ModelHealth, health
from engine.index_pause import IndexPause
from engine.index_progress import DiskRoom, index_progress
from engine.kept_catalog import KeptCatalog
from engine.late_sidecars import LateSidecars
from engine.learned import Learned
from engine.library_lock import LibraryLock
from engine.library_settings import LibrarySettings
from engine.locations import Locations
from engine.messages import IndexProgress, PrepareProgress, Rendition, Search, SearchResults
from engine.model_settings import ModelSettings
from engine.model_switch import Models, ModelSwitch
from engine.offers import Offers
from engine.own_models import OwnModels
from engine.pace import Pace
from engine.photo import Folder, Problem
from engine.photo_explanations import PhotoExplanations
from engine.photo_renditions import PhotoRenditions
from engine.photo_search import PhotoSearch
from engine.photo_tags import PhotoTags
from engine.presets import Presets
from engine.renditions import RenditionStore
from engine.rescanner import Rescanner
from engine.result_shelf import ResultShelf
from engine.scrub import Scrub
from engine.search_hit import SearchHit
from engine.sentences_to_try import SentenceChooser
from engine.served_model import ServedModel
from engine.tag_finder import TagFinder
from engine.thumbnails import ThumbnailStore
from engine.trained_heads import TrainedHeads

if TYPE_CHECKING:
    from engine.model_store import LoadedModel


class Library:
    """Open with `Library.open`, close with `close` (or use it in a `with`). `judgments`: what people say of photos;
    `heads`: those that were trained here; `learned`: what models know of photos; `explanations`: why one matched.
    `arrivals` counts photos that became READY since it was opened, also those that had changed."""

    def __init__(
        self,
        locations: Locations,
        lock: LibraryLock,
        *,
        models: Models | None,
        workers: int,
        open_pool: Callable[[ModelInput], DecodePool],
    ) -> None:
        self.locations = locations
        self._models = models
        self._store: Models | None = None  # the application's own, once it was asked for
        self._lock = lock
        self._open_pool = lambda model_input: self.settings.shaped(open_pool(model_input))
        self._keeper = KeptCatalog(locations)
        self.notice, self._catalog = self._keeper.notice, self._keeper.catalog
        self.judgments = self._catalog.judgments
        self.tags = PhotoTags(self._catalog, locations.sidecars)
        self.late_sidecars = LateSidecars(self._catalog, self.tags)
        self._thumbnails = ThumbnailStore(locations.thumbnails)
        self._switch = self._new_switch()
        self.heads = TrainedHeads(self._catalog, locations, switch=self._switch, thumbnails=self._thumbnails)
        self.model_settings = ModelSettings(self._catalog, Presets.of(locations), self._switch)
        self._own_models = OwnModels(locations, self.model_settings, device=None, light=False)
        self.learned = Learned(self._catalog, locations, self._switch, models=self._measured_models, workers=workers)
        self.scrub = Scrub(self._catalog, self._thumbnails)
        self.bugs = BugLog(os.path.join(locations.data, b"logs"))
        self._renditions = RenditionStore(locations.renditions)
        self._pictures = PhotoRenditions(self._catalog, self._renditions, self._served_model)
        self._rescanner = Rescanner(self._catalog, own_folders=[locations.data, locations.cache])
        pictures = (self._thumbnails, self._renditions)
        drop, tidy = self._switch.drop, self.tags.forget_backups
        self._forgetting = Forgetting(self._keeper, self._rescanner, pictures=pictures, drop=drop, tidy=tidy)
        self._results = ResultShelf(self._catalog, self._thumbnails)
        self.alike = self._results.alike
        self._search = PhotoSearch(self._catalog, self._results, self._served_model)
        self.offers = Offers(self._catalog, self._results, search=self._search.run, model=lambda: self.model_name)
        self.sentences = SentenceChooser(self._served_model)
        self.explanations = PhotoExplanations(self._catalog, self._served_model)
        self.tag_finder = TagFinder(self._catalog, self._results, self._search.run, self._served_model)
        self.duplicates = DuplicateFinder(self._catalog, self._thumbnails, self._served_model)
        self._pace, self._room = Pace(), DiskRoom(locations.data)
        self.settings: LibrarySettings = LibrarySettings(self._catalog, lambda: [at.pool for at in self._at_work()])
        self.pause = IndexPause(self._catalog, self.settings, self._rescanner)
        self._news = False  # photos came in since the change was told of it
        self.arrivals = 0

    @classmethod
    def open(
        cls,
        locations: Locations,
        *,
        model: str | None = None,
        workers: int | None = None,
        models: Models | None = None,
        niceness: int = 0,
        device: str | None = None,
        light: bool = False,
    ) -> Library:
        """Takes the kernel lock and opens the catalog; no model yet (`model`, or the chosen one). Photos are decoded in
        `workers` processes, `niceness` lower in priority. `device`: where the model computes, if not where the setting
        says. `light`: for one search, without indexing. Raises LibraryBusy, LibraryDamaged, DiskFull."""
        locations.create()
        lock = LibraryLock(locations.lock)
        lock.acquire()
        try:
            workers = workers or os.cpu_count() or 1
            open_pool = partial(DecodePool, workers=workers, niceness=niceness)
            library = cls(locations, lock, models=models, workers=workers, open_pool=open_pool)
            library._own_models = OwnModels(locations, library.model_settings, device=device, light=light)
            if light:
                library.set_paused(True)
            if model is not None:
                library._switch.lend(model)
            return library
        except BaseException:
            lock.release()
            raise

    # ---- the model -------------------------------------------------------------------------------------------

    @property
    def model_name(self) -> str:
        """The model that answers."""
        return self._switch.name

    @property
    def chosen_model(self) -> str:
        """The model that answers or, while there is a change, the one that will."""
        return self._switch.chosen

    @property
    def model_loaded(self) -> bool:
        return self._switch.loaded is not None

    def load_model(self) -> None:
        """Imports torch and loads the weights. Raises ModelMissing, ModelAltered. Does nothing the second time."""
        self._switch.load()
        pass_over_what_is_there()

    def use_model(self, name: str) -> None:
        """Chooses an installed model. The old one answers until the new one knows the photos; choosing the one that
        answers ends a change, and what was encoded for the other is kept. Raises ModelMissing."""
        self._switch.use(name)

    @property
    def wanted_model(self) -> str | None:
        """The model that `step` needs from `load_coming` to go on with a change."""
        return self._switch.wanted

    def begin_change(self) -> None:
        """Before `load_coming`. Raises AfterimageError, and gives the change up, where engines have died of it."""
        self._switch.begin_loading()

    def load_coming(self, name: str) -> None:
        """Loads the model that is to come; may run in another thread. Raises ModelMissing, ModelAltered."""
        self._switch.load_coming(name)

    def give_up_change(self, name: str) -> None:
        """After `load_coming` failed: the old model stays the chosen one."""
        self._switch.give_up(name)

    def prepare_progress(self, request: int = 0) -> PrepareProgress:
        return self._switch.progress(request, paused=self.pause.on)

    def _measured_models(self) -> Models:
        return self._models or self._own_models.alone(self._switch.heads)

    def _model_source(self) -> Models:
        self._store = self._models or self._store or self._own_models.open(self._switch.heads)
        return self._store

    def _new_switch(self) -> ModelSwitch:
        return ModelSwitch(
            self._catalog,
            self.locations,
            thumbnails=self._thumbnails,
            models=self._model_source,
            open_served=self._open_served,
            open_pool=self._open_pool,
        )

    def _open_served(self, loaded: LoadedModel) -> ServedModel:
        return ServedModel(
            loaded, self._catalog, locations=self.locations, thumbnails=self._thumbnails, open_pool=self._open_pool
        )

    def _served_model(self) -> ServedModel:
        self.load_model()
        served = self._switch.open()
        if served is None:
            raise AssertionError("load_model returned without a model")
        return served

    # ---- folders and photos ----------------------------------------------------------------------------------

    def add_folder(self, path: bytes) -> Folder:
        """Watches a folder and queues its first scan. Raises FolderUnreachable."""
        folder = require_readable(path)
        added = self._catalog.add_folder(folder)
        self._rescanner.request(folder)
        return added

    def remove_folder(self, folder_id: int) -> int:
        """Returns how many photos left the library; the files stay where they are."""
        return self._forgetting.folder(folder_id)

    def folders(self) -> list[Folder]:
        return self._rescanner.asked(self._catalog.folders(inside=True))

    def say_missing(self, folder: bytes, *, deleted: bool) -> None:
        """Whether photos that were missing at once below a folder were deleted, or will be back; a scan follows."""
        self._rescanner.say_missing(os.path.abspath(folder), deleted=deleted)

    def problems(self) -> list[Problem]:
        """Photos in quarantine, then subfolders that could not be read."""
        return [*self._catalog.problems(), *self._rescanner.problems()]

    def retry(self, photo_ids: Sequence[int] = ()) -> None:
        """Gives quarantined photos (all when empty) three new tries."""
        self._catalog.retry(photo_ids)

    def forget(self, paths: Sequence[bytes]) -> int:
        """Removes photos and folders from the library, never from the disk; returns how many photos. Scans of a folder
        that is still watched pass over them, until its path is added again or the folder is removed."""
        return self._forgetting.paths(paths)

    def passed_over(self, paths: Sequence[bytes]) -> int:
        """How many photos below these watched folders were forgotten and stay out."""
        return self._forgetting.passed_over(paths)

    def forget_everything(self) -> int:
        """Leaves an empty library; no photo and no sidecar is touched."""
        forgotten = self._forgetting.everything()
        self.tags.forget()
        self.learned.drop_unused()
        return forgotten

    # ---- indexing --------------------------------------------------------------------------------------------

    def request_scan(self, folder: bytes | None = None) -> None:
        """Queues a scan of the watched folders that hold `folder`, or of all."""
        self._rescanner.request(os.path.abspath(folder) if folder is not None else None)

    def set_paused(self, paused: bool) -> None:
        self.pause.ask(paused)
        if paused:
            self._pace.stop()

    def step(self, budget_s: float = config.INDEX_STEP_S) -> bool:
        """One slice of scanning, decoding, encoding and index building; True while there is more to do at once. Raises
        DiskFull where photos wait and there is hardly any room."""
        deadline_s = time.monotonic() + budget_s
        scanning = self._rescanner.slice(time.monotonic() + budget_s / 3)
        served = self._switch.open()
        if served is None:
            return self._change_step(deadline_s) or scanning
        if not self._indexed:
            self._room.require()
            self._pace.start()
        while served.indexer.doubtful:
            self._rescanner.request(served.indexer.doubtful.pop())
        ready, more = served.step(deadline_s, paused=self.pause.on)
        self._count(ready)
        if self._indexed:
            self._pace.stop()
        more = self._change_step(deadline_s) or scanning or more
        more = (self._indexed and self._rescanner.look_again()) or more
        resting = not more and self._indexed
        self._keeper.turn(resting=resting)
        more = self.scrub.turn(resting=resting and not self.pause.on) or more
        self._forgetting.rest(self.scrub.rounds, resting=resting)
        return more or (self._indexed and not self.pause.on and self.duplicates.prepare(deadline_s))

    def _change_step(self, deadline_s: float) -> bool:
        """New photos go first to the model that answers."""
        feed = not self.pause.on and self._indexed
        more = self._switch.step(deadline_s, feed=feed, news=self._news)
        self._news = False
        if self._switch.close_retired(self._search.uses):
            give_back_freed_memory()
        return more

    def _count(self, ready: int) -> None:
        self._pace.count(ready)
        self._news = self._news or ready > 0
        self.arrivals += ready

    def collect_pictures(self) -> None:
        """What the decoders have made for `rendition`, before or without a `step`."""
        if self._switch.served is not None:
            self._count(self._switch.served.collect())

    def wait_connections(self) -> list[Connection]:
        """What to wait on when `step` returned False and the decoders are still at work."""
        return [connection for served in self._at_work() for connection in served.connections()]

    def _at_work(self) -> list[ServedModel | ComingHead]:
        change = self._switch.change
        both = (self._switch.served, change.served if change is not None else None)
        return [served for served in both if served is not None]

    def next_due_s(self) -> float | None:
        """Seconds until `step` has something to do though nothing speaks: a photo is no longer too fresh to be opened,
        or a decoder hangs. None when there is nothing to wait for."""
        fresh = None if self.pause.on else self._catalog.next_fresh_s(time.time_ns())
        decoders = [served.next_due_s() for served in self._at_work()]
        return min((due for due in (fresh, *decoders) if due is not None), default=None)

    @property
    def idle(self) -> bool:
        """Scan and queue are done, and so is a change of models that was begun."""
        return self._indexed and not self._switch.working

    @property
    def _indexed(self) -> bool:
        served = self._switch.served
        return not self._rescanner.active and self._catalog.waiting() == 0 and not (served and served.busy)

    def progress(self, request: int = 0) -> IndexProgress:
        state: dict[str, Any] = {"scanning": self._rescanner.active, "paused": self.pause.on, "note": self.pause.note}
        return index_progress(request, self._catalog, self._pace, **state)

    # ---- search ----------------------------------------------------------------------------------------------

    def search(self, request: Search) -> Iterator[SearchResults | None]:
        """RETRIEVED first, then RERANKED where there was something to rerank; None between slices of work.

        Raises PhotoUnreadable for an example photo that cannot be used.
        """
        return self.offers.saved.heard(request, self._search.run(request))

    def hits(self, result: int, first: int, count: int) -> list[SearchHit]:
        """Complete hits of a page of a result; a handle that is too old has none."""
        return self._results.hits(result, first, count)

    def export_items(self, photo_ids: Sequence[int]) -> list[ExportItem]:
        return [ExportItem(row.path, row.taken_at or "") for row in self._catalog.hits(photo_ids)]

    def rendition(self, request: int, photo_id: int, edge: int) -> Iterator[Rendition | None]:
        """None while the decoders are at it, then the rendition. Raises PhotoUnreadable, FolderUnreachable."""
        return self._pictures.make(request, photo_id, edge)

    # ---- health and end --------------------------------------------------------------------------------------

    def doctor(self) -> dict[str, Any]:
        """The health report, with the keys that `afterimage doctor --json` prints."""
        now = self.prepare_progress()
        change = ChangeHealth(now.name, now.done, now.total) if now.name else None
        model = ModelHealth(self.model_name, self._switch.open(), self._switch.failure, change, self.learned.all())
        report = health(self._catalog, self.locations, model, folders=self.folders(), problems=self.problems())
        return {**report, "scrub": self.scrub.figures()}

    def close(self) -> None:
        """Stops the decoders, saves the index and gives the lock back."""
        self._switch.close()
        self._keeper.close()
        self._lock.release()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
