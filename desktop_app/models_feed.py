"""What the engine tells of models, and what people ask of it about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.live_search import Asker
from desktop_app.model_facts import ModelFacts, read_estimate, read_found, read_models
from desktop_app.model_look import Act, Activity
from desktop_app.translation import tr
from desktop_app.wording import failure
from engine import messages as m

IDLE = Activity()
ESTIMATE = "estimate"
LOOK = "look"
IMPORT = "import"


class ModelsFeed(QObject):
    """Keeps the newest list and what happens to each model."""

    changed = Signal()
    found = Signal(object)  # FoundModel: what lies in a folder, before it is imported
    reading = Signal(object)  # FetchProgress of a model on this disk that is looked at or taken in
    fetched = Signal(str)  # the title of a model that was downloaded
    imported = Signal(str)
    failed = Signal(str)  # what belongs to no model: one sentence

    def __init__(self, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models: tuple[ModelFacts, ...] = ()
        self._activities: dict[str, Activity] = {}
        self._prepare = m.PrepareProgress(0)
        self._asker = asker
        self._asked: dict[int, tuple[str, str, bytes]] = {}  # what, about which model, where
        self._listing = 0  # only the newest list counts

    def model(self, name: str) -> ModelFacts | None:
        return next((model for model in self.models if model.name == name), None)

    @property
    def now(self) -> ModelFacts | None:
        """The model that answers."""
        return next((model for model in self.models if model.in_use), None)

    def activity(self, name: str) -> Activity:
        known = self._activities.get(name, IDLE)
        return replace(known, prepare=self._prepare) if self._prepare.name == name else known

    # ---- what people ask ----

    def ask(self) -> None:
        self._listing = self._asker.next_id()
        self._asker.send(m.ListModels(self._listing))

    def act(self, name: str, act: Act) -> None:
        """What was decided on a card."""
        requests: dict[Act, Callable[[int], m.Request]] = {
            Act.DOWNLOAD: lambda request: m.FetchModel(request, name),
            Act.RESUME: lambda request: m.FetchModel(request, name),
            Act.PAUSE: lambda request: m.PauseFetch(request, name),
            Act.DISCARD: lambda request: m.RemoveModel(request, name),
            Act.REMOVE: lambda request: m.RemoveModel(request, name),
            Act.DROP: lambda request: m.DropModelData(request, name),
            Act.USE: lambda request: m.UseModel(request, name),
            Act.STAY: lambda request: m.UseModel(request, self.now.name if self.now else ""),
        }
        if act in (Act.DOWNLOAD, Act.RESUME):
            self._begin(name, fetch=m.FetchProgress(0, name, m.FetchStage.ASKING))
        elif act in (Act.REMOVE, Act.DROP):
            self._begin(name, doing=tr("Removing…"))
        self._send(act, name, requests[act])
        self.changed.emit()

    def estimate(self, name: str) -> None:
        """Measured anew each time: the machine may be busier or calmer than it was."""
        self._change(name, measuring=True)
        self._send(ESTIMATE, name, lambda request: m.EstimateModel(request, name))
        self.changed.emit()

    def look_at(self, path: bytes) -> None:
        self._send(LOOK, "", lambda request: m.LookAtModel(request, path), path)

    def take_in(self, path: bytes, name: str, sha256: str) -> None:
        self._send(IMPORT, name, lambda request: m.ImportModel(request, path, name, sha256), path)

    # ---- what the engine says ----

    def hear(self, event: m.Event) -> None:
        match event:
            case m.EngineReady():
                self.ask()
            case m.FetchProgress() if self._asked.get(event.request, ("",))[0] in (LOOK, IMPORT):
                self.reading.emit(event)
            case m.FetchProgress() if event.request in self._asked:
                self._change(event.name, fetch=event)
                self.changed.emit()
            case m.PrepareProgress():
                self._hear_prepare(event)
            case m.Reply() if event.request == self._listing:
                self.models = read_models(event.value)
                self.changed.emit()
            case m.Reply() if event.request in self._asked:
                self._hear_reply(event, *self._asked.pop(event.request))
            case m.Failed() if event.request in self._asked:
                self._hear_failure(event, *self._asked.pop(event.request))

    def _hear_prepare(self, progress: m.PrepareProgress) -> None:
        other = progress.name != self._prepare.name
        self._prepare = progress
        if other:
            self.ask()
        self.changed.emit()

    def _hear_reply(self, reply: m.Reply, what: str, name: str, path: bytes) -> None:
        if what == ESTIMATE:
            self._change(name, measuring=False, estimate=read_estimate(reply.value))
        elif what == LOOK:
            self.found.emit(read_found(path, reply.value))
        elif what == IMPORT:
            self.ask()
            self.imported.emit(name)
        elif what != Act.PAUSE:  # its download ends on its own
            self._change(name, fetch=None, doing="", failure="", failed=None)
            self.ask()
            if what in (Act.DOWNLOAD, Act.RESUME) and (model := self.model(name)) is not None:
                self.fetched.emit(model.title)
        self.changed.emit()

    def _hear_failure(self, failed: m.Failed, what: str, name: str, _path: bytes) -> None:
        if what == ESTIMATE:
            self._change(name, measuring=False, estimate=None)
        elif not name or what == IMPORT:
            self.failed.emit(failure(failed))
        else:
            said = "" if failed.cancelled else failure(failed)
            self._change(name, fetch=None, doing="", failure=said, failed=Act(what) if said else None)
            self.ask()
        self.changed.emit()

    # ---- inside ----

    def _send(self, what: str, name: str, make: Callable[[int], m.Request], path: bytes = b"") -> None:
        request = self._asker.next_id()
        self._asked[request] = (what, name, path)
        self._asker.send(make(request))

    def _begin(self, name: str, **news: Any) -> None:
        self._change(name, failure="", failed=None, **news)

    def _change(self, name: str, **news: Any) -> None:
        self._activities[name] = replace(self._activities.get(name, IDLE), **news)
