-- Why a change was made: the reason that whoever corrected gave, in a sentence that is public.
ALTER TABLE ledger ADD COLUMN cause TEXT COLLATE "C";

-- What was found to be the same as another: its number lives on and leads to the survivor.
ALTER TABLE producers ADD COLUMN merged_into BIGINT REFERENCES producers (id);
ALTER TABLE products ADD COLUMN merged_into BIGINT REFERENCES products (id);
ALTER TABLE certificates ADD COLUMN merged_into BIGINT REFERENCES certificates (id);

-- SHA-256 of the signed document, in hexadecimal; and the decision that an annulment annuls.
ALTER TABLE decisions ADD COLUMN document_sha256 TEXT COLLATE "C";
ALTER TABLE decisions ADD COLUMN annuls BIGINT REFERENCES decisions (id);

-- Names, barcodes and identifiers can end; what ended is free for others.
ALTER TABLE product_names ADD COLUMN ended_on DATE;

ALTER TABLE product_gtins ADD COLUMN ended_on DATE;
ALTER TABLE product_gtins DROP CONSTRAINT product_gtins_gtin_key;
CREATE UNIQUE INDEX product_gtins_in_use ON product_gtins (gtin) WHERE ended_on IS NULL;

ALTER TABLE producer_identifiers ADD COLUMN ended_on DATE;
ALTER TABLE producer_identifiers DROP CONSTRAINT producer_identifiers_kind_value_key;
CREATE UNIQUE INDEX producer_identifiers_in_use ON producer_identifiers (kind, value) WHERE ended_on IS NULL;

-- Post-checks (hậu kiểm) that took place.
CREATE TABLE post_checks (
    id             BIGINT PRIMARY KEY,
    product_id     BIGINT NOT NULL REFERENCES products (id),
    unit           TEXT COLLATE "C" NOT NULL,
    basis          TEXT COLLATE "C" NOT NULL CHECK (basis IN ('planned', 'ad_hoc')),
    carried_out_on DATE NOT NULL,
    findings       TEXT COLLATE "C" NOT NULL,
    deadline       DATE,
    outcome        TEXT COLLATE "C" CHECK (outcome IN ('kept', 'corrected', 'withdrawn')),
    concluded_on   DATE,
    decision_id    BIGINT REFERENCES decisions (id),
    CHECK ((outcome IS NULL) = (concluded_on IS NULL)),
    CHECK ((outcome = 'withdrawn') = (decision_id IS NOT NULL))
);
CREATE INDEX post_checks_of_product ON post_checks (product_id);
CREATE INDEX post_checks_of_unit ON post_checks (unit, id);

-- What follows is the councils' working papers: no fact of the registry, so not in its ledger.

CREATE TABLE drafts (
    id          BIGINT PRIMARY KEY,
    unit        TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'published', 'discarded')),
    body        TEXT COLLATE "C" NOT NULL,
    revision    BIGINT NOT NULL,
    drafted_by  TEXT COLLATE "C" NOT NULL,
    changed_by  TEXT COLLATE "C" NOT NULL,
    changed_at  TIMESTAMP NOT NULL,
    decision_id BIGINT REFERENCES decisions (id)
);
CREATE INDEX drafts_of_unit ON drafts (unit, state, id);

CREATE TABLE planned_checks (
    id            BIGINT PRIMARY KEY,
    unit          TEXT COLLATE "C" NOT NULL,
    product_id    BIGINT NOT NULL REFERENCES products (id),
    due_on        DATE NOT NULL,
    reason        TEXT COLLATE "C" NOT NULL,
    state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('planned', 'carried_out', 'dropped')),
    post_check_id BIGINT REFERENCES post_checks (id)
);
CREATE INDEX planned_checks_of_unit ON planned_checks (unit, state, due_on, id);

-- Answers to commands that may be sent again (Idempotency-Key).
CREATE TABLE saved_answers (
    subject     TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    at          TIMESTAMP NOT NULL,
    answer      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (subject, key)
);
CREATE INDEX saved_answers_by_age ON saved_answers (at);

-- Who ran which command; read by auditors, never public.
CREATE TABLE commands (
    id       BIGINT PRIMARY KEY,
    at       TIMESTAMP NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    unit     TEXT COLLATE "C" NOT NULL,
    command  TEXT COLLATE "C" NOT NULL,
    about    TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL
);
CREATE INDEX commands_of_unit ON commands (unit, id);
