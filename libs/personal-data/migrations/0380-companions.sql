-- Who goes along with a person (a child, a partner) leads to that person. Somebody who asks about one of them is told of as one
-- who asks about the person: here stands for whom. In the place of a number stands a keyed hash of its own kind, blinded as in
-- the index (0300), so that nobody without keys joins it to the index or to Police's register; of who goes along under the
-- person, of who was asked about under whoever was asked about. Rows die with the file that they are of. SQLSTATE RV003, RV005.
CREATE TABLE vault.companions (
  token text NOT NULL,
  subject uuid NOT NULL,
  -- A case of the person, or an inquiry.
  file uuid NOT NULL,
  asked boolean NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (token, file)
);
CREATE INDEX ON vault.companions (subject);
CREATE TRIGGER blinded BEFORE INSERT OR UPDATE OF token ON vault.companions
  FOR EACH ROW EXECUTE FUNCTION vault.assert_blinded('token');
GRANT SELECT, INSERT ON vault.companions TO vault_keeper;
GRANT SELECT, DELETE ON vault.companions TO vault_destroyer;
GRANT SELECT ON vault.companions TO vault_custodian;

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

-- `blinded` as for find_or_create_subject_of: what the hashes are under each epoch that the caller has. A repeat changes nothing.
CREATE FUNCTION vault.keep_companions(blinded jsonb, the_subject uuid, the_file uuid, was_asked boolean) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  the_epoch integer;
BEGIN
  IF blinded IS NULL OR the_subject IS NULL OR the_file IS NULL OR was_asked IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  -- Nothing comes into a file that is destroyed or is being destroyed.
  PERFORM pg_advisory_xact_lock_shared(7310, 36);
  IF EXISTS (SELECT FROM vault.erasures e WHERE e.subject = the_subject AND the_file::text = ANY (e.cases)) THEN
    RETURN;
  END IF;
  the_epoch := vault.hold_blinds(ARRAY(SELECT jsonb_object_keys(blinded)::integer));
  INSERT INTO vault.companions (token, subject, file, asked)
    SELECT t, the_subject, the_file, was_asked
    FROM jsonb_array_elements_text(blinded -> the_epoch::text) AS t ORDER BY t
    ON CONFLICT DO NOTHING;
END
$$;
REVOKE ALL ON FUNCTION vault.keep_companions(jsonb, uuid, uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.keep_companions(jsonb, uuid, uuid, boolean) TO vault_opener;

-- With whom somebody goes along who was asked about, and in which case; by no number and no key.
CREATE FUNCTION vault.goes_along_with(the_subject uuid) RETURNS TABLE (along uuid, file uuid)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT c.subject, c.file FROM vault.companions a JOIN vault.companions c ON c.token = a.token
    WHERE a.subject = the_subject AND a.asked AND NOT c.asked AND c.subject <> the_subject
$$;
REVOKE ALL ON FUNCTION vault.goes_along_with(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.goes_along_with(uuid) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_destroyer;
SET LOCAL ROLE vault_destroyer;
DO $$
DECLARE
  door regprocedure;
  as_it_was text;
  was text;
  becomes text;
BEGIN
  FOR door, was, becomes IN
    SELECT p.oid, w.was, w.becomes FROM (VALUES
      -- With the file, whatever other boards keep; and with the person.
      ('bury', 'IF forget THEN',
        'DELETE FROM vault.companions c WHERE c.subject = the_subject AND (c.file::text = ANY (the_cases)
    -- An inquiry that another authority keeps still says who it is about.
    OR forget AND NOT (c.asked AND EXISTS (SELECT FROM vault.keys k WHERE k.subject = c.subject
      AND k.stream = ''inquiry-'' || c.file)));
  IF forget THEN'),
      -- Of a request that was refused before anything was written.
      ('destroy_unused', 'RETURN gone;',
        'DELETE FROM vault.companions c WHERE c.made_at < clock_timestamp() - interval ''1 day''
    AND NOT EXISTS (SELECT FROM vault.keys k WHERE k.subject = c.subject
      AND k.stream IN (''relocation-'' || c.file, ''inquiry-'' || c.file));
  RETURN gone;')
    ) AS w (name, was, becomes)
    JOIN pg_proc p ON p.pronamespace = 'vault'::regnamespace AND p.proname = w.name
  LOOP
    as_it_was := pg_get_functiondef(door);
    IF array_length(string_to_array(as_it_was, was), 1) IS DISTINCT FROM 2 THEN
      RAISE EXCEPTION 'the door % is not as it was thought to be', door;
    END IF;
    EXECUTE replace(as_it_was, was, becomes);
  END LOOP;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_destroyer;
