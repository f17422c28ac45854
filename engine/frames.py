"""Messages as bytes: a JSON header with version and type, and every bytes value as a raw section beside it.

    uint32 header length | header (JSON, UTF-8) | section 0 | section 1 | ...      little-endian

Never pickle: a frame can only become one of the dataclasses of `engine.messages`, checked field by field against
their type hints. Whatever is wrong with a frame, `decode` raises ValueError and nothing else.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import json
import math
import struct
import types
import typing
from collections.abc import Callable, Sequence

from engine.messages_search import PROTOCOL, SearchMessage

if typing.TYPE_CHECKING:
    from engine.messages import Message

MAX_FRAME_BYTES = 64 * 2**20  # a result of four million rows

_LENGTH = struct.Struct("<I")
_INT64 = range(-(2**63), 2**63)
_ODD_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # JSON has no words for these
_OF_A_SEARCH: dict[str, type] = {cls.__name__: cls for cls in typing.get_args(SearchMessage)}


Reader = Callable[[typing.Any, Sequence[bytes]], typing.Any]


def encode(message: Message) -> bytes:
    """The frame of a message. Raises ValueError for an integer that does not fit int64 or a frame that is too large."""
    sections: list[bytes] = []
    fields = _written(message, sections)
    header = {
        "version": PROTOCOL,
        "type": type(message).__name__,
        "fields": fields,
        "sections": [len(section) for section in sections],
    }
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    frame = b"".join((_LENGTH.pack(len(text)), text, *sections))
    if len(frame) > MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {len(frame)} bytes is longer than {MAX_FRAME_BYTES}")
    return frame


def decode(data: bytes) -> Message:
    """The message of a frame. Raises ValueError where the frame is not exactly one valid message."""
    header, sections = _split(data)
    if header.get("version") != PROTOCOL:
        raise ValueError(f"protocol {header.get('version')!r:.40} instead of {PROTOCOL}")
    name = header.get("type")
    cls = _type_named(name) if isinstance(name, str) else None
    if cls is None:
        raise ValueError(f"unknown message type {name!r:.40}")
    return typing.cast("Message", _reader(cls)(header.get("fields"), sections))


@functools.cache
def message_types() -> dict[str, type]:
    """All that can be said, by name."""
    from engine import messages  # a command that asks for a search only gets by without the rest

    return {cls.__name__: cls for cls in typing.get_args(messages.Message)}


def _type_named(name: str) -> type | None:
    return _OF_A_SEARCH.get(name) or message_types().get(name)


def _split(data: bytes) -> tuple[dict[str, typing.Any], list[bytes]]:
    if not _LENGTH.size <= len(data) <= MAX_FRAME_BYTES:
        raise ValueError(f"a frame cannot have {len(data)} bytes")
    end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    if end > len(data):
        raise ValueError("the header is cut short")
    try:
        header = json.loads(data[_LENGTH.size : end].decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("the header is nested too deeply") from None
    if not isinstance(header, dict):
        raise ValueError("the header is no object")
    lengths = header.get("sections")
    if not isinstance(lengths, list) or not all(type(n) is int and n >= 0 for n in lengths):
        raise ValueError("the section lengths are no lengths")
    if end + sum(lengths) != len(data):
        raise ValueError("the sections do not fill the frame")
    sections = []
    for length in lengths:
        sections.append(data[end : end + length])
        end += length
    return header, sections


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _written(value: typing.Any, sections: list[bytes]) -> typing.Any:
    if isinstance(value, bytes):
        sections.append(value)
        return len(sections) - 1
    if dataclasses.is_dataclass(value):
        return {f.name: _written(getattr(value, f.name), sections) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        if _only_int64(value):
            return list(value)
        return [_written(item, sections) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value not in _INT64:
        raise ValueError(f"{value} does not fit int64")
    return value


def _only_int64(values: tuple[typing.Any, ...]) -> bool:
    """As the ids of all photos of a library are: looked at together, for the window waits."""
    return set(map(type, values)) == {int} and min(values) in _INT64 and max(values) in _INT64


@functools.cache
def _reader(hint: typing.Any) -> Reader:
    """How a JSON value becomes a value of this type; one per hint, built on first use."""
    if dataclasses.is_dataclass(hint):
        return _dataclass_reader(typing.cast(type, hint))
    if isinstance(hint, types.UnionType):
        (inner,) = (arm for arm in typing.get_args(hint) if arm is not types.NoneType)
        read = _reader(inner)
        return lambda value, sections: None if value is None else read(value, sections)
    if typing.get_origin(hint) is tuple:
        return _tuple_reader(_reader(typing.get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return lambda value, _sections: hint(_text(value, _sections))
    return {bytes: _section, float: _float, int: _integer, bool: _boolean, str: _text}[hint]


def _dataclass_reader(cls: type) -> Reader:
    hints = typing.get_type_hints(cls)
    required = {
        f.name
        for f in dataclasses.fields(cls)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }

    def read(value: typing.Any, sections: Sequence[bytes]) -> typing.Any:
        if not isinstance(value, dict) or not required <= value.keys() <= hints.keys():
            raise ValueError(f"not the fields of {cls.__name__}")
        return cls(**{name: _reader(hints[name])(item, sections) for name, item in value.items()})

    return read


def _tuple_reader(read: Reader) -> Reader:
    def read_all(value: typing.Any, sections: Sequence[bytes]) -> tuple[typing.Any, ...]:
        if not isinstance(value, list):
            raise ValueError("a list is missing")
        return tuple(read(item, sections) for item in value)

    return read_all


def _section(value: typing.Any, sections: Sequence[bytes]) -> bytes:
    if type(value) is not int or not 0 <= value < len(sections):
        raise ValueError("a section is missing")
    return sections[value]


def _float(value: typing.Any, _sections: Sequence[bytes]) -> float:
    if isinstance(value, str) and value in _ODD_FLOATS:
        return _ODD_FLOATS[value]
    if type(value) not in (int, float) or (type(value) is int and value not in _INT64):
        raise ValueError("a number is missing")
    return float(value)


def _integer(value: typing.Any, _sections: Sequence[bytes]) -> int:
    if type(value) is not int or value not in _INT64:
        raise ValueError("an int64 is missing")
    return value


def _boolean(value: typing.Any, _sections: Sequence[bytes]) -> bool:
    if type(value) is not bool:
        raise ValueError("true or false is missing")
    return value


def _text(value: typing.Any, _sections: Sequence[bytes]) -> str:
    if type(value) is not str:
        raise ValueError("a text is missing")
    return value
