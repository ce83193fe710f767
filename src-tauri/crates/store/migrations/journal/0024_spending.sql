-- What was spent, by more than day and agent; and what was told about budgets of which little is left.

-- What calls that began on a day (UTC, by its beginning) cost, by agent, model, and the workflow that nothing stands
-- above. Kept when that is deleted: what was spent stays spent. What was spent before this table was there names no model
-- and no workflow, and counts no calls.
CREATE TABLE spent (
    day      INTEGER NOT NULL,
    agent    TEXT    NOT NULL,
    model    TEXT    NOT NULL,
    workflow TEXT    NOT NULL,
    calls    INTEGER NOT NULL,
    money    INTEGER NOT NULL,
    possible INTEGER NOT NULL,
    unpriced INTEGER NOT NULL,
    tokens   INTEGER NOT NULL,
    PRIMARY KEY (day, agent, model, workflow)
) STRICT, WITHOUT ROWID;

INSERT INTO spent (day, agent, model, workflow, calls, money, possible, unpriced, tokens)
    SELECT day, agent, '', '', 0, money, possible, unpriced, tokens FROM spent_days;
DROP TABLE spent_days;

-- The number of a warning is the position of the fact that tells of it.
CREATE TABLE budget_warnings (
    id       INTEGER PRIMARY KEY,
    -- Whose budget, as JSON.
    whose    TEXT    NOT NULL,
    -- The workflow that it belongs to, or is of; none for those of days.
    workflow TEXT,
    task     TEXT,
    -- The limit that it was told for.
    money    INTEGER,
    tokens   INTEGER,
    -- What was spent then, as JSON.
    spent    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    seen     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Once for each budget and limit.
CREATE UNIQUE INDEX budget_warnings_once ON budget_warnings (whose, ifnull(money, -1), ifnull(tokens, -1));
CREATE INDEX budget_warnings_unseen ON budget_warnings (id) WHERE seen = 0;
