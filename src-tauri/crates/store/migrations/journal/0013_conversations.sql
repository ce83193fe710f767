-- Conversations between the operator and an agent. Projections: each message follows from the first event of the run
-- that replies to it, everything else from facts about the store.

-- The conversation that a run is a reply in. Such runs stand in no list of workflows.
ALTER TABLE workflows ADD COLUMN conversation TEXT;
CREATE INDEX workflows_conversation ON workflows (conversation) WHERE conversation IS NOT NULL;

CREATE TABLE conversations (
    uid        TEXT    PRIMARY KEY,
    agent      TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    -- When something was said last.
    updated_at INTEGER NOT NULL,
    touched    INTEGER NOT NULL
) STRICT;

CREATE INDEX conversations_updated ON conversations (updated_at);
CREATE INDEX conversations_touched ON conversations (touched);

CREATE TABLE messages (
    id           INTEGER PRIMARY KEY,
    uid          TEXT    NOT NULL UNIQUE,
    conversation TEXT    NOT NULL REFERENCES conversations (uid),
    -- The message that it follows.
    parent       TEXT,
    author       TEXT    NOT NULL,
    -- What the operator said; of a reply what was said until it was stopped.
    said         TEXT    NOT NULL,
    -- The run that makes a reply.
    workflow_id  INTEGER,
    created_at   INTEGER NOT NULL,
    -- Of the messages beside each other the one with the highest number is shown.
    chosen       INTEGER NOT NULL
) STRICT;

CREATE INDEX messages_conversation ON messages (conversation, parent);
CREATE INDEX messages_workflow ON messages (workflow_id) WHERE workflow_id IS NOT NULL;

CREATE TABLE message_files (
    message TEXT    NOT NULL,
    place   INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    bytes   INTEGER NOT NULL,
    content TEXT    NOT NULL REFERENCES contents (hash),
    PRIMARY KEY (message, place)
) STRICT;

CREATE INDEX message_files_content ON message_files (content);

-- The words of every message, by its number.
CREATE VIRTUAL TABLE message_words USING fts5 (words, tokenize = 'unicode61 remove_diacritics 2');

CREATE TRIGGER messages_leave_the_index AFTER DELETE ON messages BEGIN
    DELETE FROM message_words WHERE rowid = old.id;
END;

-- Finds the facts of a conversation that is removed.
CREATE INDEX events_conversation ON events (json_extract(body, '$.conversation'))
    WHERE kind IN ('conversation_renamed', 'branch_chosen', 'reply_stopped');
