-- What a producer has certified on a day is told beside every "no". The index answers that alone: a producer's
-- spans lie all over the table.
DROP INDEX listings_by_producer;
CREATE INDEX listings_by_producer ON listings (producer_id, product_id, last_day, first_day, standing, stars);
