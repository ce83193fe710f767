-- How an agent came to be that no run and no template brought along, as JSON.
ALTER TABLE agents ADD COLUMN origin TEXT;

-- Whose form a run tries. Trials stand in no list, and what is done in them is no work.
ALTER TABLE workflows ADD COLUMN trial TEXT;
CREATE INDEX workflows_trial ON workflows (trial) WHERE trial IS NOT NULL;
