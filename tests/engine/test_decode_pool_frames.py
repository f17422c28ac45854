"""What passes between a pool and its decoders, and how much of it at once."""

from __future__ import annotations

import multiprocessing
import os

import psutil
import pytest

from engine.config import ModelInput
from engine.decode_pool_clock import ENOUGH, PhotoClock
from engine.decode_pool_frames import pack_outcome, pack_task, unpack_outcome, unpack_task
from engine.decode_pool_pixels import SharedPixels
from engine.photo import (
    DecodedPhoto,
    DecodeFailure,
    DecodeOutcome,
    DecodeTask,
    KnownPhoto,
    PhotoFacts,
    RenderedPhoto,
)

INPUT = ModelInput(32)
JPEG = b"\xff\xd8\xff and so on \xff\xd9"


@pytest.mark.parametrize(
    "outcome",
    [
        DecodedPhoto(
            1,
            b"f" * 32,
            b"p" * 32,
            5,
            -7,
            PhotoFacts(2, 1, "PNG", "2020", "ä", None, 1.5, -2.0),
            bytes(3 * INPUT.size**2),
            JPEG,
            9,
        ),
        KnownPhoto(2, b"k" * 32, 3, 4),
        DecodeFailure(3, "why", "what", final=True, vanished=True),
        RenderedPhoto(4, JPEG, 30, 20),
    ],
)
def test_an_outcome_survives_the_pipe(outcome: DecodeOutcome) -> None:
    assert unpack_outcome(pack_outcome(outcome), INPUT) == outcome


@pytest.mark.parametrize(
    "outcome",
    [
        KnownPhoto(2, b"k" * 31, 3, 4),
        KnownPhoto(2, b"k" * 32, -3, 4),
        DecodeFailure(3, "why" * 999),
        DecodeFailure(3, "why", final=1),  # type: ignore[arg-type]
        RenderedPhoto(4, b"<svg/>", 30, 20),
        RenderedPhoto(4, JPEG, 0, 20),
        DecodedPhoto(1, b"f" * 32, b"p" * 32, 5, 7, PhotoFacts(2, 1), bytes(3 * INPUT.size**2 - 1), JPEG),
        DecodedPhoto(1, b"f" * 32, b"p" * 32, 5, 7, PhotoFacts(2, 1), bytes(3 * INPUT.size**2), b"GIF89a"),
        DecodedPhoto(1, b"f" * 32, b"p" * 32, 5, 7, PhotoFacts(2, 1, latitude=91), bytes(3 * INPUT.size**2), JPEG),
        DecodedPhoto(1, b"f" * 32, b"p" * 32, 5, 7, PhotoFacts(2**40, 1), bytes(3 * INPUT.size**2), JPEG),
    ],
)
def test_what_no_decoder_of_ours_would_say_is_not_believed(outcome: DecodeOutcome) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack_outcome(pack_outcome(outcome), INPUT)


@pytest.mark.parametrize(
    "head", [b"5", b"[" * 9_000, b'["x", []]', b"[{}, [-5]]", b'[{"kind": "known"}, [99]]', b"\xff"]
)
def test_frames_that_are_none_are_not_believed(head: bytes) -> None:
    with pytest.raises(ValueError, match="makes no sense"):
        unpack_outcome(len(head).to_bytes(4, "little") + head, INPUT)


def test_a_task_survives_the_pipe() -> None:
    sent = DecodeTask(5, b"/odd \xff\n.jpg", (b"a" * 32, b"b" * 32), 640)
    assert unpack_task(pack_task(sent)) == sent


def test_a_worker_gets_as_many_photos_as_it_does_in_a_moment() -> None:
    used = [1.0]
    clock = PhotoClock(60, lambda: (used[0], True))
    for _ in range(ENOUGH):
        clock.begin(10)
        used[0] += 0.01
        assert clock.photos_in(0.15) == 0  # too early to tell
    clock.begin(10)
    assert clock.photos_in(0.155) == 15


def test_shared_pixels_are_seen_by_a_process_that_is_started_with_them() -> None:
    pixels = SharedPixels.make(2, 4, 3)
    if pixels is None:
        pytest.skip("this system has no memory of that kind")
    process = multiprocessing.get_context("spawn").Process(target=pixels.put, args=(5, b"abc"))
    process.start()
    process.join(60)
    assert pixels.slots == 4
    assert (pixels.take(1), pixels.take(0)) == (b"abc", bytes(3))
    with pytest.raises((ValueError, IndexError)):
        pixels.put(0, b"longer")
    pixels.close()


def test_shared_pixels_cannot_be_made_fewer_below_whoever_reads_them() -> None:
    pixels = SharedPixels.make(2, 4, 3)
    if pixels is None:
        pytest.skip("this system has no memory of that kind")
    open_ones = psutil.Process().num_fds() + 8
    of_it = [fd for fd in range(open_ones) if "afterimage-pixels" in os.path.realpath(f"/proc/self/fd/{fd}")]
    assert of_it
    for fd in of_it:
        with pytest.raises(PermissionError):
            os.ftruncate(fd, 1)
    pixels.close()
