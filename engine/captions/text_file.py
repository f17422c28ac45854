"""Text files of training data as bytes, packed by gzip or not."""

from __future__ import annotations

import gzip
import zlib

from engine.errors import TrainingDataError

GZIP = b"\x1f\x8b"
MARK = b"\xef\xbb\xbf"  # of order of bytes, which some editors put first


def contents_of(path: bytes) -> bytes:
    """All bytes, unpacked, without a byte order mark. Raises TrainingDataError where they cannot be read."""
    try:
        with open(path, "rb") as file:
            contents = file.read()
    except OSError as error:
        raise TrainingDataError(
            f"the file cannot be read ({error.strerror})", path=path, remedy="name an existing text file"
        ) from error
    if contents.startswith(GZIP):
        try:
            contents = gzip.decompress(contents)
        except (OSError, EOFError, zlib.error) as error:
            raise TrainingDataError("the packed file is damaged", path=path, remedy="fetch it again") from error
    return contents.removeprefix(MARK)


def text_of(raw: bytes, path: bytes, where: str) -> str:
    """One caption. Raises TrainingDataError where it is not UTF-8, or where nothing is written."""
    try:
        text = raw.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise TrainingDataError(f"{where} is not UTF-8", path=path, remedy="save the file as UTF-8") from error
    if not text:
        raise TrainingDataError(f"{where} has an empty caption", path=path, remedy="write or remove it")
    return text
