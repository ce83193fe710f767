-- Remembered wishes are forgotten by age.
CREATE INDEX requests_at ON requests (at);

-- What goes first when ended workflows are deleted by rule.
CREATE INDEX workflows_completed ON workflows (completed_at) WHERE completed_at IS NOT NULL;
