-- Where models run, what is set for all agents, and what agents were before they were changed. The three are made
-- anew from facts about the store as a whole. Keys are in none of them.

-- Numbers of removed providers are never given out again.
CREATE TABLE providers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    uid        TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    base_url   TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The first version of an agent may be in no event, so it is kept when the later ones are made anew.
CREATE TABLE agent_versions (
    agent_id     INTEGER NOT NULL REFERENCES agents (id),
    version      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    instructions TEXT    NOT NULL,
    model        TEXT    NOT NULL,
    since        INTEGER NOT NULL,
    PRIMARY KEY (agent_id, version)
) STRICT;

-- Until now every agent named the only model that there was. From here on that means: whatever is set for its kind.
UPDATE agents SET model = 'default' WHERE model = 'rehearsal';

INSERT INTO agent_versions (agent_id, version, name, role, instructions, model, since)
SELECT id, version, name, role, instructions, model, created_at FROM agents;
