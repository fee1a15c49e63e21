-- Files that councils handed in, and what became of them: working papers, not in the ledger. A job that
-- writes is marked done in the transaction that writes, so it takes effect once whatever happens.
CREATE TABLE import_jobs (
    id          BIGINT PRIMARY KEY,
    unit        TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    media       TEXT COLLATE "C" NOT NULL CHECK (media IN ('xlsx', 'csv')),
    sheet       TEXT COLLATE "C",
    dry_run     BOOLEAN NOT NULL,
    partial     BOOLEAN NOT NULL,
    -- The file, until the job has ended: it may hold what the registry must not keep.
    file        BYTEA,
    rows        BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    started_at  TIMESTAMP,
    ended_at    TIMESTAMP,
    -- Whether the rows were written, and the ledger position afterwards.
    kept        BOOLEAN,
    position    BIGINT,
    summary     TEXT COLLATE "C",
    failure     TEXT COLLATE "C",
    CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL)),
    CHECK ((state IN ('done', 'failed')) = (file IS NULL))
);
CREATE INDEX import_jobs_of_unit ON import_jobs (unit, id);
CREATE INDEX import_jobs_to_do ON import_jobs (id) WHERE ended_at IS NULL;
CREATE INDEX import_jobs_by_age ON import_jobs (ended_at);

-- What became of each row, as it is answered.
CREATE TABLE import_rows (
    job_id  BIGINT NOT NULL REFERENCES import_jobs (id) ON DELETE CASCADE,
    line    BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    body    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (job_id, line)
);
