-- The systematic review of who read what (SoLPuL 10 §, HSLF-FS 2016:40 4:9). The records stay where they are; these
-- doors show of them what a review needs: who, which class, when, for which purpose, on which basis. Never a key, never
-- content. They belong to vault_reviewer, who may read records and refusals and nothing else.

SELECT platform.ensure_role(wanted) FROM unnest(ARRAY['project_log_review', 'read_log_review']) AS wanted;

-- Cases of nobody, made to be found by who looks where he has no business. Which they are is known here alone: neither
-- the log nor a read model says it, so who reads a case cannot tell.
CREATE TABLE vault.canaries (
  case_id uuid PRIMARY KEY,
  marked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT ON vault.canaries TO vault_reviewer;

-- How far the patterns have been looked for. Looking twice does no harm, so this may be behind and never ahead.
CREATE TABLE vault.review_progress (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  looked_until timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON vault.review_progress TO vault_reviewer;

CREATE INDEX reads_by_time ON vault.reads (at);
CREATE INDEX refusals_by_time ON vault.refusals (at);

-- For the sample of a day: which openings there were. Namings of places count as openings of the destination.
CREATE FUNCTION vault.openings_between(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, organisation text, agency_kind text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.read_id, r.organisation, r.agency_kind FROM vault.reads r
  WHERE r.at >= since AND r.at < until AND r.action IN ('READ', 'NAME') AND r.agency_kind IS NOT NULL
  ORDER BY r.read_id
$$;

-- For the patterns: each opening with whether its case is a canary. Rescuers and glasses are openings like others.
CREATE FUNCTION vault.openings_with_canaries(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, at timestamptz, person text, organisation text, agency_kind text,
    case_id uuid, foot text, canary boolean)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.read_id, r.at, r.person, r.organisation, r.agency_kind, r.case_id, r.foot,
    c.case_id IS NOT NULL
  FROM vault.reads r LEFT JOIN vault.canaries c ON c.case_id = r.case_id
  WHERE r.at >= since AND r.at < until AND r.action IN ('READ', 'NAME') AND r.agency_kind IS NOT NULL
  ORDER BY r.read_id
$$;

-- Refusals of those of whom it is known who they are. Which case was meant is not told: it may not be theirs to know.
CREATE FUNCTION vault.refusals_between(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, at timestamptz, person text, organisation text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.refusal_id, f.at, f.actor, f.organisation FROM vault.refusals f
  WHERE f.at >= since AND f.at < until AND f.actor IS NOT NULL AND f.organisation IS NOT NULL
  ORDER BY f.refusal_id
$$;

-- What a reviewer sees of records of the own agency: the organisation and the person come from the transaction, as in
-- the read models, and one's own records are not there. A kind is READS or REFUSALS.
CREATE FUNCTION vault.records_for_review(kinds text[], records bigint[])
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
  WHERE q.kind = 'REFUSALS' AND f.organisation = current_setting('app.organisation', true)
    AND f.actor <> current_setting('app.person', true)
$$;

-- Who a record is about, for the rule that nobody reviews himself.
CREATE FUNCTION vault.person_of_record(kind text, record bigint) RETURNS text
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE kind
    WHEN 'READS' THEN (SELECT r.person FROM vault.reads r WHERE r.read_id = record)
    WHEN 'REFUSALS' THEN (SELECT f.actor FROM vault.refusals f WHERE f.refusal_id = record)
  END
$$;

-- The person's own report: who has read about me, until an instant. An agency's kind and a function, never a name and
-- never a place; nothing of any other person, for the records are those of one subject.
CREATE FUNCTION vault.access_report(subject uuid, until timestamptz)
  RETURNS TABLE (at timestamptz, agency_kind text, unit text, class text, purpose text, legal_basis text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.at, r.agency_kind, r.unit, r.class, r.purpose, r.legal_basis
  FROM vault.reads r
  WHERE r.action IN ('READ', 'NAME') AND r.at < access_report.until
    AND (r.subject = access_report.subject OR (r.action = 'NAME' AND r.case_id IN (
      SELECT o.case_id FROM vault.reads o WHERE o.subject = access_report.subject
    )))
  ORDER BY r.at, r.read_id
$$;

-- Until when the patterns have been looked for; NULL before the first look.
CREATE FUNCTION vault.reviewed_until() RETURNS timestamptz
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.looked_until FROM vault.review_progress p
$$;

CREATE FUNCTION vault.record_review(until timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO vault.review_progress (looked_until) VALUES (until)
    ON CONFLICT (only_one) DO UPDATE SET looked_until = greatest(review_progress.looked_until, EXCLUDED.looked_until)
$$;

GRANT CREATE ON SCHEMA vault TO vault_reviewer;
DO $$
DECLARE
  door regprocedure;
  wanted text;
BEGIN
  FOR door, wanted IN
    SELECT p.oid::regprocedure, CASE p.proname
        WHEN 'records_for_review' THEN 'read_log_review'
        WHEN 'person_of_record' THEN 'vault_opener'
        WHEN 'access_report' THEN 'vault_opener'
        ELSE 'project_log_review'
      END
    FROM pg_proc p
    WHERE p.pronamespace = 'vault'::regnamespace
      AND p.proname IN ('openings_between', 'openings_with_canaries', 'refusals_between', 'records_for_review',
        'person_of_record', 'access_report', 'reviewed_until', 'record_review')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', door);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', door, wanted);
    EXECUTE format('ALTER FUNCTION %s OWNER TO vault_reviewer', door);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
GRANT USAGE ON SCHEMA vault TO project_log_review, read_log_review;
