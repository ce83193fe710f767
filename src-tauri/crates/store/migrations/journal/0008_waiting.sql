-- What the sub-workflow of a task waits for that has nothing else to do: 'operator' or 'time'.

ALTER TABLE tasks ADD COLUMN child_waits TEXT;
