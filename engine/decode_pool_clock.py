"""How long a worker may be at one photo: by the processor, so that no good photo is lost to a busy machine, and by the
clock."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

IDLE_SHARE = 0.1  # who used less of a processor than this waits for something that may never come
LONGEST_TIMES = 3  # by the clock, of what a photo may take of a processor
WORTH_WAITING = 0.05  # of the same


class PhotoClock:
    """`deadline`: when the worker is to be looked at, in seconds of the monotonic clock `now_s`. `used_s` says how much
    of a processor it has used since it began."""

    def __init__(
        self, start_s: float, used_s: Callable[[], float], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._used_s = used_s
        self._now_s = now_s
        self._used_before_s = 0.0
        self._latest = 0.0
        self.deadline = now_s() + start_s

    def begin(self, timeout_s: float) -> None:
        """A photo, now."""
        now = self._now_s()
        self.deadline, self._latest = now + timeout_s, now + LONGEST_TIMES * timeout_s
        self._used_before_s = self._used_s()

    def put_off(self, timeout_s: float) -> bool:
        """Past its deadline: whether the photo gets more time, because others had the processor."""
        now, used_s = self._now_s(), self._used_s() - self._used_before_s
        left_s = min(timeout_s - used_s, self._latest - now)
        if used_s < IDLE_SHARE * timeout_s or left_s < WORTH_WAITING * timeout_s:
            return False
        self.deadline = now + left_s
        return True


def processor_s(pid: int) -> float:
    """What a process has used so far; 0 where it has just ended, which its pipe tells."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
