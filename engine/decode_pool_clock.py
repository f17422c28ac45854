"""How long a worker may be at one photo: by the processor, so that no good photo is lost to a busy machine, and by the
clock."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

IDLE_SHARE = 0.1  # who used less of a processor than this, and wants none, waits for something that may never come
LONGEST_TIMES = 6  # by the clock, of what a photo may take of a processor
WORTH_WAITING = 0.05  # of the same

ENOUGH = 8  # photos
SHORTEST_S = 0.001

Work = tuple[float, bool]  # seconds of a processor used so far, and whether it wants one right now
NOTHING: Work = (0.0, False)


class PhotoClock:
    """`deadline`: when the worker is to be looked at, in seconds of the monotonic clock `now_s`; `work` looks."""

    def __init__(self, start_s: float, work: Callable[[], Work], now_s: Callable[[], float] = time.monotonic) -> None:
        self._work = work
        self._now_s = now_s
        self._used_before_s, self._used_at_first_s = 0.0, 0.0
        self._begun = 0
        self._latest = 0.0
        self.deadline = now_s() + start_s

    def begin(self, timeout_s: float) -> None:
        """A photo, now."""
        now = self._now_s()
        self.deadline, self._latest = now + timeout_s, now + LONGEST_TIMES * timeout_s
        self._used_before_s, _ = self._work()
        if not self._begun:
            self._used_at_first_s = self._used_before_s
        self._begun += 1

    def photos_in(self, seconds: float) -> int:
        """How many are done in so much of a processor, by those that were; 0 as long as too few were to tell."""
        if self._begun <= ENOUGH:
            return 0
        each_s = (self._used_before_s - self._used_at_first_s) / (self._begun - 1)
        return int(seconds / max(each_s, SHORTEST_S))

    def put_off(self, timeout_s: float) -> bool:
        """Past its deadline: whether the photo gets more time, because others had the processor."""
        now = self._now_s()
        used_before_s, wants_more = self._work()
        used_s = used_before_s - self._used_before_s
        left_s = min(timeout_s - used_s, self._latest - now)
        waits = used_s < IDLE_SHARE * timeout_s and not wants_more
        if waits or left_s < WORTH_WAITING * timeout_s:
            return False
        self.deadline = now + left_s
        return True


def worker_at(pid: int) -> Callable[[], Work]:
    """How the process with this number works; nothing where it has just ended, which its pipe tells."""
    try:
        process = psutil.Process(pid)
    except psutil.Error:
        return lambda: NOTHING

    def work() -> Work:
        try:
            with process.oneshot():  # both from one look
                times, status = process.cpu_times(), process.status()
        except psutil.Error:
            return NOTHING
        return float(times.user + times.system), status == psutil.STATUS_RUNNING

    return work
