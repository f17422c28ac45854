"""Small real stand-ins that behave like what they stand for, without its weight."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from engine.bug_log import BugLog
from engine.errors import AfterimageError, FolderUnreachable, ModelAltered, ModelMissing, PhotoUnreadable
from engine.export import ExportItem
from engine.locations import Locations
from engine.messages import (
    Explain,
    Explanation,
    IndexProgress,
    PrepareProgress,
    Rendition,
    Search,
    SearchResults,
    Stage,
    WordSight,
)
from engine.model_data import ModelData
from engine.model_estimate import ModelEstimate
from engine.photo import Folder, Problem
from engine.search_hit import SearchHit

PREPARE_STEPS = 3


class FakeScrub:
    """Finds what it is given."""

    def __init__(self) -> None:
        self.damage: AfterimageError | None = None

    def news(self) -> AfterimageError | None:
        damage, self.damage = self.damage, None
        return damage


class FakeLibrary:
    """A library in memory: every file of an added folder becomes one photo, one per step, once there is a model.

    A sentence finds the photos whose name holds it. `log` keeps the order of what was done.
    """

    def __init__(self, locations: Locations, *, rerank_slices: int = 3) -> None:
        self.locations = locations
        self.model_name = self.chosen_model = "fake"
        self.model_loaded = False
        self.log: list[str] = []
        self.may_load = threading.Event()
        self.may_load.set()
        self.model_failure: AfterimageError | None = None
        self.step_failure: Exception | None = None
        self.closed = self.collected = False
        self._rerank_slices = rerank_slices
        self._folders: dict[bytes, int] = {}
        self._to_scan: list[bytes] = []
        self._pending: list[bytes] = []
        self._ready: list[bytes] = []
        self._results: dict[int, list[bytes]] = {}
        self._paused = False
        self.wanted_model: str | None = None
        self.preparing = 0  # steps until the chosen model answers
        self.learned = self
        self.learned_by = ["fake"]
        self.arrivals = 0
        self.notice: AfterimageError | None = None
        self.scrub = FakeScrub()
        self.bugs = BugLog(os.path.join(locations.data, b"logs"))
        self.judgments: Any = None  # a catalog's, where a test is about them
        self.heads = self
        self.explanations = self

    # ---- model

    def load_model(self) -> None:
        self.may_load.wait()
        if self.model_failure is not None:
            raise self.model_failure
        self.model_loaded = True

    def abilities(self) -> dict[str, dict[str, bool]]:
        return {}  # nothing was trained here

    def use_model(self, name: str) -> None:
        if name == "absent":
            raise ModelMissing("the model 'absent' is not installed", remedy="use starter")
        self.chosen_model = name
        self.wanted_model = name if name != self.model_name else None

    def begin_change(self) -> None:
        self.log.append(f"begin {self.chosen_model}")

    def load_coming(self, name: str) -> None:
        if name == "altered":
            raise ModelAltered("the model was altered", remedy="get it again")
        self.may_load.wait()
        self.preparing, self.wanted_model = PREPARE_STEPS, None

    def give_up_change(self, name: str) -> None:
        self.chosen_model, self.wanted_model = self.model_name, None

    def prepare_progress(self, request: int = 0) -> PrepareProgress:
        if self.chosen_model == self.model_name:
            return PrepareProgress(request)
        return PrepareProgress(request, self.chosen_model, PREPARE_STEPS - self.preparing, PREPARE_STEPS, 1.0)

    def _prepare(self) -> bool:
        if not self.preparing or self.chosen_model == self.model_name:
            return False
        self.preparing -= 1
        if not self.preparing:
            self.model_name = self.chosen_model
        return bool(self.preparing)

    def estimating(self, name: str) -> Callable[[], ModelEstimate]:
        def measure() -> ModelEstimate:
            if name == "altered":
                raise ModelAltered("the model was altered", remedy="get it again")
            return ModelEstimate(len(self._ready), 2.0, len(self._ready) / 2, 1000)

        return measure

    def all(self) -> list[ModelData]:
        return [ModelData("id", name, 3, 100, 20, 3) for name in self.learned_by]

    def dropping(self, name: str) -> Iterator[int]:
        self.learned_by.remove(name)
        for part in range(3):
            self.log.append(f"drop {name}.{part}")
            yield 123

    @property
    def serving(self) -> tuple[str, int]:
        return self.model_name, 0

    # ---- why

    def explain(self, request: Explain) -> Iterator[Explanation]:
        """Of a photo of the newest result: a word is found where its name holds it."""
        self.log.append(f"explain {request.request}")
        name = os.path.basename(self._results[len(self._results)][request.photo_id]).decode()
        words = []
        for word in request.sentence.split():
            start, found = request.sentence.index(word), word in name
            heat = struct.pack("<4f", *(0, float(found), 0, 0))
            words.append(WordSight(word, start, start + len(word), float(found), found, 2, 2, heat))
        yield Explanation(request.request, request.photo_id, request.sentence, tuple(words))

    # ---- folders

    def add_folder(self, path: bytes) -> Folder:
        if not os.path.isdir(path):
            raise FolderUnreachable("There is no such folder", path=path, remedy="check the name")
        self._folders.setdefault(path, len(self._folders) + 1)
        self._to_scan.append(path)
        return Folder(self._folders[path], path)

    def remove_folder(self, folder_id: int) -> int:
        path = next(known for known, number in self._folders.items() if number == folder_id)
        del self._folders[path]
        return self.forget([path])

    def folders(self) -> list[Folder]:
        return [Folder(number, path) for path, number in self._folders.items()]

    def problems(self) -> list[Problem]:
        return [Problem(b"/broken.jpg", "it is cut short", "copy it again", 9)]

    def retry(self, photo_ids: Sequence[int] = ()) -> None:
        self.log.append(f"retry {list(photo_ids)}")

    def forget(self, paths: Sequence[bytes]) -> int:
        gone = [photo for photo in self._ready if any(photo == p or photo.startswith(p + b"/") for p in paths)]
        self._ready = [photo for photo in self._ready if photo not in gone]
        return len(gone)

    def passed_over(self, paths: Sequence[bytes]) -> int:
        return 0

    def forget_everything(self) -> int:
        count = len(self._ready)
        self._ready.clear()
        self._folders.clear()
        return count

    def export_items(self, photo_ids: Sequence[int]) -> list[ExportItem]:
        return []

    # ---- indexing

    def edit(self, path: bytes) -> None:
        """The photo's file is written anew: the next scan finds it changed."""
        self._ready.remove(path)

    def request_scan(self, folder: bytes | None = None) -> None:
        self._to_scan += [known for known in self._folders if folder is None or folder == known]

    def set_paused(self, paused: bool) -> None:
        self._paused = paused

    def step(self, budget_s: float = 0.15) -> bool:
        self.log.append("step")
        self.collected = True
        if self.step_failure is not None:
            raise self.step_failure
        if self._to_scan:
            folder = self._to_scan.pop()
            found = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
            self._pending += [path for path in found if path not in self._ready and path not in self._pending]
        if self.model_loaded and self._pending and not self._paused:
            self._ready.append(self._pending.pop(0))
            self.arrivals += 1
        if not self._pending and self._prepare():
            return True
        return bool(self._to_scan or (self.model_loaded and self._pending and not self._paused))

    def collect_pictures(self) -> None:
        self.collected = True

    def wait_connections(self) -> list[Connection]:
        return []

    def next_due_s(self) -> float | None:
        return None

    @property
    def idle(self) -> bool:
        return not self._to_scan and not self._pending and not self.preparing

    def progress(self, request: int = 0) -> IndexProgress:
        return IndexProgress(
            request=request, ready=len(self._ready), pending=len(self._pending), unreadable=0, missing=0, rate=1.0,
            seconds_left=None, active=not self.idle, paused=self._paused, scanning=bool(self._to_scan),
        )  # fmt: skip

    # ---- search

    def search(self, request: Search) -> Iterator[SearchResults | None]:
        if request.sentence == "a bug":
            raise ZeroDivisionError("planted")
        for like in request.like:
            if not os.path.isfile(like):
                raise PhotoUnreadable("There is no such photo", path=like, remedy="check the name")
        inside = [p for p in self._ready if request.folder is None or p.startswith(request.folder + b"/")]
        found = [p for p in inside if request.sentence.encode() in os.path.basename(p)]
        yield self._results_of(request, found, Stage.RETRIEVED)
        if request.sentence and request.rerank and found:
            for part in range(self._rerank_slices):
                self.log.append(f"rerank {request.request}.{part}")
                yield None
            yield self._results_of(request, found[::-1], Stage.RERANKED)

    def _results_of(self, request: Search, found: list[bytes], stage: Stage) -> SearchResults:
        self.log.append(f"{stage} {request.request}")
        found = found[: request.limit]
        handle = len(self._results) + 1
        self._results[handle] = found
        n = len(found)
        return SearchResults(
            request=request.request, result=handle, stage=stage, count=n, photo_ids=struct.pack(f"<{n}q", *range(n)),
            aspect_ratios=struct.pack(f"<{n}f", *[1.5] * n), tones=bytes(4 * n),
            looked_closely=n if stage == Stage.RERANKED else 0, searched=len(self._ready), total=len(self._ready),
            seconds=0.001, sentence=request.sentence,
        )  # fmt: skip

    def hits(self, result: int, first: int, count: int) -> list[SearchHit]:
        paths = self._results.get(result, [])[first : first + count]
        return [
            SearchHit(
                place,
                path,
                b"/thumb",
                600,
                400,
                score=1.0 / (1 + place),
                cosine=0.25,
                matched=b"un" not in os.path.basename(path),
            )
            for place, path in enumerate(paths, start=first)
        ]

    def alike(self, result: int, row: int) -> list[SearchHit]:
        return self.hits(result, row, 1)

    def rendition(self, request: int, photo_id: int, edge: int) -> Iterator[Rendition | None]:
        self.collected = False
        while not self.collected:
            yield None
        if photo_id < 0:
            raise PhotoUnreadable("This photo is no longer in the library", remedy="search again")
        yield Rendition(request, photo_id, b"/rendition.jpg", edge, edge)

    # ---- health and end

    def doctor(self) -> dict[str, Any]:
        photos = {"pending": 0, "ready": len(self._ready), "missing": 0}
        well = {"index": {"verified": True}, "database": {"integrity": "ok"}, "folders": [], "problems": []}
        return {"photos": photos, "model": self.model_name, "loaded": self.model_loaded, **well}

    def close(self) -> None:
        self.closed = True
