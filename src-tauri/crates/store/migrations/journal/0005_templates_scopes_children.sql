-- Templates with their versions, and what runs have since they can be of any template: scopes, children, forms.

CREATE TABLE templates (
    uid        TEXT    PRIMARY KEY,
    -- Newest version.
    version    INTEGER NOT NULL,
    -- Comes with the program. Such versions are in no event, so they are kept when projections are made anew.
    built_in   INTEGER NOT NULL,
    -- Taken out of the list. Runs and schedules may still name it, so it stays.
    removed    INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- A version is never changed.
CREATE TABLE template_versions (
    template TEXT    NOT NULL REFERENCES templates (uid),
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (template, version)
) STRICT;

-- Who was hired for a template: which one, and the address of what the template says about the agent.
ALTER TABLE agents ADD COLUMN template TEXT;
ALTER TABLE agents ADD COLUMN template_form TEXT;
CREATE INDEX agents_template ON agents (template, template_form) WHERE template IS NOT NULL;

ALTER TABLE workflows ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN inputs TEXT;
ALTER TABLE workflows ADD COLUMN parent TEXT;
ALTER TABLE workflows ADD COLUMN parent_task TEXT;
ALTER TABLE workflows ADD COLUMN forked_from TEXT;
ALTER TABLE workflows ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
-- Kind of each step, at any depth, by its id.
ALTER TABLE workflows ADD COLUMN step_kinds TEXT NOT NULL DEFAULT '{}';
CREATE INDEX workflows_parent ON workflows (parent) WHERE parent IS NOT NULL;

-- One item of a map, one round of a loop, one way of a branch, or the way that a failure takes.
CREATE TABLE scopes (
    workflow_id INTEGER NOT NULL REFERENCES workflows (id),
    container   TEXT    NOT NULL,
    scope       INTEGER NOT NULL,
    block       TEXT    NOT NULL,
    label       TEXT    NOT NULL,
    PRIMARY KEY (workflow_id, container, scope)
) STRICT;

ALTER TABLE tasks ADD COLUMN step_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN container TEXT;
ALTER TABLE tasks ADD COLUMN scope INTEGER;
ALTER TABLE tasks ADD COLUMN skipped TEXT;
ALTER TABLE tasks ADD COLUMN waits_until INTEGER;
ALTER TABLE tasks ADD COLUMN caught TEXT;
ALTER TABLE tasks ADD COLUMN child TEXT;
ALTER TABLE tasks ADD COLUMN reused_from TEXT;
ALTER TABLE tasks ADD COLUMN overridden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN told TEXT;
ALTER TABLE tasks ADD COLUMN model TEXT;
CREATE INDEX tasks_status ON tasks (workflow_id, status);
CREATE INDEX tasks_container ON tasks (workflow_id, container, status) WHERE container IS NOT NULL;

ALTER TABLE questions ADD COLUMN form TEXT;
ALTER TABLE questions ADD COLUMN reply TEXT;

ALTER TABLE calls ADD COLUMN reserved TEXT;
ALTER TABLE calls ADD COLUMN spent TEXT;
CREATE INDEX calls_in_flight ON calls (workflow_id) WHERE status = 'started';

-- Until now no step contained others.
UPDATE workflows SET step_kinds = coalesce((
    SELECT json_group_object(id, kind) FROM (
        SELECT json_extract(s.value, '$.id') AS id, json_extract(s.value, '$.kind') AS kind
        FROM events e, json_each(e.body, '$.steps') s
        WHERE e.workflow_id = workflows.id AND e.seq = 1 ORDER BY 1)), '{}');

UPDATE tasks SET step_kind = coalesce((
    SELECT s.value FROM workflows w, json_each(w.step_kinds) s
    WHERE w.id = tasks.workflow_id AND s.key = tasks.step), '');

UPDATE tasks SET skipped = '"impossible"' WHERE status = 'skipped';
