from __future__ import annotations

from importlib import metadata

import pytest

from engine import safe_versions
from engine.errors import AfterimageError
from engine.safe_versions import LEAST, numbers, require_safe_versions


def test_what_is_installed_here_is_safe() -> None:
    require_safe_versions()


def test_an_old_decoder_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LEAST, "pillow", (99, 1))
    with pytest.raises(AfterimageError, match=r"pip install --upgrade 'pillow>=99.1'"):
        require_safe_versions()


def test_a_part_that_is_not_installed_is_no_danger(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(safe_versions.metadata, "version", gone)
    require_safe_versions()


@pytest.mark.parametrize(("version", "parts"), [("12.1.0rc1", (12, 1, 0)), ("1.19.8", (1, 19, 8)), ("odd", ())])
def test_versions_are_compared_by_their_numbers(version: str, parts: tuple[int, ...]) -> None:
    assert numbers(version) == parts
