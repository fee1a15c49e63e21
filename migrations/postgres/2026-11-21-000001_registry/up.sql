-- Every change of the registry, numbered without gaps in commit order. An entry carries the whole
-- row as it is after the change, so the tables can be rebuilt from here.
CREATE TABLE ledger (
    position BIGINT PRIMARY KEY,
    at TIMESTAMP    NOT NULL,
    actor TEXT COLLATE "C"    NOT NULL,
    command TEXT COLLATE "C"    NOT NULL,
    action TEXT COLLATE "C"    NOT NULL CHECK (action IN ('created', 'corrected')),
    noun TEXT COLLATE "C"    NOT NULL,
    noun_id BIGINT NOT NULL,
    body TEXT COLLATE "C"    NOT NULL
);
CREATE INDEX ledger_of_noun ON ledger (noun, noun_id, position);

CREATE TABLE producers (
    id BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    match_key TEXT COLLATE "C" NOT NULL,
    form TEXT COLLATE "C" NOT NULL,
    place TEXT COLLATE "C" NOT NULL,
    province TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    source_url TEXT COLLATE "C"
);
CREATE INDEX producers_by_name ON producers (name_key, id);
CREATE INDEX producers_by_match ON producers (match_key, province);
CREATE INDEX producers_by_province ON producers (province, id);
CREATE INDEX producers_by_form ON producers (form, id);

CREATE TABLE producer_identifiers (
    id BIGINT PRIMARY KEY,
    producer_id BIGINT NOT NULL REFERENCES producers (id),
    kind TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    UNIQUE (kind, value)
);
CREATE INDEX producer_identifiers_of_producer ON producer_identifiers (producer_id);

CREATE TABLE products (
    id BIGINT PRIMARY KEY,
    producer_id BIGINT REFERENCES producers (id),
    name_vi TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C",
    group_no SMALLINT,
    set_no SMALLINT,
    place TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    source_url TEXT COLLATE "C"
);
CREATE INDEX products_of_producer ON products (producer_id, id);

CREATE TABLE product_names (
    id BIGINT PRIMARY KEY,
    product_id BIGINT NOT NULL REFERENCES products (id),
    name_vi TEXT COLLATE "C" NOT NULL
);
CREATE INDEX product_names_of_product ON product_names (product_id);

CREATE TABLE product_gtins (
    id BIGINT PRIMARY KEY,
    product_id BIGINT NOT NULL REFERENCES products (id),
    gtin TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(gtin) = 14)
);
CREATE INDEX product_gtins_of_product ON product_gtins (product_id);

CREATE TABLE decisions (
    id BIGINT PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C",
    number_key TEXT COLLATE "C",
    issuer TEXT COLLATE "C",
    signed_on DATE,
    round_year INTEGER,
    source TEXT COLLATE "C" NOT NULL,
    source_url TEXT COLLATE "C",
    CHECK (number IS NOT NULL OR signed_on IS NOT NULL)
);
CREATE INDEX decisions_by_number ON decisions (number_key, issuer);
CREATE INDEX decisions_by_issuer ON decisions (issuer, id);
CREATE INDEX decisions_by_day ON decisions (signed_on, id);

CREATE TABLE certificates (
    id BIGINT PRIMARY KEY,
    product_id BIGINT NOT NULL REFERENCES products (id),
    decision_id BIGINT REFERENCES decisions (id),
    issuer TEXT COLLATE "C",
    regime TEXT COLLATE "C",
    stars SMALLINT CHECK (stars BETWEEN 1 AND 5),
    score INTEGER CHECK (score BETWEEN 0 AND 10000),
    official_code TEXT COLLATE "C",
    round_year INTEGER,
    valid_from DATE,
    valid_until DATE,
    name_then TEXT COLLATE "C" NOT NULL,
    place_then TEXT COLLATE "C" NOT NULL,
    warning TEXT COLLATE "C",
    source TEXT COLLATE "C" NOT NULL,
    source_url TEXT COLLATE "C",
    CHECK ((valid_from IS NULL) = (valid_until IS NULL))
);
CREATE INDEX certificates_of_product ON certificates (product_id, id);
CREATE INDEX certificates_of_decision ON certificates (decision_id, product_id);
CREATE INDEX certificates_by_official_code ON certificates (official_code) WHERE official_code IS NOT NULL;

