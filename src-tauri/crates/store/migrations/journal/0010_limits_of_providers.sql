-- What the operator set about the calls of a provider, and what models read and keep between calls.
ALTER TABLE providers ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE calls ADD COLUMN cache_written_tokens INTEGER;
ALTER TABLE prices ADD COLUMN cache_write INTEGER;
