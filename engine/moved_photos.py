"""Joins photos that moved from one watched folder to another, however whole the folder was that went.

A photo that cannot be found may be deleted, moved, or on a drive that is not plugged in, and only the first two may
cost its row. A folder that is gone counts as moved or deleted only where the place it was in still belongs to the file
system that the folder was on at its last scan.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from enum import Enum, auto

from engine.catalog import Catalog, Twin
from engine.photo import DecodeFailure, Folder

PUT_OFF_NS = 5 * 10**9


class Whereabouts(Enum):
    HERE = auto()
    GONE = auto()  # from a file system that is still there
    OUT_OF_REACH = auto()  # unplugged, forbidden, or nobody knows


def device_of(folder: bytes) -> int:
    """The number of the file system that holds the folder, as the catalog can keep it. Raises OSError."""
    return os.stat(folder).st_dev & 0x7FFF_FFFF_FFFF_FFFF


def whereabouts(folder: bytes, device: int | None) -> Whereabouts:
    """What became of a watched folder that was on `device` (None: never scanned to its end)."""
    try:
        with os.scandir(folder):
            same = device_of(folder) == device
        return Whereabouts.HERE if same else Whereabouts.OUT_OF_REACH
    except (FileNotFoundError, NotADirectoryError):
        same = _device_above(folder) == device
        return Whereabouts.GONE if same and device is not None else Whereabouts.OUT_OF_REACH
    except OSError:
        return Whereabouts.OUT_OF_REACH


def join_moved(catalog: Catalog, photo_ids: Sequence[int]) -> int:
    """For photos that have just become READY: joins those whose bytes were known at a place where they are no more.
    Returns how many rows went."""
    return _join(catalog, catalog.twins(photo_ids))


def settle_vanished(catalog: Catalog, failure: DecodeFailure) -> bytes | None:
    """For a photo whose file was not there when it was opened. It is gone, or its drive may be: then it waits, and the
    watched folder is returned, which is to be scanned."""
    path, folder, device = catalog.place_of(failure.photo_id)
    above = os.path.dirname(path)
    try:
        with os.scandir(above) as beside:  # an empty folder may be the place of a drive
            here = next(beside, None) is not None and (device is None or device_of(folder) == device)
    except OSError:
        here = False
    if here and _is_gone(path):
        catalog.fail(failure)
        return None
    catalog.put_off(failure.photo_id, time.time_ns() + PUT_OFF_NS)
    return folder


def join_gone_folder(catalog: Catalog, folder: Folder) -> int:
    """For a folder that has just become unreachable or empty: where it is no drive that was unplugged, its photos join
    those that appeared elsewhere lately; the others stay searchable. Returns how many rows went."""
    if whereabouts(folder.path, catalog.folder_device(folder.id)) is Whereabouts.OUT_OF_REACH:
        return 0
    return _join(catalog, catalog.appeared_elsewhere(folder.id, time.time_ns()))


def _join(catalog: Catalog, twins: Sequence[Twin]) -> int:
    states = {folder: whereabouts(*folder) for folder in {(twin.folder, twin.device) for twin in twins}}
    gone = [
        twin.photo_id
        for twin in twins
        if (state := states[twin.folder, twin.device]) is Whereabouts.GONE
        or (state is Whereabouts.HERE and _is_gone(twin.path))
    ]
    return catalog.vanished(gone, time.time_ns()) if gone else 0


def _is_gone(path: bytes) -> bool:
    """Certainly: what may not be looked at, or does not answer, is not gone."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _device_above(folder: bytes) -> int | None:
    """The file system of the nearest ancestor that exists."""
    above = os.path.dirname(folder)
    while True:
        try:
            return device_of(above)
        except (FileNotFoundError, NotADirectoryError):
            if above == os.path.dirname(above):
                return None
            above = os.path.dirname(above)
