-- Runs that were taken in from a file: since when they are here. They are history and do not go on.

ALTER TABLE workflows ADD COLUMN imported INTEGER;
