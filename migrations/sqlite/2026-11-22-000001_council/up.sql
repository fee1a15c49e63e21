-- Why a change was made: the reason that whoever corrected gave, in a sentence that is public.
ALTER TABLE ledger ADD COLUMN cause TEXT;

-- What was found to be the same as another: its number lives on and leads to the survivor.
ALTER TABLE producers ADD COLUMN merged_into INTEGER REFERENCES producers (id);
ALTER TABLE products ADD COLUMN merged_into INTEGER REFERENCES products (id);
ALTER TABLE certificates ADD COLUMN merged_into INTEGER REFERENCES certificates (id);

-- SHA-256 of the signed document, in hexadecimal; and the decision that an annulment annuls.
ALTER TABLE decisions ADD COLUMN document_sha256 TEXT;
ALTER TABLE decisions ADD COLUMN annuls INTEGER REFERENCES decisions (id);

-- Names, barcodes and identifiers can end; what ended is free for others.
ALTER TABLE product_names ADD COLUMN ended_on TEXT;

CREATE TABLE product_gtins_that_end (
    id         INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    gtin       TEXT NOT NULL CHECK (length(gtin) = 14),
    ended_on   TEXT
) STRICT;
INSERT INTO product_gtins_that_end SELECT id, product_id, gtin, NULL FROM product_gtins;
DROP TABLE product_gtins;
ALTER TABLE product_gtins_that_end RENAME TO product_gtins;
CREATE UNIQUE INDEX product_gtins_in_use ON product_gtins (gtin) WHERE ended_on IS NULL;
CREATE INDEX product_gtins_of_product ON product_gtins (product_id);

CREATE TABLE producer_identifiers_that_end (
    id          INTEGER PRIMARY KEY,
    producer_id INTEGER NOT NULL REFERENCES producers (id),
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    ended_on    TEXT
) STRICT;
INSERT INTO producer_identifiers_that_end SELECT id, producer_id, kind, value, NULL FROM producer_identifiers;
DROP TABLE producer_identifiers;
ALTER TABLE producer_identifiers_that_end RENAME TO producer_identifiers;
CREATE UNIQUE INDEX producer_identifiers_in_use ON producer_identifiers (kind, value) WHERE ended_on IS NULL;
CREATE INDEX producer_identifiers_of_producer ON producer_identifiers (producer_id);

-- Post-checks (hậu kiểm) that took place.
CREATE TABLE post_checks (
    id             INTEGER PRIMARY KEY,
    product_id     INTEGER NOT NULL REFERENCES products (id),
    unit           TEXT NOT NULL,
    basis          TEXT NOT NULL CHECK (basis IN ('planned', 'ad_hoc')),
    carried_out_on TEXT NOT NULL,
    findings       TEXT NOT NULL,
    deadline       TEXT,
    outcome        TEXT CHECK (outcome IN ('kept', 'corrected', 'withdrawn')),
    concluded_on   TEXT,
    decision_id    INTEGER REFERENCES decisions (id),
    CHECK ((outcome IS NULL) = (concluded_on IS NULL)),
    CHECK ((outcome = 'withdrawn') = (decision_id IS NOT NULL))
) STRICT;
CREATE INDEX post_checks_of_product ON post_checks (product_id);
CREATE INDEX post_checks_of_unit ON post_checks (unit, id);

-- What follows is the councils' working papers: no fact of the registry, so not in its ledger.

CREATE TABLE drafts (
    id          INTEGER PRIMARY KEY,
    unit        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('draft', 'published', 'discarded')),
    body        TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    drafted_by  TEXT NOT NULL,
    changed_by  TEXT NOT NULL,
    changed_at  TEXT NOT NULL,
    decision_id INTEGER REFERENCES decisions (id)
) STRICT;
CREATE INDEX drafts_of_unit ON drafts (unit, state, id);

CREATE TABLE planned_checks (
    id            INTEGER PRIMARY KEY,
    unit          TEXT NOT NULL,
    product_id    INTEGER NOT NULL REFERENCES products (id),
    due_on        TEXT NOT NULL,
    reason        TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('planned', 'carried_out', 'dropped')),
    post_check_id INTEGER REFERENCES post_checks (id)
) STRICT;
CREATE INDEX planned_checks_of_unit ON planned_checks (unit, state, due_on, id);

-- Answers to commands that may be sent again (Idempotency-Key).
CREATE TABLE saved_answers (
    subject     TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    at          TEXT NOT NULL,
    answer      TEXT NOT NULL,
    PRIMARY KEY (subject, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX saved_answers_by_age ON saved_answers (at);

-- Who ran which command; read by auditors, never public.
CREATE TABLE commands (
    id       INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    subject  TEXT NOT NULL,
    unit     TEXT NOT NULL,
    command  TEXT NOT NULL,
    about    TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE INDEX commands_of_unit ON commands (unit, id);
