"""The steps that built the catalog's schema, oldest first. A step that has shipped is never changed; add another.

Person-made data (tags, ratings, ...) belongs in tables of its own with `photo_id INTEGER REFERENCES photos(id) ON
DELETE CASCADE`: the catalog finds them by that reference and carries their rows along when a photo moves. What a person
says of what a photo shows refers to contents(id) instead, which outlives moves by itself.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from engine.migrations_checks import CHECKS
from engine.migrations_sets import SETS
from engine.migrations_words import UNHEARD, WORDS

SET_NAME = "afterimage.catalog"

catalog_migrations = Migrations(SET_NAME)

_TABLES = """
CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    offline INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pixel_hash BLOB NOT NULL UNIQUE,
    tone INTEGER NOT NULL
);
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    model_id TEXT NOT NULL UNIQUE
);
CREATE TABLE embeddings (
    content_id INTEGER NOT NULL REFERENCES contents(id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models(id),
    vector BLOB NOT NULL,
    crc INTEGER NOT NULL,
    PRIMARY KEY (content_id, model)
);
CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
    path BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'unreadable', 'missing')),
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL DEFAULT 0,
    due_ns INTEGER NOT NULL,
    added_ns INTEGER NOT NULL,
    missing_ns INTEGER,
    leased INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    lone_deaths INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    remedy TEXT NOT NULL DEFAULT '',
    file_hash BLOB,
    content_id INTEGER REFERENCES contents(id) ON DELETE SET NULL,
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    aspect REAL NOT NULL DEFAULT 1,
    tone INTEGER NOT NULL DEFAULT 0,
    sort_s INTEGER NOT NULL DEFAULT 0,
    format TEXT NOT NULL DEFAULT '',
    taken_at TEXT,
    camera TEXT,
    lens TEXT,
    latitude REAL,
    longitude REAL
);
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE tallies (
    folder_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    photos INTEGER NOT NULL,
    PRIMARY KEY (folder_id, state)
) WITHOUT ROWID;
"""

# Each index serves one question: the queue, the next fresh file, a folder's states, a move, a copy, a content's photos,
# browsing by date, and the two short lists of leases and of quarantine.
_INDEXES = """
CREATE INDEX photos_queue ON photos(deaths, attempts, mtime_ns DESC) WHERE state = 'pending' AND leased = 0;
CREATE INDEX photos_due ON photos(due_ns) WHERE state = 'pending' AND leased = 0;
CREATE INDEX photos_folder ON photos(folder_id, state);
CREATE INDEX photos_hash ON photos(file_hash) WHERE file_hash IS NOT NULL;
CREATE INDEX photos_size ON photos(size, file_hash, content_id) WHERE file_hash IS NOT NULL;
CREATE INDEX photos_content ON photos(content_id, state);
CREATE INDEX photos_newest ON photos(sort_s DESC, id DESC, aspect, tone) WHERE state = 'ready';
CREATE INDEX photos_leased ON photos(id) WHERE leased = 1;
CREATE INDEX photos_unreadable ON photos(id) WHERE state = 'unreadable';
"""

# Counting a million rows takes 50 ms, and progress is asked for after every slice of work.
_TALLIES = """
CREATE TRIGGER tally_insert AFTER INSERT ON photos BEGIN
    INSERT INTO tallies VALUES (new.folder_id, new.state, 1)
        ON CONFLICT (folder_id, state) DO UPDATE SET photos = photos + 1;
END;
CREATE TRIGGER tally_delete AFTER DELETE ON photos BEGIN
    UPDATE tallies SET photos = photos - 1 WHERE folder_id = old.folder_id AND state = old.state;
END;
CREATE TRIGGER tally_update AFTER UPDATE OF state, folder_id ON photos
    WHEN old.state <> new.state OR old.folder_id <> new.folder_id
BEGIN
    UPDATE tallies SET photos = photos - 1 WHERE folder_id = old.folder_id AND state = old.state;
    INSERT INTO tallies VALUES (new.folder_id, new.state, 1)
        ON CONFLICT (folder_id, state) DO UPDATE SET photos = photos + 1;
END;
"""


def _run(db: Database, script: str) -> None:
    """Statement by statement: `executescript` would commit the transaction that the step runs in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if _complete(statement):
            db.execute(statement)
            statement = ""


def _complete(statement: str) -> bool:
    text = statement.strip()
    return text.endswith("END;") if "CREATE TRIGGER" in text else text.endswith(";")


@catalog_migrations(name="0001_photos")
def _photos(db: Database) -> None:
    for script in (_TABLES, _INDEXES, _TALLIES):
        _run(db, script)


