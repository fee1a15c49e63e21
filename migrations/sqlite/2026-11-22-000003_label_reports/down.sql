DROP TABLE label_reports;
