"""Where a library lives on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass

from engine.errors import LibraryDamaged


@dataclass(frozen=True, slots=True)
class Locations:
    """The folders of one library, as bytes paths. `data` holds what cannot be rebuilt."""

    data: bytes
    cache: bytes

    @classmethod
    def default(cls) -> Locations:
        """The platform's own places (XDG on Linux)."""
        import platformdirs  # a folder that was named needs none of it

        return cls(
            os.fsencode(platformdirs.user_data_path("afterimage", appauthor=False)),
            os.fsencode(platformdirs.user_cache_path("afterimage", appauthor=False)),
        )

    @classmethod
    def at(cls, library: bytes | str | None) -> Locations:
        """Everything below one folder (`--library DIR`), or the default places."""
        if library is None:
            return cls.default()
        root = os.path.abspath(os.fsencode(library))
        return cls(root, os.path.join(root, b"cache"))

    @property
    def catalog(self) -> bytes:
        return os.path.join(self.data, b"catalog.db")

    @property
    def lock(self) -> bytes:
        return os.path.join(self.data, b"lock")

    @property
    def socket(self) -> bytes:
        return os.path.join(self.data, b"engine.sock")

    @property
    def thumbnails(self) -> bytes:
        return os.path.join(self.cache, b"thumbnails")

    @property
    def renditions(self) -> bytes:
        return os.path.join(self.cache, b"renditions")

    @property
    def presets(self) -> bytes:
        """Models that were fetched or imported."""
        return os.path.join(self.data, b"models", b"presets")

    @property
    def backups(self) -> bytes:
        """Copies of the catalog."""
        return os.path.join(self.data, b"backups")

    @property
    def sidecars(self) -> bytes:
        """Each sidecar as it was before it was written last."""
        return os.path.join(self.data, b"sidecars")

    def model(self, model_id: str) -> bytes:
        """Index, tokens and calibration of one model."""
        return os.path.join(self.data, b"models", model_id.encode())

    def exist(self) -> bool:
        """Whether there is a library: a catalog, or a copy that takes its place when it is opened. Raises
        LibraryDamaged where both are gone and what belonged to them is not, PermissionError where nobody may know."""
        try:
            os.stat(self.catalog)
        except (FileNotFoundError, NotADirectoryError):
            return self._outlived()
        return True

    def _outlived(self) -> bool:
        if any(name.startswith(b"catalog-") for name in _names(self.backups)):
            return True
        if self.orphaned():
            raise LibraryDamaged(
                "The catalog of this library is gone, and there is no copy of it",
                path=self.catalog,
                remedy="put it back from a backup of this folder, or begin anew: afterimage index FOLDER",
            )
        return False

    def orphaned(self) -> bool:
        """Whether there are thumbnails of photos that no catalog knows."""
        return not os.path.exists(self.catalog) and bool(_names(self.thumbnails))

    def create(self) -> None:
        """Makes the folders, readable by their owner only."""
        for folder in (self.data, self.cache, self.thumbnails, self.renditions):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.path.join(self.cache, b".nomedia"), "ab"):
            pass  # so that no library, this one or another, takes thumbnails for photos


def _names(folder: bytes) -> list[bytes]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