@catalog_migrations(name="0002_moved_and_forgotten")
def _moved_and_forgotten(db: Database) -> None:
    """The file system that a folder was on tells a folder that is gone from one that is unplugged."""
    db.execute("ALTER TABLE folders ADD COLUMN device INTEGER")
    db.execute("CREATE TABLE forgotten (path BLOB PRIMARY KEY) WITHOUT ROWID")


@catalog_migrations(name="0003_models_side_by_side")
def _models_side_by_side(db: Database) -> None:
    """Under which name, and from which files, a model was loaded last; and which embeddings were made of a thumbnail,
    because the photo was out of reach. They have a table of their own: it stays small, and is looked into often."""
    db.execute("ALTER TABLE models ADD COLUMN name TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE models ADD COLUMN files TEXT NOT NULL DEFAULT ''")
    db.execute(
        """CREATE TABLE from_thumbnails (
            content_id INTEGER NOT NULL REFERENCES contents(id) ON DELETE CASCADE,
            model INTEGER NOT NULL REFERENCES models(id),
            PRIMARY KEY (content_id, model)
        ) WITHOUT ROWID"""
    )


@catalog_migrations(name="0004_judgments")
def _judgments(db: Database) -> None:
    """Ticks and crosses, made by people: they belong to what a photo shows. `at`: seconds since 1970."""
    db.execute(
        """CREATE TABLE judgments (
            sentence TEXT NOT NULL,
            content_id INTEGER NOT NULL REFERENCES contents(id) ON DELETE CASCADE,
            verdict INTEGER NOT NULL CHECK (verdict IN (-1, 1)),
            at INTEGER NOT NULL,
            PRIMARY KEY (sentence, content_id)
        )"""
    )
    db.execute("CREATE INDEX judgments_content ON judgments(content_id)")


@catalog_migrations(name="0005_sketches")
def _sketches(db: Database) -> None:
    """Each content in grey, 8 x 8. Contents from before have none until their thumbnails are looked at again."""
    db.execute(
        """CREATE TABLE sketches (
            content_id INTEGER PRIMARY KEY REFERENCES contents(id) ON DELETE CASCADE,
            grey BLOB NOT NULL
        )"""
    )


@catalog_migrations(name="0006_tags_and_marks")
def _tags_and_marks(db: Database) -> None:
    """What people made of photos, and every batch of it with what was there before."""
    for table in (
        """CREATE TABLE photo_tags (
            photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            source TEXT NOT NULL,
            PRIMARY KEY (photo_id, path)
        ) WITHOUT ROWID""",
        "CREATE INDEX photo_tags_path ON photo_tags(path)",
        """CREATE TABLE marks (
            photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
            field TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (photo_id, field)
        ) WITHOUT ROWID""",
        """CREATE TABLE edits (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            what TEXT NOT NULL,
            at INTEGER NOT NULL,
            undone INTEGER NOT NULL DEFAULT 0
        )""",
        """CREATE TABLE edit_rows (
            edit_id INTEGER NOT NULL REFERENCES edits(id) ON DELETE CASCADE,
            photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
            field TEXT NOT NULL,
            key TEXT NOT NULL,
            before TEXT,
            after TEXT
        )""",
        "CREATE INDEX edit_rows_edit ON edit_rows(edit_id)",
        "CREATE INDEX edit_rows_photo ON edit_rows(photo_id)",
    ):
        db.execute(table)


@catalog_migrations(name="0007_words_of_files")
def _words_of_files(db: Database) -> None:
    """Captions with their index of words, what files said when they were read last, and the sidecars."""
    for statement in WORDS:
        db.execute(statement)


@catalog_migrations(name="0008_collections_and_saved_searches")
def _collections_and_saved_searches(db: Database) -> None:
    for statement in SETS:
        db.execute(statement)


@catalog_migrations(name="0009_checks")
def _checks(db: Database) -> None:
    """Checksums of what was read of photos, and second copies of what people made."""
    for statement in CHECKS:
        db.execute(statement)


@catalog_migrations(name="0010_raw_photos")
def _raw_photos(db: Database) -> None:
    """Whether there are any is asked whenever the newest photos are shown."""
    db.execute("CREATE INDEX photos_raw ON photos(id) WHERE state = 'ready' AND format = 'RAW'")


@catalog_migrations(name="0011_unheard")
def _unheard(db: Database) -> None:
    """Words of photos that were indexed before anybody read them are read once, without encoding anything."""
    for statement in UNHEARD:
        db.execute(statement)
