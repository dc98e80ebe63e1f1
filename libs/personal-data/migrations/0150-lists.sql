-- A list shows of each case in it what a look at the case shows, so it leaves a record as well: one for an answer, which
-- names every case that was shown there and the person of each. A list is of no class, as a view is.
ALTER TABLE vault.reads ADD COLUMN listed_cases uuid[];
ALTER TABLE vault.reads ADD COLUMN listed_subjects uuid[];
COMMENT ON COLUMN vault.reads.listed_cases IS 'LIST only: the cases, inquiries or requests that were shown';
COMMENT ON COLUMN vault.reads.listed_subjects IS 'LIST only: whom each of them is about, in the same order';
ALTER TABLE vault.reads DROP CONSTRAINT reads_action_check;
ALTER TABLE vault.reads ADD CONSTRAINT reads_action_check
  CHECK (action IN ('READ', 'WRITE', 'NAME', 'GLASS', 'JOINT', 'VIEW', 'LIST'));
ALTER TABLE vault.reads DROP CONSTRAINT reads_class_but_of_a_view;
ALTER TABLE vault.reads ADD CONSTRAINT reads_class_but_of_a_view CHECK ((class IS NULL) = (action IN ('VIEW', 'LIST')));
ALTER TABLE vault.reads ADD CONSTRAINT reads_of_a_list CHECK (CASE WHEN action = 'LIST'
  THEN case_id IS NULL AND subject IS NULL AND cardinality(listed_cases) > 0
    AND cardinality(listed_subjects) = cardinality(listed_cases)
    AND array_position(listed_cases, NULL) IS NULL AND array_position(listed_subjects, NULL) IS NULL
  ELSE listed_cases IS NULL AND listed_subjects IS NULL END);
-- For who asks who was shown them.
CREATE INDEX reads_by_listed_subject ON vault.reads USING gin (listed_subjects) WHERE action = 'LIST';

GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;

-- One answer with a list. `foot` is RESCUE for who stands by to fetch somebody.
CREATE FUNCTION vault.record_list(
  cases uuid[], subjects uuid[], organisation text, person text, purpose text, at timestamptz, legal_basis text,
  agency_kind text, unit text, foot text
) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
  IF cases IS NULL OR subjects IS NULL OR organisation IS NULL OR person IS NULL OR purpose IS NULL OR at IS NULL
    OR legal_basis IS NULL OR agency_kind IS NULL OR foot NOT IN ('RESCUE')
  THEN
    RAISE EXCEPTION USING ERRCODE = 'RV003', MESSAGE = 'an argument is missing';
  END IF;
  PERFORM vault.assert_clock(at);
  INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, listed_cases, listed_subjects, purpose,
      foot, legal_basis)
    VALUES (at, 'LIST', person, organisation, agency_kind, unit, cases, subjects, purpose, foot, legal_basis);
END
$$;
REVOKE ALL ON FUNCTION vault.record_list(uuid[], uuid[], text, text, text, timestamptz, text, text, text, text)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.record_list(uuid[], uuid[], text, text, text, timestamptz, text, text, text, text)
  TO vault_opener;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

DROP FUNCTION vault.openings_with_canaries(timestamptz, timestamptz);
GRANT CREATE ON SCHEMA vault TO vault_reviewer;
SET LOCAL ROLE vault_reviewer;

