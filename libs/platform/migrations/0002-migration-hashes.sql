-- What each migration said when it ran: one that is edited afterwards would leave old databases as they were, unnoticed.
CREATE TABLE platform.migration_hashes (
  name text PRIMARY KEY,
  -- SHA-256 of the file.
  hash text NOT NULL
);
