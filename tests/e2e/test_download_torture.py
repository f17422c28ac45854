"""The long trial of a download, in small."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.download import cut, killed, made_up

SIZE = 8_000_000


@pytest.mark.slow
@pytest.mark.local_server
def test_a_download_that_is_cut_or_killed_twice_ends_verified(tmp_path: Path) -> None:
    files, sha256 = made_up(tmp_path / "published", SIZE)
    assert len(cut(tmp_path / "cut", files, sha256, SIZE)["taken_up_at"]) == 2
    assert len(killed(tmp_path / "killed", files, sha256, SIZE)["taken_up_at"]) == 2
