"""The system calls that are left to a decoder, as a program for the kernel's packet filter.

Everything else is refused with EPERM, which is an error to a program and not its end. Sources: seccomp(2), and the
kernel's tables of system calls.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant

_LOAD, _EQUAL, _AND, _RETURN = 0x20, 0x15, 0x54, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_CALL_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_EXECUTABLE, _THREAD, _EMPTY_PATH = 0x4, 0x10000, 0x1000
_CLOSE_ON_EXEC = 0x5450  # and the next number, which undoes it


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of system calls. `free`: always left; the others only with an argument that does no harm."""

    audit: int
    free: tuple[int, ...]
    map: int
    protect: int
    control: int
    clone: int
    clone_3: int
    status_at: int
    limits: int
    signal: int


_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        # read write close fstat poll lseek munmap brk rt_sigaction rt_sigprocmask rt_sigreturn pread64 readv writev
        # select sched_yield mremap madvise dup nanosleep getpid sendto recvfrom sendmsg recvmsg exit fcntl getrusage
        # gettimeofday sysinfo times getuid getgid geteuid getegid sigaltstack gettid futex sched_getaffinity
        # restart_syscall clock_gettime clock_getres clock_nanosleep exit_group pselect6 ppoll set_robust_list
        # getrandom membarrier rseq
        free=(
            0, 1, 3, 5, 7, 8, 11, 12, 13, 14, 15, 17, 19, 20, 23, 24, 25, 28, 32, 35, 39, 44, 45, 46, 47, 60, 72, 98,
            96, 99, 100, 102, 104, 107, 108, 131, 186, 202, 204, 219, 228, 229, 230, 231, 270, 271, 273, 318, 324, 334,
        ),
        map=9, protect=10, control=16, clone=56, clone_3=435, status_at=262, limits=302, signal=234,
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        free=(
            63, 64, 57, 80, 62, 215, 214, 134, 135, 139, 67, 65, 66, 72, 124, 216, 233, 23, 101, 172, 206, 207, 211,
            212, 93, 25, 165, 169, 179, 153, 174, 175, 176, 177, 132, 178, 98, 123, 128, 113, 114, 115, 94, 73, 99,
            278, 283, 293,
        ),
        map=222, protect=226, control=29, clone=220, clone_3=435, status_at=79, limits=261, signal=131,
    ),
}  # fmt: skip


def syscall_filter(machine: str, pid: int) -> list[Instruction]:
    """The program for a kind of processor, as `os.uname` calls it; empty for one whose numbers are not known here."""
    calls = _MACHINES.get(machine)
    return list(_program(calls, pid)) if calls is not None else []


def _program(calls: _Machine, pid: int) -> Iterator[Instruction]:
    yield _LOAD, 0, 0, _MACHINE_AT
    yield _EQUAL, 1, 0, calls.audit
    yield _RETURN, 0, 0, _KILL  # numbers of another kind of processor would mean other calls
    yield _LOAD, 0, 0, _CALL_AT
    for number in calls.free:
        yield _EQUAL, 0, 1, number
        yield _RETURN, 0, 0, _ALLOW
    yield from _where(calls.map, argument=2, mask=_EXECUTABLE, value=0)  # memory, but none that code could run in
    yield from _where(calls.protect, argument=2, mask=_EXECUTABLE, value=0)
    yield from _where(calls.control, argument=1, mask=0xFFFFFFFE, value=_CLOSE_ON_EXEC)
    yield from _where(calls.clone, argument=0, mask=_THREAD, value=_THREAD)  # a thread, never a process
    yield from _where(calls.status_at, argument=3, mask=_EMPTY_PATH, value=_EMPTY_PATH)  # of an open file
    yield from _where(calls.limits, argument=0, mask=0xFFFFFFFF, value=0)  # its own
    yield from _where(calls.signal, argument=0, mask=0xFFFFFFFF, value=pid)  # itself, as `abort` does
    # Its flags cannot be looked at; where it is not there, the C library uses the older one.
    yield _EQUAL, 0, 1, calls.clone_3
    yield _RETURN, 0, 0, _REFUSE | errno.ENOSYS
    yield _RETURN, 0, 0, _REFUSE | errno.EPERM


def _where(number: int, *, argument: int, mask: int, value: int) -> Iterator[Instruction]:
    """Left where the lower half of an argument, masked, has this value."""
    yield _EQUAL, 0, 5, number
    yield _LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument
    yield _AND, 0, 0, mask
    yield _EQUAL, 0, 1, value
    yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _REFUSE | errno.EPERM
