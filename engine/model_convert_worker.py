"""Reads a pickle of weights, in a process that has no rights but memory and two open files.

torch's restricted reader builds tensors and plain containers and refuses everything else. Should it ever be fooled,
the process that it runs in can open no file, reach no network and start nothing (where the system has such walls, see
`engine.cage`), and is ended where it takes too much memory or time.
"""

from __future__ import annotations

import io
import json
import math
import os
import signal
import struct
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, BinaryIO

from engine import cage

if TYPE_CHECKING:
    from torch import Tensor

TIMES_ITS_SIZE = 4  # memory for tensors that are read, and copied where they lie across
MORE_MEMORY_BYTES = 2 * 2**30
CPU_S = 1_800
FULLER = 1.25  # weights that share numbers in the pickle are written out each
MORE_DISK_BYTES = 64 * 2**20
WRAPPERS = ("state_dict", "model_state_dict", "model", "module", "ema_state_dict")
PARALLEL = "module."  # what torch puts before every name when a model was trained on several cards
BLOCK = 2**24
MOST_DESCRIPTORS = 65_536
DTYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "int32": "I32",
    "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL",
}  # fmt: skip


class NoWeights(Exception):
    """What was read is not what a file of weights holds."""


def run(connection: Connection, source: bytes, part: bytes) -> None:
    """Answers with one JSON object: `walls` and, of a file that was written, `tensors` and what was `left_out`; or the
    `problem`, with `asked` true where the pickle asked for more than a reader of weights gives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one who waits, and ends us then
    try:
        with open(source, "rb") as file, open(part, "xb") as out:
            answer = _convert(connection, file, out)
    except OSError as error:
        answer = {"problem": error.strerror or str(error), "errno": error.errno}
    except MemoryError:
        answer = {"problem": "it needs more memory than weights of this size do"}
    except NoWeights as error:
        answer = {"problem": str(error)}
    except Exception as bug:
        traceback.print_exc(file=sys.stderr)
        answer = {"problem": f"{type(bug).__name__}: {_plain(str(bug))}"}
    connection.send_bytes(json.dumps(answer).encode())
    os._exit(0)  # nothing that was read has a say in how this process ends


def _convert(connection: Connection, file: BinaryIO, out: BinaryIO) -> dict[str, Any]:
    import torch

    torch.set_num_threads(1)
    _warm_up()
    size = os.fstat(file.fileno()).st_size
    _limit(size)
    _close_all_but((connection.fileno(), file.fileno(), out.fileno()))
    walls = cage.enter()
    try:
        read = torch.load(file, map_location="cpu", weights_only=True, mmap=False)
    except MemoryError:
        raise
    except Exception as refusal:  # whatever it is: this file is not opened in any other way
        return {"problem": _plain(str(refusal)), "asked": True, "walls": walls}
    weights, left_out = weights_of(read)
    write(weights, out)
    return {"tensors": len(weights), "left_out": left_out, "walls": walls}


def weights_of(read: Any) -> tuple[dict[str, Tensor], list[str]]:
    """The named tensors of what was read, and names of what else stood beside them. Raises NoWeights."""
    import torch

    for wrapper in WRAPPERS:
        if isinstance(read, Mapping) and isinstance(read.get(wrapper), Mapping):
            read = read[wrapper]
    if not isinstance(read, Mapping):
        raise NoWeights(f"it holds a {type(read).__name__} and no named weights")
    named = {str(name): value for name, value in read.items()}
    weights = {name: value for name, value in named.items() if isinstance(value, torch.Tensor)}
    if not weights:
        raise NoWeights("there are no weights in it")
    odd = [name for name, value in weights.items() if _dtype(value) not in DTYPES or value.layout != torch.strided]
    if odd:
        raise NoWeights(f"{odd[0]!r} is of a kind that safetensors does not hold ({_dtype(weights[odd[0]])})")
    if all(name.startswith(PARALLEL) for name in weights):
        weights = {name.removeprefix(PARALLEL): value for name, value in weights.items()}
    return weights, sorted(named.keys() - {name for name, value in named.items() if isinstance(value, torch.Tensor)})


def write(weights: Mapping[str, Tensor], out: BinaryIO) -> None:
    """As safetensors: the length of a header, the header, and the numbers one tensor after the other."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name in sorted(weights):
        value = weights[name]
        begin, end = end, end + value.numel() * value.element_size()
        header[name] = {"dtype": DTYPES[_dtype(value)], "shape": list(value.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    out.write(struct.pack("<Q", len(text)) + text)
    for name in sorted(weights):
        for piece in _bytes(weights[name]):
            out.write(piece)
    out.flush()


def _bytes(value: Tensor) -> Iterator[memoryview]:
    import torch

    flat = value.detach().contiguous().reshape(-1)
    step = max(1, BLOCK // max(value.element_size(), 1))
    for start in range(0, flat.numel(), step):
        yield flat[start : start + step].clone().view(torch.uint8).numpy().data


def _dtype(value: Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")


def _warm_up() -> None:
    """What torch imports when it reads for the first time: later there is no file that it could open."""
    import torch

    for new in (True, False):
        buffer = io.BytesIO()
        torch.save({"weight": torch.zeros(2, dtype=torch.bfloat16)}, buffer, _use_new_zipfile_serialization=new)
        buffer.seek(0)
        weights, _ = weights_of(torch.load(buffer, map_location="cpu", weights_only=True))
        write(weights, io.BytesIO())
    try:
        torch.load(io.BytesIO(b"no pickle"), weights_only=True)
    except Exception as refusal:
        _plain(str(refusal))


def _limit(size: int) -> None:
    """Memory, time, the file's length, and no core file: weights stay where they are."""
    if sys.platform == "win32":
        return
    import resource

    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: CPU_S}
    limits[resource.RLIMIT_FSIZE] = math.ceil(size * FULLER) + MORE_DISK_BYTES
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = _mapped() + TIMES_ITS_SIZE * size + MORE_MEMORY_BYTES
    for number, most in limits.items():
        _, hard = resource.getrlimit(number)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(number, (most, most))


def _close_all_but(kept: Iterable[int]) -> None:
    """Whatever this process was born with; input, output and errors stay."""
    if sys.platform == "win32":
        return
    last = 2
    for descriptor in sorted(kept):
        os.closerange(last + 1, descriptor)
        last = max(last, descriptor)
    os.closerange(last + 1, min(os.sysconf("SC_OPEN_MAX"), MOST_DESCRIPTORS))


def _mapped() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _plain(text: str) -> str:
    """The first sentences, in one line."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())[:300]
