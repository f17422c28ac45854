"""A second start asks for the window; one that is on its way out is none."""

from __future__ import annotations

from typing import Any, cast

import pytest

from engine import messages as m
from engine.engine_desk import Desk
from engine.engine_peer import MemoryPeer
from engine.errors import UsageError
from tests.fakes import FakeLibrary


def window(*, gone: bool = False) -> MemoryPeer:
    peer = MemoryPeer()
    peer.window, peer.gone = True, gone
    return peer


def desk(library: FakeLibrary) -> Desk:
    return Desk(cast(Any, library), cast(Any, None), cast(Any, None))


def test_a_window_that_is_gone_is_not_raised(library: FakeLibrary) -> None:
    with pytest.raises(UsageError):
        desk(library).take(MemoryPeer(), m.RaiseWindow(1, (b"/new",)), [window(gone=True)])


def test_an_engine_that_was_told_to_leave_raises_no_window(library: FakeLibrary) -> None:
    leaving, shown, caller = desk(library), window(), MemoryPeer()
    leaving.take(caller, m.RaiseWindow(1, (b"/new",)), [shown])
    assert list(shown.events) == [m.WindowRaised((b"/new",))]
    leaving.take(shown, m.Shutdown(2), [shown])
    with pytest.raises(UsageError):
        leaving.take(caller, m.RaiseWindow(3, (b"/newer",)), [shown])
