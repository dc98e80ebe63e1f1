-- The note of a broken glass, for the second person and for the log review: no standing grant carries it to them, and no
-- pass opens its class. This door opens that one field of that one stream, and records it like any other opening. Who may
-- ask is settled by the policy beside the route; that the note is that of a glass on record is settled here.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

CREATE FUNCTION vault.open_glass_note(
  pass_id uuid, case_id uuid, subject uuid, stream text, class text, owner text, organisation text, person text,
  purpose text, legal_basis text, at timestamptz, agency_kind text DEFAULT NULL, unit text DEFAULT NULL
) RETURNS TABLE (key_id uuid, wrapped_key bytea, epoch integer, foot text, legal_basis_used text)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  the_key vault.keys;
BEGIN
  IF pass_id IS NULL OR case_id IS NULL OR subject IS NULL OR stream IS NULL OR class IS NULL OR owner IS NULL
    OR organisation IS NULL OR person IS NULL OR purpose IS NULL OR legal_basis IS NULL OR at IS NULL
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  SELECT k.* INTO the_key FROM vault.keys k JOIN vault.passes p
      ON p.pass_id = pass_id AND p.kind = 'GLASS' AND p.case_id = case_id AND p.subject = subject
        AND p.organisation = owner
    WHERE stream = 'break-glass-' || case_id::text AND class = 'social'
      AND k.subject = subject AND k.stream = stream AND k.class = class AND k.owner = owner;
  IF NOT FOUND THEN
    INSERT INTO vault.refusals (at, actor, organisation, route, reason, case_id, class)
      VALUES (at, person, organisation, 'vault.open_glass_note', 'NO_KEY', case_id, class);
    RETURN;
  END IF;
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      purpose, foot, legal_basis, source_ref, key_id)
    VALUES (at, 'READ', person, organisation, agency_kind, unit, case_id, subject, stream, class, owner,
      purpose, 'NOTE', legal_basis, pass_id::text, the_key.key_id);
  RETURN QUERY SELECT the_key.key_id, the_key.wrapped_key, the_key.epoch, 'NOTE'::text, legal_basis;
END
$$;

REVOKE ALL ON FUNCTION vault.open_glass_note(uuid, uuid, uuid, text, text, text, text, text, text, text, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.open_glass_note(uuid, uuid, uuid, text, text, text, text, text, text, text, timestamptz, text, text) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
