-- Where runs are that change hands between stores. These tables are no projections: like the remembered requests they
-- are the record itself, and making projections anew leaves them as they are.

-- Who owns a run that ever changed hands. A run that is not in here belongs to this store, with hand 1.
CREATE TABLE owners (
    workflow   TEXT    PRIMARY KEY,
    -- Raised whenever the run is to change hands: of two copies the one with the higher number counts.
    hand       INTEGER NOT NULL,
    place      TEXT    NOT NULL CHECK (place IN ('here', 'leaving', 'gone')),
    -- The move that made it so; none where this store learned from another that it is there.
    move       TEXT,
    -- The other store: where it is going, or came from.
    other      TEXT    NOT NULL,
    other_name TEXT    NOT NULL,
    since      INTEGER NOT NULL
) STRICT;

CREATE INDEX owners_place ON owners (place) WHERE place <> 'here';

-- The runs that belong to another store, or are about to. What was taken in from a file is history, wherever the run is.
CREATE VIEW away AS
    SELECT w.id AS id FROM owners o JOIN workflows w ON w.uid = o.workflow
    WHERE o.place <> 'here' AND w.imported IS NULL;

-- Moves that begin here. The store where a move begins decides about it.
CREATE TABLE departures (
    move        TEXT    PRIMARY KEY,
    workflow    TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    other       TEXT    NOT NULL,
    other_name  TEXT    NOT NULL,
    hand        INTEGER NOT NULL,
    -- Told only once it is decided that the run is gone. The other side can't begin without it.
    secret      TEXT    NOT NULL,
    -- Epoch of this store when the run left.
    epoch       INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('leaving', 'gone', 'called_off')),
    -- Whether the other side is known to have it, or to have thrown its copy away.
    finished    INTEGER NOT NULL DEFAULT 0,
    departed_at INTEGER NOT NULL,
    decided_at  INTEGER
) STRICT;

-- Moves that end here. The whole run is kept as it came until the move is decided.
CREATE TABLE arrivals (
    move        TEXT    PRIMARY KEY,
    workflow    TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    other       TEXT    NOT NULL,
    other_name  TEXT    NOT NULL,
    hand        INTEGER NOT NULL,
    -- The workflow and its sub-workflows, a JSON array of their identities.
    workflows   TEXT    NOT NULL,
    bundle      BLOB,
    state       TEXT    NOT NULL CHECK (state IN ('arriving', 'here', 'dropped')),
    admitted_at INTEGER NOT NULL,
    decided_at  INTEGER
) STRICT;

CREATE INDEX arrivals_state ON arrivals (state) WHERE state = 'arriving';

-- Agents of other stores that are the same as one of this store: each store has a permanent crew of its own.
CREATE TABLE agent_aliases (
    uid      TEXT    PRIMARY KEY,
    agent_id INTEGER NOT NULL REFERENCES agents (id)
) STRICT;
