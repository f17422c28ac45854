"""Requests on their way through the engine: the quick ones are answered at once, the others wait or go in slices."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine import messages as m
from engine.engine_change import ChangeDesk
from engine.engine_export import ExportCounter
from engine.engine_models import REQUESTS, ModelCounter
from engine.engine_offers import answer as answer_offer
from engine.engine_offers import begin as begin_offer
from engine.engine_peer import Peer, failed
from engine.engine_settings import answer as answer_settings
from engine.engine_tags import answer
from engine.engine_tags import begin as begin_counting
from engine.errors import AfterimageError, UsageError
from engine.model_loader import ModelLoader

if TYPE_CHECKING:
    from engine.library import Library

LARGEST_PAGE = 1_000
LARGEST_RENDITION_PX = 8_192


STIRRING = m.AddFolder | m.Rescan | m.PauseIndexing | m.RetryProblems | m.UseModel | m.UseHead | m.SettingsRequest
NEWEST = m.Search | m.Explain | m.OfferJob | m.SuggestTags | m.FindTaggable  # one takes the place of an older one
CANCELLED = "A newer one took its place"


@dataclass(slots=True)
class _Job:
    """A request that is not answered yet; `slices` yields its events, the Reply among them where it
    says more than that this is the end, and None after a slice of work."""

    peer: Peer
    request: Any
    slices: Iterator[Any] | None = None


class Desk:
    """Owns all open requests. `stirred` says that a request gave the indexer something to do."""

    def __init__(self, library: Library, loader: ModelLoader, change: ChangeDesk) -> None:
        self.stirred = False
        self.shut_down = False
        self.models = ModelCounter(library)
        self.exports = ExportCounter(library)
        self._library = library
        self._loader = loader
        self._change = change
        self._searches: list[_Job] = []
        self._pictures: list[_Job] = []
        self._indexing: list[_Job] = []
        self._waiting: list[_Job] = []  # for the model, or for the news that there is none

    # ---- what comes in ---------------------------------------------------------------------------------------

    def take(self, peer: Peer, request: Any, peers: Sequence[Peer]) -> None:
        """Answers, or keeps for later. Raises what the Library raises; UsageError for what is no request."""
        match request:
            case _ if isinstance(request, NEWEST):
                self._cancel_older(peer, type(request))
                self._searches.append(_Job(peer, request))
            case m.FindDuplicates() | m.ListTags() | m.GetTagBook() | m.WriteSidecars():
                self._searches.append(_Job(peer, request))
            case m.GetRendition():
                self._pictures.append(_Job(peer, request))
            case m.Doctor() | m.Forget() | m.RemoveFolder():
                self._waiting.append(_Job(peer, request))
                self._answer_waiting()
            case m.Index():
                self._index(peer, request)
            case _ if isinstance(request, REQUESTS):
                self.models.take(peer, request)
            case _ if isinstance(request, m.ExportRequest):
                self.exports.take(peer, request)
            case m.EstimateModel():
                self._change.estimate(peer, request)
            case m.RaiseWindow():
                self._raise_window(request, peers)
                peer.send(m.Reply(request.request))
            case m.Shutdown():
                self._shut_down(peer, peers)
                peer.send(m.Reply(request.request))
            case _:
                self._answer(peer, request)

    def _answer(self, peer: Peer, request: Any) -> None:
        """The requests that need neither model nor patience."""
        library, value = self._library, ""
        match request:
            case m.GetHits():
                count = min(request.count, LARGEST_PAGE)
                hits = library.hits(request.result, request.first, count)
                peer.send(m.Hits(request.request, request.result, request.first, tuple(hits)))
            case m.GetAlike():
                hits = library.alike(request.result, request.row)
                peer.send(m.Hits(request.request, request.result, request.row, tuple(hits)))
            case m.ListFolders():
                peer.send(m.FolderList(request.request, tuple(library.folders())))
            case m.ListProblems():
                peer.send(m.ProblemList(request.request, tuple(library.problems())))
            case m.Judge():
                library.judgments.judge(request.sentence, request.photo_id, request.verdict)
            case m.GetExamples():
                value = json.dumps(library.heads.examples(request.model))
            case m.UseHead():
                library.heads.use(request.model, request.model_id, request.key)
            case m.ListJudgments():
                peer.send(_judgments(library, request))
            case m.AddFolder():
                value = str(library.add_folder(request.path).id)
            case m.Rescan():
                library.request_scan(request.folder)
            case m.PauseIndexing():
                library.set_paused(request.paused)
            case m.RetryProblems():
                library.retry(request.photo_ids)
            case _ if isinstance(request, m.TagRequest):
                value = answer(library, request)
            case _ if isinstance(request, m.SettingsRequest):
                value = answer_settings(library, request)
            case _ if isinstance(request, m.OfferRequest):
                value = answer_offer(library, peer, request)
            case m.UseModel():
                if request.name:
                    library.use_model(request.name)
                names = {"serving": library.model_name, "chosen": library.chosen_model}
                value = json.dumps({**names, "learned": library.heads.abilities()})
            case _:
                raise UsageError(f"{type(request).__name__} is no request", remedy="use one version of Afterimage")
        self.stirred = self.stirred or isinstance(request, STIRRING)
        peer.send(m.Reply(request.request, value))

    def _index(self, peer: Peer, request: m.Index) -> None:
        for folder in request.folders:
            added = self._library.add_folder(folder)
            if added.paused:
                self._library.pause.ask_folder(added.id, False)
        self._library.set_paused(False)  # who asks for it by name wants it now
        self._indexing.append(_Job(peer, request))
        self.stirred = True

    def _raise_window(self, request: m.RaiseWindow, peers: Sequence[Peer]) -> None:
        windows = [peer for peer in peers if peer.window and not peer.gone]
        if not windows or self.shut_down:  # one that is leaving would take the new folders with it
            raise UsageError("This engine has no window", remedy="wait until it is done")
        for window in windows:
            window.send(m.WindowRaised(request.folders))

    def _shut_down(self, peer: Peer, peers: Sequence[Peer]) -> None:
        if not peer.window and any(other.window for other in peers):
            raise UsageError("This engine belongs to a window", remedy="close the window")
        self.shut_down = True

    # ---- what is worked on -----------------------------------------------------------------------------------

    @property
    def pictures(self) -> bool:
        """Somebody waits for a rendition, which the decoders make: the indexer's step collects it."""
        return bool(self._pictures)

    @property
    def busy_for_others(self) -> bool:
        jobs = [*self._searches, *self._pictures, *self._indexing, *self._waiting]
        return self._change.measuring or any(job.peer.waitable is not None for job in jobs)

    def can_work(self) -> bool:
        """A search or an answer can go on right now."""
        waiting = self.models.busy or (bool(self._waiting) and self._loader.finished)
        return waiting or any(self._ready(job) for job in self._searches)

    def work_on_searches(self) -> bool:
        """One slice of every search that can go on; True when there was one."""
        self._answer_waiting()
        running = [job for job in self._searches if self._ready(job)]
        for job in running:
            self._advance(job, self._searches)
        return bool(running)

    def work_on_pictures(self) -> None:
        """Looks whether a rendition is there."""
        for job in [job for job in self._pictures if self._loader.finished]:
            self._advance(job, self._pictures)

    def _ready(self, job: _Job) -> bool:
        """Browsing needs no model; a sentence waits for it."""
        return self._loader.finished or not self._needs_model(job.request)

    @staticmethod
    def _needs_model(request: Any) -> bool:
        if isinstance(request, m.ListTags | m.GetTagBook | m.WriteSidecars):
            return False
        if isinstance(request, m.FindDuplicates | m.OfferJob):
            return request.near if isinstance(request, m.FindDuplicates) else not isinstance(request, m.Complete)
        if isinstance(request, m.Explain | m.SuggestTags | m.FindTaggable):
            return True
        return request.describes

    def _advance(self, job: _Job, jobs: list[_Job]) -> None:
        request = job.request.request
        event: Any
        try:
            if job.slices is None:
                job.slices = self._begin(job.request)
            event = next(job.slices, job)
        except AfterimageError as error:
            event = failed(request, error)
        except Exception:
            self._library.bugs.record()
            event = failed(request, None)
        if event is job or isinstance(event, m.Failed | m.Reply):
            jobs.remove(job)
            event = m.Reply(request) if event is job else event
        if event is not None:
            job.peer.send(event)

    def _begin(self, request: Any) -> Iterator[Any]:
        if isinstance(request, m.GetRendition):
            self._require_model()
            edge = min(max(request.edge, 1), LARGEST_RENDITION_PX)
            return iter(self._library.rendition(request.request, request.photo_id, edge))
        if self._needs_model(request):
            self._require_model()
        if isinstance(request, m.OfferJob):
            return begin_offer(self._library, request)
        if isinstance(request, m.SuggestTags | m.FindTaggable):
            return self._library.tag_finder.run(request)
        if isinstance(request, m.Explain):
            return self._library.explanations.explain(request)
        if isinstance(request, m.FindDuplicates):
            return self._library.duplicates.find(request)
        if isinstance(request, m.ListTags | m.GetTagBook | m.WriteSidecars):
            return begin_counting(self._library, request)
        return iter(self._library.search(request))

    def _require_model(self) -> None:
        if self._loader.failure is not None:
            raise self._loader.failure

    def _answer_waiting(self) -> None:
        """What is better told with the model than without it, so that its index is looked at and cleaned too."""
        while self._waiting and self._loader.finished:
            job = self._waiting.pop(0)
            request = job.request.request
            try:
                job.peer.send(m.Reply(request, self._value(job.request)))
            except AfterimageError as error:
                job.peer.send(failed(request, error))
            except Exception:
                self._library.bugs.record()
                job.peer.send(failed(request, None))

    def _value(self, request: m.Doctor | m.Forget | m.RemoveFolder) -> str:
        if isinstance(request, m.Doctor):
            return json.dumps(self._library.doctor())
        self.stirred = True
        if isinstance(request, m.RemoveFolder):
            return str(self._library.remove_folder(request.folder_id))
        return str(self._library.forget_everything() if request.everything else self._library.forget(request.paths))

    # ---- what ends -------------------------------------------------------------------------------------------

    def index_requests(self) -> list[tuple[Peer, int]]:
        return [(job.peer, job.request.request) for job in self._indexing]

    def finish_indexing(self) -> None:
        """Scan and queue are done."""
        for job in self._indexing:
            job.peer.send(m.Reply(job.request.request, str(self._library.passed_over(job.request.folders))))
        self._indexing.clear()

    def fail_indexing(self, failure: m.Failed) -> None:
        """Nobody is kept waiting for an end that may not come."""
        for job in self._indexing:
            job.peer.send(_under(failure, job.request.request))
        self._indexing.clear()

    def drop(self, peer: Peer, *, tell: bool = False) -> None:
        """Forgets the open requests of a peer that is gone, or `tell`s it that the engine leaves."""
        self.models.drop(peer)
        self.exports.drop(peer)
        self._change.drop(peer, tell=tell)
        for jobs in (self._searches, self._pictures, self._indexing, self._waiting):
            for job in [job for job in jobs if job.peer is peer]:
                jobs.remove(job)
                if tell:
                    peer.send(m.Failed(job.request.request, "EngineGone", "The engine is closing", cancelled=True))

    def _cancel_older(self, peer: Peer, kind: type) -> None:
        for job in [job for job in self._searches if job.peer is peer and isinstance(job.request, kind)]:
            self._searches.remove(job)
            peer.send(m.Failed(job.request.request, "Cancelled", CANCELLED, cancelled=True))


def _judgments(library: Library, request: m.ListJudgments) -> m.Judgments:
    right, wrong = (_packed(library.judgments.photos(request.sentence, verdict)) for verdict in (1, -1))
    return m.Judgments(request.request, request.sentence, right, wrong)


def _packed(photo_ids: Sequence[int]) -> bytes:
    return b"".join(photo_id.to_bytes(8, "little") for photo_id in photo_ids)


def _under(failure: m.Failed, request: int) -> m.Failed:
    return m.Failed(request, failure.error, failure.problem, failure.path, failure.remedy, failure.status)
