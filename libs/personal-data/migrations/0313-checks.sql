-- A check of a candidate answers with one word of Police's register: a read of it, by whoever asks. Each leaves a record before
-- its event is written, and who asks very often over all cases is found by them.
ALTER TABLE vault.reads DROP CONSTRAINT reads_action_check;
ALTER TABLE vault.reads ADD CONSTRAINT reads_action_check
  CHECK (action IN ('READ', 'WRITE', 'NAME', 'GLASS', 'JOINT', 'VIEW', 'LIST', 'INBOX', 'CHECK'));

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
CREATE FUNCTION vault.record_check(
  case_id uuid, subject uuid, organisation text, person text, purpose text, at timestamptz, legal_basis text,
  agency_kind text, unit text
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  IF case_id IS NULL OR subject IS NULL OR organisation IS NULL OR person IS NULL OR purpose IS NULL OR at IS NULL
    OR legal_basis IS NULL OR agency_kind IS NULL
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, class, purpose,
      legal_basis)
    VALUES (at, 'CHECK', person, organisation, agency_kind, unit, case_id, subject, 'threat-detail', purpose, legal_basis);
END
$$;
REVOKE ALL ON FUNCTION vault.record_check(uuid, uuid, text, text, text, timestamptz, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.record_check(uuid, uuid, text, text, text, timestamptz, text, text, text) TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;
-- The check by which one official has made so many within so many hours, over all cases: of one day the first.
CREATE FUNCTION vault.many_checks(since timestamptz, until timestamptz, too_many integer, hours integer)
  RETURNS TABLE (record bigint, at timestamptz, person text, organisation text, agency_kind text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT ON (c.person, c.organisation, date_trunc('day', c.at, 'Europe/Stockholm'))
    c.read_id, c.at, c.person, c.organisation, c.agency_kind FROM (
    SELECT r.read_id, r.at, r.person, r.organisation, r.agency_kind, count(*) OVER (
        PARTITION BY r.person, r.organisation ORDER BY r.at
        RANGE BETWEEN make_interval(hours => many_checks.hours) PRECEDING AND CURRENT ROW) AS lately
    FROM vault.reads r
    WHERE r.action = 'CHECK' AND r.at >= since - make_interval(hours => many_checks.hours) AND r.at < until
  ) AS c
  WHERE c.lately >= too_many AND c.at >= since
  ORDER BY c.person, c.organisation, date_trunc('day', c.at, 'Europe/Stockholm'), c.read_id
$$;
REVOKE ALL ON FUNCTION vault.many_checks(timestamptz, timestamptz, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.many_checks(timestamptz, timestamptz, integer, integer) TO project_log_review;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
