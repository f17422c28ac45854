"""Tables of what the files say of themselves: keywords, ratings, labels and captions, and the sidecars they lie in."""

from __future__ import annotations

# file_words: what a photo ('photo') and its sidecar ('sidecar') said when they were read last, as JSON. What changed
# since is what the file's own program changed; all else is left to the person.
# sidecars: the files beside photos as the last scan saw them; `unread`: to be looked at; `reason`, `remedy`: why it
# could not be read, or what a person here says otherwise.
WORDS = (
    """CREATE TABLE captions (
        id INTEGER PRIMARY KEY,
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        source TEXT NOT NULL,
        UNIQUE (photo_id, source)
    )""",
    """CREATE VIRTUAL TABLE captions_words USING fts5(
        text, content = 'captions', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER captions_insert AFTER INSERT ON captions BEGIN
        INSERT INTO captions_words (rowid, text) VALUES (new.id, new.text);
    END""",
    """CREATE TRIGGER captions_delete AFTER DELETE ON captions BEGIN
        INSERT INTO captions_words (captions_words, rowid, text) VALUES ('delete', old.id, old.text);
    END""",
    """CREATE TRIGGER captions_update AFTER UPDATE OF text ON captions BEGIN
        INSERT INTO captions_words (captions_words, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO captions_words (rowid, text) VALUES (new.id, new.text);
    END""",
    """CREATE TABLE file_words (
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        place TEXT NOT NULL,
        words TEXT NOT NULL,
        PRIMARY KEY (photo_id, place)
    ) WITHOUT ROWID""",
    """CREATE TABLE sidecars (
        path BLOB PRIMARY KEY,
        folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        unread INTEGER NOT NULL DEFAULT 1,
        reason TEXT NOT NULL DEFAULT '',
        remedy TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID""",
    "CREATE INDEX sidecars_unread ON sidecars(path) WHERE unread = 1",
    "CREATE INDEX sidecars_folder ON sidecars(folder_id)",
)

# Photos that were read before the words in them were, or before those in raw files were.
UNHEARD = (
    "CREATE TABLE unheard (photo_id INTEGER PRIMARY KEY REFERENCES photos(id) ON DELETE CASCADE)",
    """INSERT INTO unheard SELECT id FROM photos
        WHERE state = 'ready' AND id NOT IN (SELECT photo_id FROM file_words WHERE place = 'photo')""",
)
