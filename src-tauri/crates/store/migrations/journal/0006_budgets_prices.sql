-- What models cost, what may be spent, and what was.

-- Numbers of removed prices are never given out again.
CREATE TABLE prices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT    NOT NULL,
    model      TEXT    NOT NULL,
    -- Millionths of a US dollar for a million tokens.
    input      INTEGER NOT NULL,
    output     INTEGER NOT NULL,
    cached     INTEGER,
    valid_from INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    UNIQUE (kind, model, valid_from)
) STRICT;

-- Of a task with everything in it, and of a workflow with its sub-workflows: money in millionths of a US dollar, the part
-- of it that may have been less, calls of unknown price, tokens; and what is reserved for calls in flight.
ALTER TABLE tasks ADD COLUMN spent_money INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN spent_possible INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN spent_unpriced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN spent_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN reserved_money INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN reserved_tokens INTEGER NOT NULL DEFAULT 0;
-- What the operator set for this task; none where its step's holds.
ALTER TABLE tasks ADD COLUMN budget TEXT;

ALTER TABLE workflows ADD COLUMN spent_money INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN spent_possible INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN spent_unpriced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN spent_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN reserved_money INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN reserved_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN budget TEXT;
-- Budgets of its steps, at any depth, by the step's id; only those that limit something.
ALTER TABLE workflows ADD COLUMN step_budgets TEXT NOT NULL DEFAULT '{}';

ALTER TABLE calls ADD COLUMN cached_tokens INTEGER;

-- What calls that began on a day (UTC, by its beginning) cost, by agent. Kept when their workflow is deleted: what was
-- spent stays spent.
CREATE TABLE spent_days (
    day      INTEGER NOT NULL,
    agent    TEXT    NOT NULL,
    money    INTEGER NOT NULL,
    possible INTEGER NOT NULL,
    unpriced INTEGER NOT NULL,
    tokens   INTEGER NOT NULL,
    PRIMARY KEY (day, agent)
) STRICT;
