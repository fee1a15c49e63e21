-- What the public told of labels that seem wrong, for the councils' post-check lists. Hearsay, no fact of
-- the registry: it has no entry in the ledger and no verdict looks at it. Nothing says who told it, and
-- the day is as near as its time is kept.
CREATE TABLE label_reports (
    id BIGINT PRIMARY KEY,
    product_id BIGINT NOT NULL REFERENCES products (id),
    province_now TEXT COLLATE "C" NOT NULL,
    reported_on DATE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    seen_at TEXT COLLATE "C" NOT NULL CHECK (length(seen_at) <= 200),
    note TEXT COLLATE "C" NOT NULL CHECK (length(note) <= 500)
);
CREATE INDEX label_reports_of_day ON label_reports (reported_on, product_id);
CREATE INDEX label_reports_of_product ON label_reports (product_id, id);
CREATE INDEX label_reports_of_province ON label_reports (province_now, id);
