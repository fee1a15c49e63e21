-- Files that councils handed in, and what became of them: working papers, not in the ledger. A job that
-- writes is marked done in the transaction that writes, so it takes effect once whatever happens.
CREATE TABLE import_jobs (
    id          INTEGER PRIMARY KEY,
    unit        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    actor       TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    media       TEXT NOT NULL CHECK (media IN ('xlsx', 'csv')),
    sheet       TEXT,
    dry_run     INTEGER NOT NULL,
    partial     INTEGER NOT NULL,
    -- The file, until the job has ended: it may hold what the registry must not keep.
    file        BLOB,
    rows        INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    created_at  TEXT NOT NULL,
    started_at  TEXT,
    ended_at    TEXT,
    -- Whether the rows were written, and the ledger position afterwards.
    kept        INTEGER,
    position    INTEGER,
    summary     TEXT,
    failure     TEXT,
    CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL)),
    CHECK ((state IN ('done', 'failed')) = (file IS NULL))
) STRICT;
CREATE INDEX import_jobs_of_unit ON import_jobs (unit, id);
CREATE INDEX import_jobs_to_do ON import_jobs (id) WHERE ended_at IS NULL;
CREATE INDEX import_jobs_by_age ON import_jobs (ended_at);

-- What became of each row, as it is answered.
CREATE TABLE import_rows (
    job_id  INTEGER NOT NULL REFERENCES import_jobs (id) ON DELETE CASCADE,
    line    INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (job_id, line)
) STRICT, WITHOUT ROWID;
