"""Takes all rights away from this process that decoding a photo does not need. Linux only; elsewhere nothing is taken.

Two walls: Landlock leaves no file that could be opened and no TCP (kernel 5.13 and newer); seccomp leaves the system
calls of memory, time and of descriptors that are open already. There is no way back.
Sources: landlock(7), seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import sys

from engine.cage_filter import syscall_filter

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same numbers on every architecture
_VERSION_ONLY = 1
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2
# Rights that each version of Landlock knows; whatever is named and then not granted is refused.
_FILES_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_SINCE, _TCP = 4, 0b11
_SCOPE_SINCE, _SCOPE = 6, 0b11  # abstract sockets and signals of processes outside


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scope", ctypes.c_uint64)]


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]


def enter() -> tuple[str, ...]:
    """The walls that stand now, e.g. ("landlock 7", "seccomp"); empty where the system has none of them."""
    if sys.platform != "linux":
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return ()
    return (*_landlock(libc), *_seccomp(libc))


def _landlock(libc: ctypes.CDLL) -> tuple[str, ...]:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_ONLY)
    if version < 1:
        return ()
    files = (1 << _FILES_BY_VERSION[min(version, max(_FILES_BY_VERSION))]) - 1
    rules = _Ruleset(files, _TCP if version >= _TCP_SINCE else 0, _SCOPE if version >= _SCOPE_SINCE else 0)
    size = 24 if version >= _SCOPE_SINCE else 16 if version >= _TCP_SINCE else 8
    descriptor = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if descriptor < 0:
        return ()
    refused = libc.syscall(_RESTRICT_SELF, descriptor, 0)
    os.close(descriptor)
    return () if refused else (f"landlock {version}",)


def _seccomp(libc: ctypes.CDLL) -> tuple[str, ...]:
    instructions = syscall_filter(os.uname().machine, os.getpid())
    if not instructions:
        return ()
    array = (_Instruction * len(instructions))(*(_Instruction(*each) for each in instructions))
    program = _Program(len(array), array)
    return () if libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) else ("seccomp",)
