-- What lives on under another number, found from that number; few things are ever merged.
CREATE INDEX products_merged ON products (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX producers_merged ON producers (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX certificates_merged ON certificates (merged_into) WHERE merged_into IS NOT NULL;

-- The decision that annulled a decision.
CREATE INDEX decisions_that_annul ON decisions (annuls) WHERE annuls IS NOT NULL;

-- What a province's council has to renew soon, the soonest first.
CREATE INDEX listings_by_province_now_and_end ON listings (province_now, valid_until, product_id, last_day);
