-- Every change of the registry, numbered without gaps in commit order. An entry carries the whole
-- row as it is after the change, so the tables can be rebuilt from here.
CREATE TABLE ledger (
    position INTEGER PRIMARY KEY,
    at       TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    command  TEXT    NOT NULL,
    action   TEXT    NOT NULL CHECK (action IN ('created', 'corrected')),
    noun     TEXT    NOT NULL,
    noun_id  INTEGER NOT NULL,
    body     TEXT    NOT NULL
) STRICT;
CREATE INDEX ledger_of_noun ON ledger (noun, noun_id, position);

CREATE TABLE producers (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    match_key  TEXT NOT NULL,
    form       TEXT NOT NULL,
    place      TEXT NOT NULL,
    province   TEXT NOT NULL,
    source     TEXT NOT NULL,
    source_url TEXT
) STRICT;
CREATE INDEX producers_by_name ON producers (name_key, id);
CREATE INDEX producers_by_match ON producers (match_key, province);
CREATE INDEX producers_by_province ON producers (province, id);
CREATE INDEX producers_by_form ON producers (form, id);

CREATE TABLE producer_identifiers (
    id          INTEGER PRIMARY KEY,
    producer_id INTEGER NOT NULL REFERENCES producers (id),
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    UNIQUE (kind, value)
) STRICT;
CREATE INDEX producer_identifiers_of_producer ON producer_identifiers (producer_id);

CREATE TABLE products (
    id          INTEGER PRIMARY KEY,
    producer_id INTEGER REFERENCES producers (id),
    name_vi     TEXT NOT NULL,
    name_en     TEXT,
    group_no    INTEGER,
    set_no      INTEGER,
    place       TEXT NOT NULL,
    source      TEXT NOT NULL,
    source_url  TEXT
) STRICT;
CREATE INDEX products_of_producer ON products (producer_id, id);

CREATE TABLE product_names (
    id         INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    name_vi    TEXT NOT NULL
) STRICT;
CREATE INDEX product_names_of_product ON product_names (product_id);

CREATE TABLE product_gtins (
    id         INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    gtin       TEXT NOT NULL UNIQUE CHECK (length(gtin) = 14)
) STRICT;
CREATE INDEX product_gtins_of_product ON product_gtins (product_id);

CREATE TABLE decisions (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    number     TEXT,
    number_key TEXT,
    issuer     TEXT,
    signed_on  TEXT,
    round_year INTEGER,
    source     TEXT NOT NULL,
    source_url TEXT,
    CHECK (number IS NOT NULL OR signed_on IS NOT NULL)
) STRICT;
CREATE INDEX decisions_by_number ON decisions (number_key, issuer);
CREATE INDEX decisions_by_issuer ON decisions (issuer, id);
CREATE INDEX decisions_by_day ON decisions (signed_on, id);

CREATE TABLE certificates (
    id            INTEGER PRIMARY KEY,
    product_id    INTEGER NOT NULL REFERENCES products (id),
    decision_id   INTEGER REFERENCES decisions (id),
    issuer        TEXT,
    regime        TEXT,
    stars         INTEGER CHECK (stars BETWEEN 1 AND 5),
    score         INTEGER CHECK (score BETWEEN 0 AND 10000),
    official_code TEXT,
    round_year    INTEGER,
    valid_from    TEXT,
    valid_until   TEXT,
    name_then     TEXT NOT NULL,
    place_then    TEXT NOT NULL,
    warning       TEXT,
    source        TEXT NOT NULL,
    source_url    TEXT,
    CHECK ((valid_from IS NULL) = (valid_until IS NULL))
) STRICT;
CREATE INDEX certificates_of_product ON certificates (product_id, id);
CREATE INDEX certificates_of_decision ON certificates (decision_id, product_id);
CREATE INDEX certificates_by_official_code ON certificates (official_code) WHERE official_code IS NOT NULL;

CREATE TABLE acts (
    id             INTEGER PRIMARY KEY,
    certificate_id INTEGER NOT NULL REFERENCES certificates (id),
    decision_id    INTEGER REFERENCES decisions (id),
    kind           TEXT NOT NULL CHECK (kind IN ('withdrawal', 'annulment', 'extension')),
    effective_on   TEXT NOT NULL,
    until          TEXT,
    ground         TEXT
) STRICT;
CREATE INDEX acts_of_certificate ON acts (certificate_id);

-- What follows is made from the tables above in the same transaction and can be made again.

-- The record of each product, as the domain's verdict takes it.
CREATE TABLE records (
    product_id INTEGER PRIMARY KEY REFERENCES products (id),
    body       BLOB NOT NULL
) STRICT;

-- Days (counted from 0001-01-01 = 1) on which a product's standing and certificate stay the same.
-- Nothing here says what today is; a list names its day. Every index ends with what decides
-- whether a row is of that day, so that only rows of the answer are read.
CREATE TABLE listings (
    product_id    INTEGER NOT NULL REFERENCES products (id),
    first_day     INTEGER NOT NULL,
    last_day      INTEGER NOT NULL,
    standing      TEXT    NOT NULL,
    stars         INTEGER NOT NULL,
    valid_until   INTEGER NOT NULL,
    regime        TEXT    NOT NULL,
    group_no      INTEGER NOT NULL,
    set_no        INTEGER NOT NULL,
    form          TEXT    NOT NULL,
    producer_id   INTEGER NOT NULL,
    province_now  TEXT    NOT NULL,
    province_then TEXT    NOT NULL,
    district_then TEXT    NOT NULL,
    commune_now   TEXT    NOT NULL,
    commune_then  TEXT    NOT NULL,
    name_key      TEXT    NOT NULL,
    PRIMARY KEY (product_id, first_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX listings_by_name ON listings (name_key, product_id, last_day);
CREATE INDEX listings_by_end ON listings (valid_until, product_id, last_day);
CREATE INDEX listings_by_stars ON listings (stars, product_id, last_day);
CREATE INDEX listings_by_standing ON listings (standing, product_id, last_day);
CREATE INDEX listings_by_regime ON listings (regime, product_id, last_day);
CREATE INDEX listings_by_group ON listings (group_no, product_id, last_day);
CREATE INDEX listings_by_set ON listings (set_no, product_id, last_day);
CREATE INDEX listings_by_form ON listings (form, product_id, last_day);
CREATE INDEX listings_by_producer ON listings (producer_id, product_id, last_day);
CREATE INDEX listings_by_province_now ON listings (province_now, product_id, last_day);
CREATE INDEX listings_by_province_now_and_stars ON listings (province_now, stars, standing, product_id, last_day);
CREATE INDEX listings_by_province_then ON listings (province_then, product_id, last_day);
CREATE INDEX listings_by_district_then ON listings (district_then, product_id, last_day);
CREATE INDEX listings_by_commune_now ON listings (commune_now, product_id, last_day);
CREATE INDEX listings_by_commune_then ON listings (commune_then, product_id, last_day);

-- Folded words of names, producers and places; the row's number is the product's.
CREATE VIRTUAL TABLE product_words USING fts5(
    words, content='', contentless_delete=1, detail='none', tokenize='unicode61 remove_diacritics 0'
);
