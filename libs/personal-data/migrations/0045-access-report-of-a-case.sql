-- The report of who has read about a person is drawn up by a board for one case. It holds the records of that case and
-- of no other, and of these only what the spans let through: by an organisation, of one class or of every class (NULL),
-- from one instant until another (NULL: open). Which spans those are, libs/application/access-report.ts says. Names of
-- places are not there: they count the places that were thought of. The door that chose by the person alone is gone.
DROP FUNCTION vault.access_report(uuid, timestamptz);

CREATE FUNCTION vault.access_report(the_case uuid, subject uuid, until timestamptz, organisations text[],
    classes text[], since timestamptz[], through timestamptz[])
  RETURNS TABLE (at timestamptz, agency_kind text, unit text, class text, purpose text, legal_basis text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.at, r.agency_kind, r.unit, r.class, r.purpose, r.legal_basis
  FROM vault.reads r
  WHERE r.case_id = access_report.the_case AND r.subject = access_report.subject
    AND r.action = 'READ' AND r.at < access_report.until
    AND EXISTS (
      SELECT FROM unnest(organisations, classes, since, through) AS span (organisation, class, since, through)
      WHERE r.organisation = span.organisation AND r.class = coalesce(span.class, r.class)
        AND r.at >= span.since AND r.at <= coalesce(span.through, r.at)
    )
  ORDER BY r.at, r.read_id
$$;

REVOKE ALL ON FUNCTION vault.access_report(uuid, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[])
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.access_report(uuid, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[])
  TO vault_opener;
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
ALTER FUNCTION vault.access_report(uuid, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[])
  OWNER TO vault_reviewer;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
