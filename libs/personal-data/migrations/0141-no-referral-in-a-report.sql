-- The complete report does not hold what Police read who were asked about a candidate: in a case that was cleared nowhere it
-- said that a place had adversaries or kin there, which is what the verdict on it was. As what was read in an inquiry, it
-- is told apart by its purpose.
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

CREATE OR REPLACE FUNCTION vault.complete_access_report(the_case uuid, subject uuid, until timestamptz, drawn_at text,
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
      AND r.action IN ('READ', 'NAME', 'VIEW') AND r.purpose NOT IN ('INQUIRY', 'REFERRAL')
    ORDER BY r.at, r.read_id;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
