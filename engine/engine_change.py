"""A change of models as the loop sees it: loads the model that is to come, tells how far it is, measures estimates."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from engine import messages as m
from engine.engine_peer import Peer, failed
from engine.errors import AfterimageError
from engine.model_loader import ModelLoader

if TYPE_CHECKING:
    from engine.library import Library

TELL_S = 0.25


class _Estimate:
    """One measurement in a thread of its own, and who asked for it."""

    def __init__(self, peer: Peer, request: int, measure: Callable[[], m.Reply], wake: Callable[[], None]) -> None:
        self.peer = peer
        self.request = request
        self.answer: m.Reply | None = None
        self._measure = measure
        self.thread = ModelLoader(self._run, wake)
        self.thread.start()

    def _run(self) -> None:
        self.answer = self._measure()


class ChangeDesk:
    """`allowed`: this process lives long enough to prepare a model. `loader` is that of the model that answers."""

    def __init__(self, library: Library, loader: ModelLoader, wake: Callable[[], None]) -> None:
        self.allowed = False
        self._library = library
        self._loader = loader
        self._wake = wake
        self._coming: tuple[str, ModelLoader] | None = None
        self._estimates: list[_Estimate] = []
        self._told: m.PrepareProgress | None = None
        self._told_s = 0.0
        self._told_model = library.heads.serving

    @property
    def loading(self) -> bool:
        return self._coming is not None

    def turn(self) -> m.Failed | None:
        """Loads the model that is wanted. Returns the failure of one that could not be loaded."""
        failure = None
        if self._coming is not None and self._coming[1].finished:
            (name, loader), self._coming = self._coming, None
            loader.join()
            if loader.failure is not None:
                self._library.give_up_change(name)
                failure = failed(0, loader.failure)
        wanted = self._library.wanted_model
        if self.allowed and self._coming is None and wanted is not None and self._loader.finished:
            try:
                self._library.begin_change()
            except AfterimageError as error:
                return failed(0, error)
            loader = ModelLoader(lambda: self._library.load_coming(wanted), self._wake)
            self._coming = wanted, loader
            loader.start()
        return failure

    def changed(self) -> bool:
        """Whether another model answers since the last time that this was asked."""
        before, self._told_model = self._told_model, self._library.heads.serving
        if before == self._told_model:
            return False
        self._loader.failure = None  # of the model before
        return True

    # ---- estimates -------------------------------------------------------------------------------------------

    def estimate(self, peer: Peer, request: m.EstimateModel) -> None:
        """Answers when it is measured."""
        measure = self._library.learned.estimating(request.name)

        def reply() -> m.Reply:
            return m.Reply(request.request, json.dumps(asdict(measure())))

        self._estimates.append(_Estimate(peer, request.request, reply, self._wake))

    @property
    def measuring(self) -> bool:
        return bool(self._estimates)

    def _answer_estimates(self) -> None:
        for done in [each for each in self._estimates if each.thread.finished]:
            self._estimates.remove(done)
            done.thread.join()  # it still has to wake the loop, which may be closed by then
            if done.answer is not None:
                done.peer.send(done.answer)
            else:
                done.peer.send(failed(done.request, done.thread.failure))

    # ---- what is told ----------------------------------------------------------------------------------------

    def tell(self, peers: Sequence[Peer], index_requests: Sequence[tuple[Peer, int]]) -> None:
        """PrepareProgress at most four times a second and when a change begins or ends; under the id of an Index
        request to those who wait for it."""
        self._answer_estimates()
        now = time.monotonic()
        progress = self._library.prepare_progress()
        began_or_ended = progress.name != (self._told.name if self._told is not None else "")
        if not began_or_ended and (progress == self._told or now < self._told_s + TELL_S or not progress.name):
            return
        self._told, self._told_s = progress, now
        for peer, request in index_requests:
            peer.send(self._library.prepare_progress(request))
        asking = [peer for peer, _ in index_requests]
        for peer in peers:
            if peer not in asking:
                peer.send(progress)

    def greet(self, peer: Peer) -> None:
        """A new peer hears of a change that is under way."""
        progress = self._library.prepare_progress()
        if progress.name:
            peer.send(progress)

    def drop(self, peer: Peer, *, tell: bool) -> None:
        for each in [each for each in self._estimates if each.peer is peer and tell]:
            peer.send(m.Failed(each.request, "EngineGone", "The engine is closing", cancelled=True))

    def close(self) -> None:
        """Waits for what is being loaded or measured."""
        for loader in [each.thread for each in self._estimates] + ([self._coming[1]] if self._coming else []):
            loader.join()
