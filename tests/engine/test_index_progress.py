from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from engine.errors import DiskFull
from engine.index_progress import DiskRoom


def test_a_disk_with_little_room_makes_indexing_wait(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    DiskRoom(os.fsencode(tmp_path), least_bytes=free // 2).require()
    with pytest.raises(DiskFull, match="Indexing waits") as told:
        DiskRoom(os.fsencode(tmp_path), least_bytes=free * 2).require()
    assert told.value.path == os.fsencode(tmp_path)
    assert "by itself" in told.value.remedy
