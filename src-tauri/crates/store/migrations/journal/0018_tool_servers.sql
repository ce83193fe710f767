-- Servers that give tools, and which of their tools were allowed with what definition. Both are made anew from facts about
-- the store as a whole. What is secret about a server is in neither.

-- Numbers of removed servers are never given out again.
CREATE TABLE tool_servers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uid        TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL UNIQUE,
    place      TEXT    NOT NULL,
    secrets    TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE allowed_tools (
    server     TEXT    NOT NULL,
    tool       TEXT    NOT NULL,
    hash       TEXT    NOT NULL,
    definition TEXT    NOT NULL,
    read_only  INTEGER NOT NULL,
    allowed_at INTEGER NOT NULL,
    PRIMARY KEY (server, tool)
) STRICT;
