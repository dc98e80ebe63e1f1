-- Somebody with a good login and no appointment belongs to no agency here, so no agency's reviewer saw the refusals. Their
-- records go to one organisation, the office that keeps the register of appointments: which it is the log says, and the
-- worker that looks for patterns writes it down here.
CREATE TABLE vault.nobodys_reviewer (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  organisation text NOT NULL CHECK (organisation <> '')
);
GRANT SELECT, INSERT, UPDATE ON vault.nobodys_reviewer TO vault_reviewer;

CREATE FUNCTION vault.name_nobodys_reviewer(organisation text) RETURNS void
  LANGUAGE sql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO vault.nobodys_reviewer (organisation) VALUES (name_nobodys_reviewer.organisation)
    ON CONFLICT (only_one) DO UPDATE SET organisation = EXCLUDED.organisation
$$;
REVOKE ALL ON FUNCTION vault.name_nobodys_reviewer(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.name_nobodys_reviewer(text) TO project_log_review;

GRANT CREATE ON SCHEMA vault TO vault_reviewer;
ALTER FUNCTION vault.name_nobodys_reviewer(text) OWNER TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

-- Refusals of those of whom it is known who they are, also of who belongs to no organisation here.
CREATE OR REPLACE FUNCTION vault.refusals_between(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, at timestamptz, person text, organisation text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.refusal_id, f.at, f.actor, f.organisation FROM vault.refusals f
  WHERE f.at >= since AND f.at < until AND f.actor IS NOT NULL
  ORDER BY f.refusal_id
$$;

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
  WHERE q.kind = 'REFUSALS' AND f.actor <> current_setting('app.person', true)
    AND coalesce(f.organisation, (SELECT o.organisation FROM vault.nobodys_reviewer o))
      = current_setting('app.organisation', true)
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
