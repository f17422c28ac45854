"""Tables of collections and saved searches: sets of photos that a person names."""

from __future__ import annotations

# A collection is known by its name, so that taking photos out of it, or putting them back, can be undone after it was
# renamed or removed. saved_looks: contents that a search found when somebody looked last, as packed ids.
SETS = (
    """CREATE TABLE collections (
        name TEXT PRIMARY KEY COLLATE NOCASE,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE collection_photos (
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        name TEXT NOT NULL COLLATE NOCASE,
        PRIMARY KEY (photo_id, name)
    ) WITHOUT ROWID""",
    "CREATE INDEX collection_photos_name ON collection_photos(name)",
    """CREATE TABLE saved_searches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL COLLATE NOCASE,
        sentence TEXT NOT NULL,
        folder BLOB,
        removed INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE UNIQUE INDEX saved_searches_name ON saved_searches(name) WHERE removed = 0",
    """CREATE TABLE saved_examples (
        search_id INTEGER NOT NULL REFERENCES saved_searches(id) ON DELETE CASCADE,
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        unlike INTEGER NOT NULL,
        PRIMARY KEY (search_id, photo_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX saved_examples_photo ON saved_examples(photo_id)",
    """CREATE TABLE saved_looks (
        search_id INTEGER PRIMARY KEY REFERENCES saved_searches(id) ON DELETE CASCADE,
        contents BLOB NOT NULL
    )""",
)
