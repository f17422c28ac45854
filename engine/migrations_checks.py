"""The schema of checksums and second copies; `engine/catalog_checks.py` keeps them."""

from __future__ import annotations

CHECKS = (
    "CREATE TABLE photo_checks (photo_id INTEGER PRIMARY KEY, crc INTEGER NOT NULL)",
    """CREATE TABLE second_copies (
        kind TEXT NOT NULL,
        row TEXT NOT NULL,
        crc INTEGER NOT NULL,
        PRIMARY KEY (kind, row)
    ) WITHOUT ROWID""",
)