-- The sample of a day is not to be of lists alone, which programs ask for again and again: of each official's lists of one
-- purpose the first is drawn from.
CREATE OR REPLACE FUNCTION vault.openings_between(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, organisation text, agency_kind text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.read_id, r.organisation, r.agency_kind FROM vault.reads r
  WHERE r.at >= since AND r.at < until AND r.action IN ('READ', 'NAME', 'VIEW') AND r.agency_kind IS NOT NULL
  UNION ALL
  SELECT l.read_id, l.organisation, l.agency_kind FROM (
    SELECT DISTINCT ON (r.person, r.organisation, r.purpose) r.read_id, r.organisation, r.agency_kind FROM vault.reads r
    WHERE r.at >= since AND r.at < until AND r.action = 'LIST' AND r.agency_kind IS NOT NULL
    ORDER BY r.person, r.organisation, r.purpose, r.read_id
  ) AS l
  ORDER BY 1
$$;

-- For the patterns; of a list the canaries that were in it.
CREATE FUNCTION vault.openings_with_canaries(since timestamptz, until timestamptz)
  RETURNS TABLE (record bigint, at timestamptz, action text, person text, organisation text, agency_kind text,
    case_id uuid, foot text, canary boolean)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.read_id, r.at, r.action, r.person, r.organisation, r.agency_kind, r.case_id, r.foot,
    c.case_id IS NOT NULL
  FROM vault.reads r LEFT JOIN vault.canaries c ON c.case_id = r.case_id
  WHERE r.at >= since AND r.at < until AND r.action IN ('READ', 'NAME', 'VIEW') AND r.agency_kind IS NOT NULL
  UNION ALL
  SELECT r.read_id, r.at, r.action, r.person, r.organisation, r.agency_kind, c.case_id, r.foot, true
  FROM vault.reads r JOIN vault.canaries c ON c.case_id = ANY (r.listed_cases)
  WHERE r.at >= since AND r.at < until AND r.action = 'LIST' AND r.agency_kind IS NOT NULL
  ORDER BY 1
$$;
REVOKE ALL ON FUNCTION vault.openings_with_canaries(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.openings_with_canaries(timestamptz, timestamptz) TO project_log_review;

-- The report through the board, within the same spans as views: a list says that the case was shown there, and what else was
-- in it stays here. Of an official's lists of one day and purpose the first is told, or it would be thousands of lines.
CREATE OR REPLACE FUNCTION vault.access_report(the_case uuid, subject uuid, until timestamptz, organisations text[],
    classes text[], since timestamptz[], through timestamptz[])
  RETURNS TABLE (at timestamptz, action text, agency_kind text, unit text, class text, purpose text, legal_basis text)
  LANGUAGE sql SECURITY DEFINER STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.at, f.action, f.agency_kind, f.unit, f.class, f.purpose, f.legal_basis FROM (
    SELECT r.*, row_number() OVER (PARTITION BY r.action, r.person, r.organisation, r.purpose,
      date_trunc('day', r.at, 'Europe/Stockholm') ORDER BY r.at, r.read_id) AS nth
    FROM vault.reads r
    WHERE (r.case_id = access_report.the_case AND r.subject = access_report.subject AND r.action IN ('READ', 'VIEW')
        OR r.action = 'LIST' AND r.listed_subjects @> ARRAY[access_report.subject]
          AND access_report.the_case = ANY (r.listed_cases))
      AND r.at < access_report.until
      AND EXISTS (
        SELECT FROM unnest(organisations, classes, since, through) AS span (organisation, class, since, through)
        -- A span of one class holds no views and no lists, which are of none.
        WHERE r.organisation = span.organisation AND (span.class IS NULL OR r.class = span.class)
          AND r.at >= span.since AND r.at <= coalesce(span.through, r.at)
      )
  ) AS f
  WHERE f.action <> 'LIST' OR f.nth = 1
  ORDER BY f.at, f.read_id
$$;

CREATE OR REPLACE FUNCTION vault.complete_access_report(the_case uuid, subject uuid, until timestamptz, drawn_at text,
    drawn_by text, drawn_for text, now timestamptz, drawn_on text, kind text, function text)
  RETURNS TABLE (at timestamptz, action text, agency_kind text, unit text, class text, purpose text, legal_basis text)
  LANGUAGE plpgsql SECURITY DEFINER VOLATILE
  SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM vault.record_view(the_case, $2, drawn_at, drawn_by, drawn_for, now, drawn_on, kind, function, NULL);
  RETURN QUERY
    SELECT f.at, f.action, f.agency_kind, f.unit, f.class, f.purpose, f.legal_basis FROM (
      SELECT r.*, row_number() OVER (PARTITION BY r.action, r.person, r.organisation, r.purpose,
        date_trunc('day', r.at, 'Europe/Stockholm') ORDER BY r.at, r.read_id) AS nth
      FROM vault.reads r
      WHERE (r.subject = $2 AND r.action IN ('READ', 'NAME', 'VIEW')
          OR r.action = 'LIST' AND r.listed_subjects @> ARRAY[$2])
        AND r.at < complete_access_report.until AND r.purpose NOT IN ('INQUIRY', 'REFERRAL')
    ) AS f
    WHERE f.action <> 'LIST' OR f.nth = 1
    ORDER BY f.at, f.read_id;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_reviewer;
