-- When workflows start by themselves, and what became of each time that was due. Both are made anew from facts about
-- the store as a whole. The fact that a due time was used stands in one transaction with the workflow that it started.

-- Numbers of removed schedules are never given out again.
CREATE TABLE schedules (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    uid              TEXT    NOT NULL UNIQUE,
    name             TEXT    NOT NULL UNIQUE,
    template         TEXT    NOT NULL,
    -- None for the newest at the time of the start.
    template_version INTEGER,
    inputs           TEXT    NOT NULL,
    cron             TEXT    NOT NULL,
    zone             TEXT    NOT NULL,
    overlap          TEXT    NOT NULL,
    catch_up         TEXT    NOT NULL,
    window_minutes   INTEGER NOT NULL,
    paused           INTEGER NOT NULL DEFAULT 0,
    -- Everything that was due until then has an outcome.
    considered_at    INTEGER NOT NULL,
    -- What went wrong until then was seen by the operator.
    seen_at          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL
) STRICT;

-- `workflow_id` names a workflow that may have been deleted since.
CREATE TABLE schedule_runs (
    schedule_id INTEGER NOT NULL REFERENCES schedules (id),
    due_at      INTEGER NOT NULL,
    -- Due times that were missed in a row for the same reason stand in one row, under the newest.
    first_at    INTEGER NOT NULL,
    times       INTEGER NOT NULL,
    more        INTEGER NOT NULL,
    outcome     TEXT    NOT NULL,
    detail      TEXT    NOT NULL,
    workflow_id INTEGER,
    decided_at  INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, due_at)
) STRICT;

CREATE INDEX schedule_runs_workflow ON schedule_runs (workflow_id) WHERE workflow_id IS NOT NULL;
CREATE INDEX schedule_runs_waiting ON schedule_runs (schedule_id, due_at) WHERE outcome = 'waiting';
