-- What agents may reach with their tools, and what the operator said about those. Made anew from facts about the store.
CREATE TABLE agent_grants (
    agent_id INTEGER PRIMARY KEY REFERENCES agents (id),
    revision INTEGER NOT NULL,
    granted  TEXT    NOT NULL
) STRICT;
