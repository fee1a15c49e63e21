-- SHA-256 of the file, kept when the file itself is gone: whoever imports it may have to show that somebody else
-- tried this very file before.
ALTER TABLE import_jobs ADD COLUMN file_sha256 TEXT COLLATE "C";
CREATE INDEX import_jobs_of_file ON import_jobs (unit, file_sha256);

-- What a decision withdrew, annulled or extended.
CREATE INDEX acts_of_decision ON acts (decision_id, certificate_id);
