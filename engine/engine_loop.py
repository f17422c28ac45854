"""The engine's one loop: what was asked first, then one slice of a search, then one slice of indexing, then rest.

Everything that touches the Library happens on the thread that turns this loop.
"""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing import connection as mp
from typing import TYPE_CHECKING, Any

from engine import config
from engine.engine_change import ChangeDesk
from engine.engine_desk import Desk
from engine.engine_news import News
from engine.engine_peer import Peer, PipePeer, failed
from engine.engine_socket import Door
from engine.errors import AfterimageError
from engine.messages import PROTOCOL, EngineReady, Failed, Reply, Rescan
from engine.model_loader import ModelLoader
from engine.safe_mode import refuse_model

if TYPE_CHECKING:
    from engine.library import Library

LONGEST_REST_S = 60.0
WORKING_REST_S = 1.0  # while decoders are at work: one that hangs says nothing
BACKOFF_S = (5.0, 30.0, 120.0)  # after indexing failed: a disk may become free again


class EngineLoop:
    """Serves one Library to any number of peers. `turn` until `leaving`, then `close`.

    `rescan_s` is how often everything is scanned unasked; None never. `safe`: without a model and without scans.
    """

    def __init__(
        self, library: Library, *, door: Door | None = None, rescan_s: float | None = None, safe: bool = False
    ) -> None:
        self.leaving = False
        self.settled = False  # the model is there, or certainly not, and indexing has begun
        self._safe = safe
        self._library = library
        self._door = door
        self._rescan_s = rescan_s
        self._next_scan = time.monotonic() if rescan_s is not None else float("inf")
        self._peers: list[Peer] = []
        self._bell, self._ringer = multiprocessing.Pipe(duplex=False)
        self._loader = ModelLoader(refuse_model if safe else library.load_model, self.wake)
        self._announced = False
        self._change = ChangeDesk(library, self._loader, self.wake)
        self._desk = Desk(library, self._loader, self._change)
        self._news = News(library)
        self._more = False  # the last index step left work that can go on at once
        self._idle = False
        self._index_again = 0.0
        self._failures = 0

    # ---- from outside ----------------------------------------------------------------------------------------

    def load_model(self) -> None:
        """Begins to load the model in its thread; once is enough."""
        self._loader.start()

    def change_models(self) -> None:
        """From now on a model that was chosen is prepared here, once the one that answers is loaded."""
        self._change.allowed = True

    def wake(self) -> None:
        """Ends the rest of the loop; for other threads and signal handlers."""
        self._ringer.send_bytes(b"1")

    def leave(self) -> None:
        """The loop ends after this turn; for signal handlers."""
        self.leaving = True
        self.wake()

    def join(self, peer: Peer) -> None:
        """A new peer is greeted and served from the next turn on."""
        self._peers.append(peer)
        peer.send(self._greeting())
        if self._library.notice is not None and peer.window:
            peer.send(failed(0, self._library.notice))
        self._change.greet(peer)

    def turn(self, longest_s: float = LONGEST_REST_S) -> None:
        """One round; rests at most `longest_s` when there is nothing to do."""
        self._listen(min(longest_s, self._rest_s()))
        self._announce_model()
        self._prepare_model()
        self._request_scan()
        if not self._desk.work_on_searches():
            self._index()
        self._desk.work_on_pictures()
        if self._change.changed():
            self._tell(self._greeting())
        self._change.tell(self._peers, self._desk.index_requests())
        self._part()

    @property
    def has_clients(self) -> bool:
        """Somebody behind the socket still waits for an answer."""
        return self._desk.busy_for_others

    def close(self) -> None:
        """Answers nobody any more; closes door, peers and, last, the Library."""
        for peer in self._peers:
            self._desk.drop(peer, tell=True)
        self._desk.exports.close()
        if self._door is not None:
            self._door.close()
        for peer in self._peers:
            peer.close()
        self._loader.join()
        self._change.close()
        self._library.close()
        self._bell.close()
        self._ringer.close()

    # ---- one turn --------------------------------------------------------------------------------------------

    def _rest_s(self) -> float:
        now = time.monotonic()
        if self._desk.can_work() or (self._more and now >= self._index_again):
            return 0.0
        working = not self._idle or self._desk.pictures or self._desk.exports.ending
        rests = [WORKING_REST_S if working else LONGEST_REST_S, self._next_scan - now]
        if self._index_again > now:
            rests.append(self._index_again - now)
        elif not self._idle:
            dues = (self._news.due_s(now), self._library.next_due_s())
            rests += [due_s for due_s in dues if due_s is not None]
        return max(0.0, min(rests))

    def _listen(self, rest_s: float) -> None:
        # while indexing rests nobody would collect what the decoders have
        resting = self._index_again > time.monotonic() and not self._desk.pictures
        decoders = [] if resting else list(self._library.wait_connections())
        doors = [self._door.waitable] if self._door is not None else []
        fetches = [*self._desk.models.connections(), *self._desk.exports.connections()]
        behind = {peer.waitable: peer for peer in self._peers if peer.waitable is not None}
        asked = [(peer, message) for peer in self._peers if peer.waitable is None for message in peer.receive()]
        ready: list[Any] = mp.wait([self._bell, *decoders, *doors, *fetches, *behind], 0.0 if asked else rest_s)
        if self._bell in ready:
            self._bell.recv_bytes()
        self._desk.models.collect()
        self._desk.exports.collect()
        if any(source in ready for source in decoders):
            self._idle = False
        for peer in (behind[source] for source in ready if source in behind):
            asked += [(peer, message) for message in peer.receive()]
        for peer, message in asked:
            self._take(peer, message)
        if self._door is not None and self._door.waitable in ready:
            client = self._door.accept()
            if client is not None:
                self.join(PipePeer(client))

    def _take(self, peer: Peer, message: Any) -> None:
        """Answers a request or puts it on the desk; a bug in one request costs that request."""
        try:
            if self._safe and isinstance(message, Rescan):
                peer.send(Reply(message.request))
                return
            self._desk.take(peer, message, self._peers)
        except AfterimageError as error:
            peer.send(failed(message.request, error))
        except Exception:
            self._library.bugs.record()
            peer.send(failed(message.request, None))
        if self._desk.stirred:
            self._desk.stirred = False
            self._more, self._idle, self._index_again = True, False, 0.0
            self._news.work_begins()
        self.leaving = self.leaving or self._desk.shut_down

    def _announce_model(self) -> None:
        if not self._loader.finished or self._announced:
            return
        self._announced = True
        self._more, self._idle = True, False
        if self._loader.failure is None:
            self._tell(self._greeting())
        else:
            self._tell(failed(0, self._loader.failure))

    def _prepare_model(self) -> None:
        loading = self._change.loading
        failure = self._change.turn()
        if failure is not None:
            self._tell(failure)
        if loading or self._change.loading:
            self._idle, self._more = False, self._more or not self._change.loading

    def _request_scan(self) -> None:
        if self._rescan_s is not None and time.monotonic() >= self._next_scan:
            self._next_scan = time.monotonic() + self._rescan_s
            self._library.request_scan()
            self._more, self._idle = True, False
            self._news.work_begins()

    def _index(self) -> None:
        now = time.monotonic()
        resting = now < self._index_again
        if (resting or self._idle) and not self._desk.pictures:
            return
        try:
            if self._desk.pictures:  # begun, or shown, before the next batch is computed
                self._library.collect_pictures()
                self._desk.work_on_pictures()
            if resting:  # a disk without room for new photos shows those that are there
                return
            alone = bool(self._desk.index_requests()) and all(peer.waitable is None for peer in self._peers)
            self._more = self._library.step(config.INDEX_STEP_ALONE_S if alone else config.INDEX_STEP_S)
            self._idle = not self._more and self._library.idle and not self._change.loading
            self._failures = 0
            self.settled = self.settled or self._announced
            if (damage := self._library.scrub.news()) is not None:
                self._tell(failed(0, damage))
        except AfterimageError as error:
            self._indexing_failed(failed(0, error))
        except Exception:
            self._library.bugs.record()
            self._indexing_failed(failed(0, None))
        self._news.report(self._peers, self._desk.index_requests(), idle=self._idle)
        if self._idle and self._loader.finished:  # only with the model is it known whether anything was lost
            self._desk.finish_indexing()
        elif self._loader.failure is not None and not self._change.loading:
            self._desk.fail_indexing(failed(0, self._loader.failure))

    def _indexing_failed(self, failure: Failed) -> None:
        """Everybody is told, and it is tried again later: nothing is lost, because all work is leased."""
        rest_s = BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1
        self._more, self._idle = True, False
        self._index_again = time.monotonic() + rest_s
        self._desk.fail_indexing(failure)
        self._tell(failure)

    def _part(self) -> None:
        """Forgets peers that are gone; without its window an engine has no business."""
        for peer in [peer for peer in self._peers if peer.gone]:
            self._desk.drop(peer)
            self._peers.remove(peer)
            peer.close()
            self.leaving = self.leaving or peer.window

    def _tell(self, event: EngineReady | Failed) -> None:
        for peer in self._peers:
            peer.send(event)

    def _greeting(self) -> EngineReady:
        return EngineReady(
            version=config.VERSION,
            protocol=PROTOCOL,
            photos=self._library.progress().ready,
            folders=len(self._library.folders()),
            model_loaded=self._library.model_loaded,
            model_name=self._library.model_name,
        )
