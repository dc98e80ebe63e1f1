-- The complete report of who has read about a person: every function at every agency, in every case of the person. It is
-- drawn by the office that keeps the register and handed to the person, so it names no organisation and no place. It is
-- itself a look at the person: recorded by this very statement, so that who takes one leaves a record of it. What was read
-- in an inquiry is not in it: that somebody asks may be secret before the person, and is for who weighs the inquiry to say.
SET LOCAL ROLE vault_keeper;
GRANT EXECUTE ON FUNCTION vault.record_view(uuid, uuid, text, text, text, timestamptz, text, text, text, text)
  TO vault_reviewer;
RESET ROLE;
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

CREATE FUNCTION vault.complete_access_report(the_case uuid, subject uuid, until timestamptz, drawn_at text,
    drawn_by text, drawn_for text, now timestamptz, drawn_on text, kind text, function text)
  RETURNS TABLE (at timestamptz, action text, agency_kind text, unit text, class text, purpose text, legal_basis text)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM vault.record_view(the_case, $2, drawn_at, drawn_by, drawn_for, now, drawn_on, kind, function, NULL);
  RETURN QUERY
    SELECT r.at, r.action, r.agency_kind, r.unit, r.class, r.purpose, r.legal_basis
    FROM vault.reads r
    WHERE r.subject = $2 AND r.at < complete_access_report.until
      AND r.action IN ('READ', 'NAME', 'VIEW') AND r.purpose <> 'INQUIRY'
    ORDER BY r.at, r.read_id;
END
$$;
REVOKE ALL ON FUNCTION vault.complete_access_report(uuid, uuid, timestamptz, text, text, text, timestamptz, text, text,
  text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.complete_access_report(uuid, uuid, timestamptz, text, text, text, timestamptz, text,
  text, text) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
