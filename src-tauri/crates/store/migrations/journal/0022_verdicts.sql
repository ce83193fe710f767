-- What the operator says of what a task gave. A projection of facts about the store.
ALTER TABLE tasks ADD COLUMN verdict TEXT;
