"""Requests about models: which there are, fetching or importing one in processes of its own, and removing one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from engine import messages as m
from engine.engine_models_intake import ModelIntake
from engine.engine_peer import Peer, failed
from engine.errors import AfterimageError
from engine.model_fetch import ModelFetch, order_of, server_of, wanted
from engine.preset_facts import InUse, facts_of
from engine.preset_install import remove
from engine.presets import Presets

if TYPE_CHECKING:
    from engine.library import Library
    from engine.model_data import ModelData

PAUSED = "The download was paused; what was fetched is kept"
REQUESTS = (
    m.ListModels
    | m.FetchModel
    | m.PauseFetch
    | m.RemoveModel
    | m.DropModelData
    | m.LookAtModel
    | m.ImportModel
    | m.SetRerankBudget
    | m.SetDevice
)


@dataclass(slots=True)
class _Drop:
    """What a model has learned is being freed, `size` bytes of it."""

    slices: Iterator[int]
    peer: Peer
    request: int
    size: int


class ModelCounter:
    """Owns the downloads and imports that were asked for here, each with the peer that wants it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._presets = Presets.of(library.locations)
        self._fetches: dict[str, tuple[ModelFetch, Peer, int]] = {}
        self._intakes: list[tuple[ModelIntake, Peer]] = []
        self._drops: list[_Drop] = []

    def take(self, peer: Peer, request: Any) -> None:
        """Answers, or begins a download. Raises what keeps it from being done."""
        match request:
            case m.ListModels():
                peer.send(m.Reply(request.request, json.dumps(self._rows())))
            case m.FetchModel():
                self._fetch(peer, request)
            case m.PauseFetch():
                self._pause(request.name)
                peer.send(m.Reply(request.request))
            case m.RemoveModel():
                peer.send(m.Reply(request.request, str(self._remove(request.name))))
            case m.LookAtModel() | m.ImportModel():
                self._intakes.append((ModelIntake(request, self._presets), peer))
            case m.SetRerankBudget():
                budget = asdict(self._library.model_settings.budget(request.ms))
                peer.send(m.Reply(request.request, json.dumps(budget)))
            case m.SetDevice():
                peer.send(m.Reply(request.request, json.dumps(self._library.model_settings.device(request.name))))
            case m.DropModelData():
                self._drop(self._library.learned.dropping(request.name), peer, request.request)

    def _drop(self, slices: Iterator[int], peer: Peer, request: int) -> None:
        """The first slice at once, so that a refusal is told as one."""
        self._drops.append(_Drop(slices, peer, request, next(slices)))

    @property
    def busy(self) -> bool:
        """There is work that waits for nobody."""
        return bool(self._drops)

    def connections(self) -> list[Connection]:
        """What to wait on while something is on its way."""
        fetches = [fetch.connection for fetch, _, _ in self._fetches.values()]
        return fetches + [intake.connection for intake, _ in self._intakes]

    def collect(self) -> None:
        """Passes on what the downloads and imports tell; one slice of what is being freed."""
        for drop in list(self._drops):
            self._go_on(drop)
        for name, (fetch, peer, _) in list(self._fetches.items()):
            for event in fetch.receive():
                peer.send(event)
            if fetch.finished:
                fetch.pause()
                del self._fetches[name]
        for intake, peer in list(self._intakes):
            for event in intake.receive():
                peer.send(event)
            if intake.finished:
                self._end(intake, peer)

    def _go_on(self, drop: _Drop) -> None:
        """It is finished even where the one who asked is gone."""
        try:
            drop.size = next(drop.slices)
            return
        except StopIteration:
            event: m.Event = m.Reply(drop.request, str(drop.size))
        except AfterimageError as error:
            event = failed(drop.request, error)
        except Exception:
            self._library.bugs.record()
            event = failed(drop.request, None)
        self._drops.remove(drop)
        if not drop.peer.gone:
            drop.peer.send(event)

    def drop(self, peer: Peer) -> None:
        """Nobody waits any more: what was fetched is kept."""
        for name in [name for name, (_, owner, _) in self._fetches.items() if owner is peer]:
            self._pause(name)
        for intake, owner in [each for each in self._intakes if each[1] is peer]:
            self._end(intake, owner)

    def _end(self, intake: ModelIntake, peer: Peer) -> None:
        intake.stop()
        self._intakes.remove((intake, peer))

    def _rows(self) -> list[dict[str, Any]]:
        library = self._library
        now = InUse(library.model_name, library.chosen_model, library.heads.abilities())
        rows = [facts_of(self._presets, preset, now) for preset in self._presets.all().values()]
        learned, free = library.learned.all(), shutil.disk_usage(library.locations.data).free
        return [
            {
                **row,
                **_learned([data for data in learned if data.name == row["name"]]),
                "free_bytes": free,
                "server": server_of(),
            }
            for row in rows
        ]

    def _fetch(self, peer: Peer, request: m.FetchModel) -> None:
        preset = wanted(self._presets, request.name)
        if preset.installed:
            peer.send(m.Reply(request.request))
            return
        if preset.name in self._fetches:
            raise AfterimageError(f"{preset.name} is being fetched already", remedy="wait for it, or pause it")
        order = order_of(self._presets, preset, mirror=request.mirror or None)
        fetch = ModelFetch(order, self._presets, request=request.request)
        self._fetches[preset.name] = fetch, peer, request.request

    def _pause(self, name: str) -> None:
        """Does nothing where there is none of this name."""
        if name in self._fetches:
            fetch, peer, request = self._fetches.pop(name)
            fetch.pause()
            peer.send(m.Failed(request, "Paused", PAUSED, remedy="begin it again", cancelled=True))

    def _remove(self, name: str) -> int:
        if name in (self._library.model_name, self._library.chosen_model):
            raise AfterimageError(f"{name!r} is in use or chosen", remedy="choose another model first")
        self._pause(name)
        return remove(self._presets, name)


def _learned(data: Sequence[ModelData]) -> dict[str, int]:
    """What a model knows of this library's photos, and what that takes; an older edition of it counts as well."""
    return {
        "encoded": max((each.embeddings for each in data), default=0),
        "data_bytes": sum(each.bytes for each in data),
    }
