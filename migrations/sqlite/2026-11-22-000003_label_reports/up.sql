-- What the public told of labels that seem wrong, for the councils' post-check lists. Hearsay, no fact of
-- the registry: it has no entry in the ledger and no verdict looks at it. Nothing says who told it, and
-- the day is as near as its time is kept.
CREATE TABLE label_reports (
    id           INTEGER PRIMARY KEY,
    product_id   INTEGER NOT NULL REFERENCES products (id),
    province_now TEXT    NOT NULL,
    reported_on  TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    seen_at      TEXT    NOT NULL CHECK (length(seen_at) <= 200),
    note         TEXT    NOT NULL CHECK (length(note) <= 500)
) STRICT;
CREATE INDEX label_reports_of_day ON label_reports (reported_on, product_id);
CREATE INDEX label_reports_of_product ON label_reports (product_id, id);
CREATE INDEX label_reports_of_province ON label_reports (province_now, id);
