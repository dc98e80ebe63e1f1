-- Refusals that name nobody: no token or a bad one, or a machine by itself. None is anybody's to review, so they are
-- counted by the hour, and the record at which an hour came to too many is shown to the office that keeps the register of
-- appointments (0098), which alone looks after those who belong to no agency.
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

CREATE FUNCTION vault.nameless_refusals(since timestamptz, until timestamptz, too_many integer)
  RETURNS TABLE (record bigint, at timestamptz)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT n.refusal_id, n.at FROM (
    SELECT f.refusal_id, f.at, row_number() OVER (PARTITION BY date_trunc('hour', f.at, 'UTC') ORDER BY f.refusal_id) AS nth
    FROM vault.refusals f
    WHERE f.at >= date_trunc('hour', since, 'UTC') AND f.at < until AND f.actor IS NULL
  ) AS n
  WHERE n.nth = too_many
  ORDER BY n.refusal_id
$$;
REVOKE ALL ON FUNCTION vault.nameless_refusals(timestamptz, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.nameless_refusals(timestamptz, timestamptz, integer) TO project_log_review;

-- As before; a refusal of nobody is no reviewer's own.
CREATE OR REPLACE FUNCTION vault.records_for_review(kinds text[], records bigint[])
  RETURNS TABLE (n bigint, action text, at timestamptz, person text, unit text, case_id uuid, subject uuid, class text,
    purpose text, foot text, legal_basis text, reason text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT q.n, r.action, r.at, r.person, r.unit, r.case_id, r.subject, r.class, r.purpose, r.foot, r.legal_basis, NULL
  FROM unnest(kinds, records) WITH ORDINALITY AS q (kind, record, n) JOIN vault.reads r ON r.read_id = q.record
  WHERE q.kind = 'READS' AND r.organisation = current_setting('app.organisation', true)
    AND r.person <> current_setting('app.person', true)
  UNION ALL
  SELECT q.n, 'REFUSED', f.at, f.actor, NULL, NULL, NULL, f.class, NULL, NULL, NULL, f.reason
  FROM unnest(kinds, records) WITH ORDINALITY AS q (kind, record, n) JOIN vault.refusals f ON f.refusal_id = q.record
  WHERE q.kind = 'REFUSALS' AND f.actor IS DISTINCT FROM current_setting('app.person', true)
    AND coalesce(f.organisation, (SELECT o.organisation FROM vault.nobodys_reviewer o))
      = current_setting('app.organisation', true)
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
