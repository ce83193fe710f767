-- Replies and trials stand in no list, nor does whoever helps in them.
ALTER TABLE workflows ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
WITH RECURSIVE inside (uid) AS (
  SELECT uid FROM workflows WHERE conversation IS NOT NULL OR trial IS NOT NULL
  UNION SELECT w.uid FROM workflows w JOIN inside i ON w.parent = i.uid)
UPDATE workflows SET aside = 1 WHERE uid IN (SELECT uid FROM inside);
