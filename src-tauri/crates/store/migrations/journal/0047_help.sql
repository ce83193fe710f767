-- A call that asks another agent names the workflow that this one works in.
ALTER TABLE calls ADD COLUMN help TEXT;
