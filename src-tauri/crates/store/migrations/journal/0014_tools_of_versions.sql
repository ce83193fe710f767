-- Tools can be given to agents and taken from them now, so each version says which it had. Until now they never changed.
ALTER TABLE agent_versions ADD COLUMN tools TEXT NOT NULL DEFAULT '[]';
UPDATE agent_versions SET tools = (SELECT tools FROM agents WHERE agents.id = agent_versions.agent_id);