CREATE TABLE acts (
    id BIGINT PRIMARY KEY,
    certificate_id BIGINT NOT NULL REFERENCES certificates (id),
    decision_id BIGINT REFERENCES decisions (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('withdrawal', 'annulment', 'extension')),
    effective_on DATE NOT NULL,
    until DATE,
    ground TEXT COLLATE "C"
);
CREATE INDEX acts_of_certificate ON acts (certificate_id);

-- What follows is made from the tables above in the same transaction and can be made again.

-- The record of each product, as the domain's verdict takes it.
CREATE TABLE records (
    product_id BIGINT PRIMARY KEY REFERENCES products (id),
    body BYTEA NOT NULL
);

-- Days (counted from 0001-01-01 = 1) on which a product's standing and certificate stay the same.
-- Nothing here says what today is; a list names its day. Every index ends with what decides
-- whether a row is of that day, so that only rows of the answer are read.
CREATE TABLE listings (
    product_id BIGINT NOT NULL REFERENCES products (id),
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    standing TEXT COLLATE "C"    NOT NULL,
    stars SMALLINT NOT NULL,
    valid_until INTEGER NOT NULL,
    regime TEXT COLLATE "C"    NOT NULL,
    group_no SMALLINT NOT NULL,
    set_no SMALLINT NOT NULL,
    form TEXT COLLATE "C"    NOT NULL,
    producer_id BIGINT NOT NULL,
    province_now TEXT COLLATE "C"    NOT NULL,
    province_then TEXT COLLATE "C"    NOT NULL,
    district_then TEXT COLLATE "C"    NOT NULL,
    commune_now TEXT COLLATE "C"    NOT NULL,
    commune_then TEXT COLLATE "C"    NOT NULL,
    name_key TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (product_id, first_day)
);
CREATE INDEX listings_by_name ON listings (name_key, product_id, first_day, last_day);
CREATE INDEX listings_by_end ON listings (valid_until, product_id, first_day, last_day);
CREATE INDEX listings_by_stars ON listings (stars, product_id, first_day, last_day);
CREATE INDEX listings_by_standing ON listings (standing, product_id, first_day, last_day);
CREATE INDEX listings_by_regime ON listings (regime, product_id, first_day, last_day);
CREATE INDEX listings_by_group ON listings (group_no, product_id, first_day, last_day);
CREATE INDEX listings_by_set ON listings (set_no, product_id, first_day, last_day);
CREATE INDEX listings_by_form ON listings (form, product_id, first_day, last_day);
CREATE INDEX listings_by_producer ON listings (producer_id, product_id, first_day, last_day);
CREATE INDEX listings_by_province_now ON listings (province_now, product_id, first_day, last_day);
CREATE INDEX listings_by_province_now_and_stars ON listings (province_now, stars, standing, product_id, first_day, last_day);
CREATE INDEX listings_by_province_then ON listings (province_then, product_id, first_day, last_day);
CREATE INDEX listings_by_district_then ON listings (district_then, product_id, first_day, last_day);
CREATE INDEX listings_by_commune_now ON listings (commune_now, product_id, first_day, last_day);
CREATE INDEX listings_by_commune_then ON listings (commune_then, product_id, first_day, last_day);

-- Folded words of names, producers and places.
CREATE TABLE product_words (
    product_id BIGINT PRIMARY KEY REFERENCES products (id),
    words TSVECTOR NOT NULL
);
CREATE INDEX product_words_by_word ON product_words USING gin (words);
