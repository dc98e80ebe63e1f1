-- An opening that finds the grants of its case being changed waits a moment and is then answered with RV001 (try again),
-- not after 2 s: it holds one of few sessions meanwhile, and openings of other cases wait for that.
SET LOCAL ROLE vault_keeper;
ALTER FUNCTION vault.open(uuid, uuid, text, text, text, text, text, text, timestamptz, bigint, text, text)
  SET lock_timeout = '200ms';
RESET ROLE;
