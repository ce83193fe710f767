-- The journal is the truth. Tables under "projections" are derived from it in the same transaction and
-- can be made anew from it; `touched` is the position of the newest event that changed a row.

CREATE TABLE meta (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    store_uid     TEXT    NOT NULL,
    epoch         INTEGER NOT NULL,
    -- 1 in a backup file only. Opening such a file as the journal is a restore and raises the epoch.
    is_backup     INTEGER NOT NULL DEFAULT 0,
    -- Newest workflow number given out. Numbers of deleted workflows are never given out again.
    last_workflow INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE contents (
    hash    TEXT PRIMARY KEY,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE events (
    position    INTEGER PRIMARY KEY,
    -- None for what concerns the store as a whole.
    workflow_id INTEGER,
    seq         INTEGER,
    v           INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    task        TEXT,
    content     TEXT REFERENCES contents (hash),
    body        TEXT    NOT NULL,
    UNIQUE (workflow_id, seq),
    CHECK ((workflow_id IS NULL) = (seq IS NULL))
) STRICT;

CREATE INDEX events_content ON events (content) WHERE content IS NOT NULL;

CREATE TABLE requests (
    key         TEXT PRIMARY KEY,
    operation   TEXT    NOT NULL,
    workflow_id INTEGER,
    question_id INTEGER,
    at          INTEGER NOT NULL
) STRICT;

-- Agents outlive the workflow that they were hired in, so they are kept when projections are made anew.
CREATE TABLE agents (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    uid          TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    instructions TEXT    NOT NULL,
    model        TEXT    NOT NULL,
    tools        TEXT    NOT NULL,
    disabled     INTEGER NOT NULL DEFAULT 0,
    version      INTEGER NOT NULL DEFAULT 1,
    hired_in     INTEGER,
    why          TEXT,
    created_at   INTEGER NOT NULL,
    touched      INTEGER NOT NULL
) STRICT;

CREATE INDEX agents_touched ON agents (touched);

-- Projections.

CREATE TABLE workflows (
    id           INTEGER PRIMARY KEY,
    uid          TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    cancelling   INTEGER NOT NULL DEFAULT 0,
    template     TEXT    NOT NULL,
    meta         TEXT    NOT NULL,
    plan         TEXT,
    report       TEXT,
    failure      TEXT,
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    completed_at INTEGER,
    touched      INTEGER NOT NULL
) STRICT;

CREATE INDEX workflows_status ON workflows (status);

-- The number of a task is the position of the event that made it: the same whenever projections are made anew.
CREATE TABLE tasks (
    id           INTEGER PRIMARY KEY,
    workflow_id  INTEGER NOT NULL REFERENCES workflows (id),
    key          TEXT    NOT NULL,
    step         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    done_when    TEXT    NOT NULL,
    agent_id     INTEGER REFERENCES agents (id),
    agent_kind   TEXT,
    status       TEXT    NOT NULL,
    attempt      INTEGER NOT NULL DEFAULT 0,
    needs        TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    completed_at INTEGER,
    retry_at     INTEGER,
    failure      TEXT,
    origin       TEXT,
    output       TEXT,
    citations    INTEGER NOT NULL DEFAULT 0,
    touched      INTEGER NOT NULL,
    UNIQUE (workflow_id, key)
) STRICT;

CREATE INDEX tasks_agent ON tasks (agent_id, completed_at);
CREATE INDEX tasks_touched ON tasks (workflow_id, touched);

CREATE TABLE calls (
    workflow_id   INTEGER NOT NULL REFERENCES workflows (id),
    key           TEXT    NOT NULL,
    task_id       INTEGER NOT NULL REFERENCES tasks (id),
    position      INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    turn          INTEGER NOT NULL,
    place         INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    request       TEXT    NOT NULL,
    response      TEXT,
    input_tokens  INTEGER,
    output_tokens INTEGER,
    started_at    INTEGER NOT NULL,
    finished_at   INTEGER,
    failure       TEXT,
    PRIMARY KEY (workflow_id, key)
) STRICT;

CREATE INDEX calls_task ON calls (task_id, position);

-- The number of a question is the position of the event that asked it.
CREATE TABLE questions (
    id          INTEGER PRIMARY KEY,
    workflow_id INTEGER NOT NULL REFERENCES workflows (id),
    key         TEXT    NOT NULL,
    task_id     INTEGER NOT NULL REFERENCES tasks (id),
    kind        TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    answer      TEXT,
    asked_at    INTEGER NOT NULL,
    answered_at INTEGER,
    touched     INTEGER NOT NULL,
    UNIQUE (workflow_id, key)
) STRICT;

CREATE INDEX questions_task ON questions (task_id, status);
CREATE INDEX questions_open ON questions (id) WHERE status = 'open';
