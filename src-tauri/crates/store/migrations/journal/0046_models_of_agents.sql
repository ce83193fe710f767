-- An agent can name models that are asked where its own can't answer, so each version says which it had.
ALTER TABLE agents ADD COLUMN fallbacks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE agent_versions ADD COLUMN fallbacks TEXT NOT NULL DEFAULT '[]';
