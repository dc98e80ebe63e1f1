-- Whether a file is kept for research is asked of the person's number when the file is to be destroyed. Those who had a grant
-- on it may all have left by then, and what nobody may open would be kept for ever. The tool with which two officers of the
-- board order a destruction, run by the owner of the database, opens that one field in their name, with a record.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
CREATE FUNCTION vault.open_for_retention(
  case_id uuid, subject uuid, organisation text, person text, at timestamptz, agency_kind text
) RETURNS TABLE (key_id uuid, wrapped_key bytea, epoch integer)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  the_key vault.keys;
BEGIN
  IF case_id IS NULL OR subject IS NULL OR organisation IS NULL OR person IS NULL OR at IS NULL OR agency_kind IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  SELECT k.* INTO the_key FROM vault.keys k
    WHERE k.subject = subject AND k.stream = 'relocation-' || case_id::text AND k.class = 'identity'
      AND k.owner = organisation;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, case_id, subject, stream, class, owner,
      purpose, foot, legal_basis, key_id)
    VALUES (at, 'READ', person, organisation, agency_kind, case_id, subject, the_key.stream, 'identity', organisation,
      'RETENTION', 'OWN', 'ARKIVL_10', the_key.key_id);
  RETURN QUERY SELECT the_key.key_id, the_key.wrapped_key, the_key.epoch;
END
$$;
REVOKE ALL ON FUNCTION vault.open_for_retention(uuid, uuid, text, text, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.open_for_retention(uuid, uuid, text, text, timestamptz, text) TO SESSION_USER;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
