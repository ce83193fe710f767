-- Whether the text of a source is sent to no model elsewhere.
ALTER TABLE sources ADD COLUMN stays_here INTEGER NOT NULL DEFAULT 0;
