-- Who looks at one case without opening anything sealed is on record, too: the status of a case tells that there is one.
-- A view is of no class. Namings say whose case it is, so that they can be told to the person.
ALTER TABLE vault.reads DROP CONSTRAINT reads_action_check;
ALTER TABLE vault.reads ADD CONSTRAINT reads_action_check
  CHECK (action IN ('READ', 'WRITE', 'NAME', 'GLASS', 'JOINT', 'VIEW'));
ALTER TABLE vault.reads ALTER COLUMN class DROP NOT NULL;
ALTER TABLE vault.reads ADD CONSTRAINT reads_class_but_of_a_view CHECK ((class IS NULL) = (action = 'VIEW'));

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

-- One view of one file: a case, an inquiry, a request for documents. `foot` is RESCUE for who stands by to fetch somebody.
CREATE FUNCTION vault.record_view(
  case_id uuid, subject uuid, organisation text, person text, purpose text, at timestamptz, legal_basis text,
  agency_kind text, unit text, foot text
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  IF case_id IS NULL OR subject IS NULL OR organisation IS NULL OR person IS NULL OR purpose IS NULL OR at IS NULL
    OR legal_basis IS NULL OR agency_kind IS NULL OR foot NOT IN ('RESCUE')
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, purpose, foot,
      legal_basis)
    VALUES (at, 'VIEW', person, organisation, agency_kind, unit, case_id, subject, purpose, foot, legal_basis);
END
$$;
REVOKE ALL ON FUNCTION vault.record_view(uuid, uuid, text, text, text, timestamptz, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.record_view(uuid, uuid, text, text, text, timestamptz, text, text, text, text)
  TO vault_opener;

-- As before, with whose case it is; the door that did not ask for it is gone.
DROP FUNCTION vault.record_naming(uuid, text, text, text, text, timestamptz, text, text, text);
CREATE FUNCTION vault.record_naming(
  case_id uuid, subject uuid, token text, organisation text, person text, purpose text, at timestamptz,
  legal_basis text, agency_kind text, unit text
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  IF case_id IS NULL OR subject IS NULL OR token IS NULL OR organisation IS NULL OR person IS NULL OR purpose IS NULL
    OR at IS NULL OR legal_basis IS NULL
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, class, purpose,
      legal_basis, named_token)
    VALUES (at, 'NAME', person, organisation, agency_kind, unit, case_id, subject, 'destination', purpose,
      legal_basis, token);
END
$$;
REVOKE ALL ON FUNCTION vault.record_naming(uuid, uuid, text, text, text, text, timestamptz, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.record_naming(uuid, uuid, text, text, text, text, timestamptz, text, text, text)
  TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

-- Samples and patterns see views as they see openings, and the person's report has them within the same spans.
DROP FUNCTION vault.access_report(uuid, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[]);
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

CREATE OR REPLACE FUNCTION vault.openings_between(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, organisation text, agency_kind text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.read_id, r.organisation, r.agency_kind FROM vault.reads r
  WHERE r.at >= since AND r.at < until AND r.action IN ('READ', 'NAME', 'VIEW') AND r.agency_kind IS NOT NULL
  ORDER BY r.read_id
$$;

CREATE OR REPLACE FUNCTION vault.openings_with_canaries(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, at timestamptz, person text, organisation text, agency_kind text,
    case_id uuid, foot text, canary boolean)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.read_id, r.at, r.person, r.organisation, r.agency_kind, r.case_id, r.foot,
    c.case_id IS NOT NULL
  FROM vault.reads r LEFT JOIN vault.canaries c ON c.case_id = r.case_id
  WHERE r.at >= since AND r.at < until AND r.action IN ('READ', 'NAME', 'VIEW') AND r.agency_kind IS NOT NULL
  ORDER BY r.read_id
$$;

CREATE FUNCTION vault.access_report(the_case uuid, subject uuid, until timestamptz, organisations text[],
    classes text[], since timestamptz[], through timestamptz[])
  RETURNS TABLE (at timestamptz, action text, agency_kind text, unit text, class text, purpose text, legal_basis text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.at, r.action, r.agency_kind, r.unit, r.class, r.purpose, r.legal_basis
  FROM vault.reads r
  WHERE r.case_id = access_report.the_case AND r.subject = access_report.subject
    AND r.action IN ('READ', 'VIEW') AND r.at < access_report.until
    AND EXISTS (
      SELECT FROM unnest(organisations, classes, since, through) AS span (organisation, class, since, through)
      -- A span of one class holds no views, which are of none.
      WHERE r.organisation = span.organisation AND (span.class IS NULL OR r.class = span.class)
        AND r.at >= span.since AND r.at <= coalesce(span.through, r.at)
    )
  ORDER BY r.at, r.read_id
$$;
REVOKE ALL ON FUNCTION vault.access_report(uuid, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[])
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.access_report(uuid, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[])
  TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
