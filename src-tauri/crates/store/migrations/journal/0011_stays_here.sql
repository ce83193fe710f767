-- Sources whose text stays on this machine: those that a run holds text of, and those that the designs of an agent may hold
-- text of. Lists of {source, name}.
ALTER TABLE workflows ADD COLUMN stays_here TEXT NOT NULL DEFAULT '[]';
ALTER TABLE agents ADD COLUMN stays_here TEXT NOT NULL DEFAULT '[]';
