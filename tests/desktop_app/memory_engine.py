"""An engine in memory behind the real client's signals: photos are names, a sentence finds those it is in."""

from __future__ import annotations

import itertools
import json
import os
import struct
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine import messages as m
from engine.photo import Folder, Problem
from engine.query import parse
from engine.search_hit import SearchHit
from tests.desktop_app.memory_offers import MemoryOffers
from tests.desktop_app.memory_tags import MemoryTags
from tests.desktop_app.pictures import packed, packed_days

Waiting = tuple[int, list[SearchHit]]


class MemoryEngine(QObject):
    """Answers as soon as the event loop turns, except reranking where `hold_rerank` is set: then `rerank` goes on."""

    message = Signal(object)
    started = Signal()
    died = Signal(int)
    gave_up = Signal(str)

    def __init__(self, hits: tuple[SearchHit, ...] = (), folders: tuple[Folder, ...] = ()) -> None:
        super().__init__()
        self.hits, self.folders = hits, folders
        self.problems: tuple[Problem, ...] = ()
        self.requests: list[Any] = []
        self.hold_rerank = False
        self.pending = 0
        self.models: list[dict[str, Any]] = []
        self.budget: dict[str, Any] = {"ms": 250.0, "default_ms": 250.0, "reranker": None, "seen": None, "unseen": None}
        self.device: dict[str, Any] = {"setting": "auto", "now": "cpu", "here": ["cpu"]}
        self.estimate: dict[str, Any] | None = None
        self.fetching: dict[str, int] = {}
        self.facts: dict[str, Any] = {}  # of every result: what a calibrated engine would say
        self.finds_all = False
        self.matching = -1  # so many of what is found match; fewer than none: not calibrated
        self.alike: dict[int, tuple[SearchHit, ...]] = {}  # photo id -> those behind it
        self.words: tuple[m.WordSight, ...] = ()
        self.explained: dict[str, Any] = {}
        self.said: dict[tuple[str, int], int] = {}  # ticks and crosses
        self.settings = {"decoders": "half", "on battery": "pause"}
        self.battery = True
        self.by_day = False  # photos without a sentence come with their days
        self.tags = MemoryTags(self)
        self.exports: list[m.ExportPhotos] = []
        self.starts = self.stops = 0
        self.offers = MemoryOffers(self.tell)
        self._results: dict[int, list[SearchHit]] = {}
        self._ids, self._handles = itertools.count(1), itertools.count(1)
        self._held: list[tuple[m.Search, list[SearchHit]]] = []

    def next_id(self) -> int:
        return next(self._ids)

    def start(self) -> None:
        self.starts += 1
        self.tell(m.EngineReady("0", 1, len(self.hits), len(self.folders), model_loaded=True, model_name="memory"))
        self.started.emit()

    def stop(self) -> None:
        self.stops += 1

    def send(self, request: Any) -> None:
        self.requests.append(request)
        QTimer.singleShot(0, self, lambda: self._answer(request))

    def asked(self, kind: type) -> list[Any]:
        return [request for request in self.requests if isinstance(request, kind)]

    def tell(self, event: m.Event) -> None:
        self.message.emit(event)

    def rerank(self) -> None:
        """What was held back comes now, in reverse order."""
        for search, found in self._held:
            self._tell_results(search, found if self.finds_all else found[::-1], m.Stage.RERANKED)
            self.tell(m.Reply(search.request))
        self._held.clear()

    def _answer(self, request: Any) -> None:
        match request:
            case m.Search():
                self._search(request)
                return
            case _ if isinstance(request, m.OfferRequest):
                self.offers.answer(request)
                return
            case (
                m.ListModels()
                | m.FetchModel()
                | m.PauseFetch()
                | m.RemoveModel()
                | m.UseModel()
                | m.EstimateModel()
                | m.DropModelData()
                | m.LookAtModel()
                | m.ImportModel()
                | m.SetRerankBudget()
                | m.SetDevice()
            ):
                self._answer_about_models(request)
                return
            case m.GetHits():
                page = tuple(self._results[request.result][request.first : request.first + request.count])
                self.tell(m.Hits(request.request, request.result, request.first, page))
            case m.GetAlike():
                first = self._results[request.result][request.row]
                self.tell(m.Hits(request.request, request.result, 0, (first, *self.alike[first.photo_id])))
            case m.Explain():
                found = (request.photo_id, request.sentence, self.words)
                self.tell(m.Explanation(request.request, *found, **self.explained))
            case m.GetSettings() | m.SetSetting() | m.PauseFolder() | m.SayMissing() | m.Doctor():
                self._answer_about_library(request)
                return
            case m.ExportPhotos():
                self.exports.append(request)
                return
            case m.StopExport():
                self.tell(m.Failed(request.export, "Stopped", "The export was stopped", cancelled=True))
            case m.Forget():
                self.tell(m.Reply(request.request, str(len(self.hits))))
                self.hits, self.folders = (), ()
                return
            case m.Judge():
                self.said[request.sentence, request.photo_id] = request.verdict
            case m.ListJudgments():
                right, wrong = (self._judged(request.sentence, verdict) for verdict in (1, -1))
                self.tell(m.Judgments(request.request, request.sentence, right, wrong))
            case m.SuggestTags():
                said = json.dumps(self.tags.suggested.get(request.photo_id, []))
                self.tell(m.TagSuggestions(request.request, request.photo_id, said))
            case m.FindTaggable():
                self.tell(self._taggable(request))
            case _ if isinstance(request, m.TagRequest):
                self.tell(m.Reply(request.request, self.tags.answer(request)))
                return
            case m.ListFolders():
                self.tell(m.FolderList(request.request, self.folders))
            case m.ListProblems():
                self.tell(m.ProblemList(request.request, self.problems))
            case m.AddFolder() if not os.path.isdir(request.path):
                remedy = "check the name"
                error = m.Failed(request.request, "FolderUnreachable", "There is no such folder", request.path, remedy)
                self.tell(error)
                return
            case m.AddFolder():
                self.folders = (*self.folders, Folder(len(self.folders) + 1, request.path))
            case m.RemoveFolder():
                self.folders = tuple(folder for folder in self.folders if folder.id != request.folder_id)
        self.tell(m.Reply(request.request))

    def _answer_about_models(self, request: Any) -> None:
        """A download goes on until a test ends it."""
        value = ""
        match request:
            case m.ListModels():
                value = json.dumps(self.models)
            case m.FetchModel():
                self.fetching[request.name] = request.request
                return
            case m.PauseFetch() | m.RemoveModel():
                self._stop_fetch(request.name)
            case m.UseModel():
                self.change_model(request.name, chosen=True)
                for other in self.models:
                    other["chosen"] = other["name"] == request.name
            case m.EstimateModel() if self.estimate is None:
                self.tell(m.Failed(request.request, "ModelMissing", "The model is not installed"))
                return
            case m.EstimateModel():
                value = json.dumps(self.estimate)
            case m.LookAtModel():
                name = os.path.basename(request.path).decode()
                value = json.dumps({"name": name, "weights": "w.safetensors", "bytes": 7_000_000, "sha256": "ab" * 32})
            case m.SetRerankBudget():
                self.budget |= {} if request.ms is None else {"ms": request.ms}
                value = json.dumps(self.budget)
            case m.SetDevice():
                self.device |= {"setting": request.name} if request.name else {}
                value = json.dumps(self.device)
        if isinstance(request, m.RemoveModel):
            self.change_model(request.name, installed=False, bytes_here=0)
        self.tell(m.Reply(request.request, value))

    def _answer_about_library(self, request: Any) -> None:
        told: dict[str, Any] = {"values": self.settings, "data": "/home/ida/.local/share/afterimage"}
        match request:
            case m.SetSetting():
                self.settings[request.name] = request.value
            case m.PauseFolder():
                self.folders = tuple(
                    replace(each, paused=request.paused) if each.id == request.folder_id else each
                    for each in self.folders
                )
            case m.SayMissing():
                self.folders = tuple(replace(each, in_doubt=0) for each in self.folders)
            case m.Doctor():
                told = {"network": {"connections": 0, "refused": 2}, "disk": {"thumbnail_bytes": 1_200_000_000}}
                told |= {"database": {"bytes": 310_000_000}, "models": [{"bytes": 81_000_000}]}
        self.tell(m.Reply(request.request, json.dumps(told | {"battery": self.battery})))

    def change_model(self, name: str, **facts: Any) -> None:
        next(row for row in self.models if row["name"] == name).update(facts)

    def fetch_on(self, name: str, done: int, total: int, **facts: Any) -> None:
        """So much of a download has arrived."""
        self.change_model(name, bytes_here=done)
        named = {"stage": m.FetchStage.FETCHING, **facts}
        self.tell(m.FetchProgress(self.fetching[name], name, done=done, total=total, **named))

    def end_fetch(self, name: str, failed: m.Failed | None = None) -> None:
        """Installed, or failed (under the id of its request)."""
        request = self.fetching.pop(name)
        if failed is not None:
            self.tell(replace(failed, request=request))
            return
        self.change_model(name, installed=True)
        self.tell(m.Reply(request))

    def _stop_fetch(self, name: str) -> None:
        if (request := self.fetching.pop(name, None)) is not None:
            self.tell(m.Failed(request, "Paused", "The download was paused", cancelled=True))

    def _judged(self, sentence: str, verdict: int) -> bytes:
        return packed([photo for (said, photo), each in self.said.items() if (said, each) == (sentence, verdict)])[0]

    def _search(self, search: m.Search) -> None:
        below = search.folder or b""
        word, asks = parse(search.sentence).sentence.encode(), search.describes
        found = [
            replace(hit, score=1.0 if asks else 0.0)
            for hit in self.hits
            if (self.finds_all or word in os.path.basename(hit.path))
            and hit.path.startswith(below)
            and hit.path not in search.unlike
        ]
        self._tell_results(search, found, m.Stage.RETRIEVED)
        if not asks:
            self.tell(m.Reply(search.request))
            return
        self._held.append((search, found))
        if not self.hold_rerank:
            self.rerank()

    def _tell_results(self, search: m.Search, found: list[SearchHit], stage: m.Stage) -> None:
        handle = next(self._handles)
        if not search.every_copy:
            behind = {hit.photo_id for group in self.alike.values() for hit in group}
            found = [hit for hit in found if hit.photo_id not in behind]
        self._results[handle] = found
        shapes = [hit.width / hit.height for hit in found]
        ids, aspects, tones = packed([hit.photo_id for hit in found], shapes)
        words = tuple(word for word in search.sentence.split() if word == "spaceship")
        counts = [len(self.alike.get(hit.photo_id, ())) for hit in found]
        closely = max(min(len(found), 50), search.look) if stage is m.Stage.RERANKED else 0
        some = m.SearchResults(
            request=search.request,
            result=handle,
            stage=stage,
            count=len(found),
            photo_ids=ids,
            aspect_ratios=aspects,
            tones=tones,
            looked_closely=closely,
            searched=len(self.hits),
            total=len(self.hits) + self.pending,
            seconds=0.012,
            sentence=search.sentence,
            unknown_words=words,
            alike=struct.pack(f"<{len(counts)}I", *counts) if any(counts) and not search.every_copy else b"",
            days=packed_days(found) if self.by_day and not search.sentence else b"",
        )
        self.tell(replace(some, **self._chances(len(found), search.describes)))

    def _taggable(self, request: m.FindTaggable) -> m.Taggable:
        """The likeliest first."""
        handle, word = next(self._handles), parse(request.sentence).sentence.encode()
        found = [hit for hit in self.hits if self.finds_all or word in os.path.basename(hit.path)]
        found.sort(key=lambda hit: -(hit.probability or 0.0))
        self._results[handle] = found
        ids, aspects, tones = packed([hit.photo_id for hit in found], [hit.width / hit.height for hit in found])
        likely = struct.pack(f"<{len(found)}f", *(hit.probability or 0.0 for hit in found))
        if self.matching < 0:
            return m.Taggable(request.request, -1, 0, b"", b"", b"", b"", "this model was not calibrated")
        return m.Taggable(request.request, handle, len(found), ids, aspects, tones, likely)

    def _chances(self, count: int, asks: bool) -> dict[str, Any]:
        if not asks or self.matching < 0:
            reason = "this model was not calibrated" if asks else ""
            return {"matched": count, "uncalibrated": reason, **(self.facts if asks else {})}
        return {"matched": min(self.matching, count), "best": 0.94 if self.matching else 0.074, **self.facts}
