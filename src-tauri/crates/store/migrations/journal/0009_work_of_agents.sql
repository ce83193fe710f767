-- What an agent did is counted whenever it is shown, which must not take longer the more it did.
CREATE INDEX tasks_agent_status ON tasks (agent_id, status);
