-- Whether one of these persons holds one of these functions at an organisation at an instant.
CREATE FUNCTION directory.holds(the_organisation text, the_persons text[], the_functions text[], the_moment timestamptz)
  RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM directory.appointment_v1 a
    WHERE a.official = ANY (the_persons) AND a.organisation = the_organisation AND a.function = ANY (the_functions)
      AND a.from_at <= the_moment AND (a.until_at IS NULL OR a.until_at > the_moment)
  )
$$;
REVOKE ALL ON FUNCTION directory.holds(text, text[], text[], timestamptz) FROM PUBLIC;
GRANT USAGE ON SCHEMA directory TO read_police;
GRANT EXECUTE ON FUNCTION directory.holds(text, text[], text[], timestamptz) TO read_police, vault_keeper;
-- Rows of the directory are shown to its reader; the owner of the table is shown none.
GRANT CREATE ON SCHEMA directory TO read_directory;
ALTER FUNCTION directory.holds(text, text[], text[], timestamptz) OWNER TO read_directory;
REVOKE CREATE ON SCHEMA directory FROM read_directory;

-- A coordinator of the region, while nobody who has the alarm plan there coordinates there any more, or all
-- of them are disqualified.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
CREATE OR REPLACE FUNCTION vault.takes_over(the_case uuid, the_stream text, the_class text, the_organisation text,
    the_person text, the_moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT directory.holds(the_organisation, ARRAY[the_person], ARRAY['POLICE_COORDINATOR'], the_moment)
    AND NOT directory.holds(the_organisation, ARRAY(
      SELECT g.person FROM vault.grants g
      WHERE g.case_id = the_case AND g.stream = the_stream AND g.class = the_class AND g.organisation = the_organisation
        AND g.foot = 'RESCUE' AND g.ended_at IS NULL
        AND NOT EXISTS (SELECT FROM vault.disqualified d WHERE d.case_id = g.case_id AND d.person = g.person)
    ), ARRAY['POLICE_COORDINATOR'], the_moment)
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

-- Who is disqualified in a case (FL 16 §) is shown nothing of it by the function either.
CREATE TABLE police.disqualified_v1 (
  case_id text NOT NULL,
  person text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (case_id, person)
);
SELECT platform.guard_read_model('police', 'disqualified_v1', ARRAY['case_id'],
  $$person = current_setting('app.person', true)$$);

ALTER POLICY reader ON police.placement_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR (status <> 'OVER'
        AND (SELECT directory.holds(current_setting('app.organisation', true), ARRAY[current_setting('app.person', true)],
          ARRAY['POLICE_COORDINATOR'], nullif(current_setting('app.now', true), '')::timestamptz))
        AND NOT directory.holds(organisation, persons, ARRAY['POLICE_COORDINATOR'],
          nullif(current_setting('app.now', true), '')::timestamptz)
        AND case_id NOT IN (SELECT d.case_id FROM police.disqualified_v1 d))));
-- What belongs to an alarm plan is shown with its placement.
ALTER POLICY reader ON police.sealed_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR (foot = 'RESCUE' AND row_key IN (SELECT p.proposal_id FROM police.placement_v1 p))));
