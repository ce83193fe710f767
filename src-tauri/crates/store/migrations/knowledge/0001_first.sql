-- The knowledge: what can be made again from the operator's files. Apart from the journal, so that indexing never
-- holds the journal's lock.

CREATE TABLE sources (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uid        TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('builtin', 'folder', 'file')),
    path       TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'scanning', 'ready', 'failed')),
    problems   TEXT    NOT NULL DEFAULT '[]',
    scanned_at INTEGER,
    -- A built-in source that the operator does not want. The row stays, so that it does not come back.
    removed    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The text is the last column: what lists documents never reads its pages.
CREATE TABLE documents (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id   INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    path        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    hash        TEXT    NOT NULL,
    bytes       INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    lines       INTEGER NOT NULL,
    chunks      INTEGER NOT NULL,
    reader      INTEGER NOT NULL,
    indexed_at  INTEGER NOT NULL,
    text        TEXT    NOT NULL,
    UNIQUE (source_id, path)
) STRICT;

CREATE TABLE chunks (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start_line  INTEGER NOT NULL,
    end_line    INTEGER NOT NULL,
    headings    TEXT    NOT NULL,
    text        TEXT    NOT NULL
) STRICT;

CREATE INDEX chunks_by_document ON chunks (document_id);

-- Holds terms, not texts: they come folded and stemmed, so that index, query and ranking share one definition.
CREATE VIRTUAL TABLE chunks_fts USING fts5 (
    headings, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);

-- In how many chunks a term occurs.
CREATE VIRTUAL TABLE chunks_terms USING fts5vocab (chunks_fts, row);

CREATE TRIGGER chunks_leave_the_index AFTER DELETE ON chunks BEGIN
    DELETE FROM chunks_fts WHERE rowid = old.id;
END;
