-- Whether this database has ever held a key: who runs as the api may ask, and sees no more than the answer. A record of
-- a key that was made outlives the key.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
CREATE FUNCTION vault.has_held_keys() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT k.key_id FROM vault.keys k) OR EXISTS (SELECT r.read_id FROM vault.reads r)
$$;
REVOKE ALL ON FUNCTION vault.has_held_keys() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.has_held_keys() TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
