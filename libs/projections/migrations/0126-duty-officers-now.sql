-- Duty officers change by rota: the alarm plan is shown to whoever holds the function at the home board, and not only to
-- those who held it when the case was opened. At which instant is asked by the policy and by the vault, which know the time
-- of the request; here it is enough that somebody was ever appointed.
CREATE FUNCTION directory.stands_by(the_organisation text, the_person text, the_moment timestamptz DEFAULT NULL)
  RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM directory.appointment_v1 a
    WHERE a.official = the_person AND a.organisation = the_organisation
      AND a.function = 'HOME_DUTY_OFFICER' AND a.delegated
      AND (the_moment IS NULL
        OR (a.from_at <= the_moment AND (a.until_at IS NULL OR a.until_at > the_moment)))
  )
$$;
REVOKE ALL ON FUNCTION directory.stands_by(text, text, timestamptz) FROM PUBLIC;
GRANT USAGE ON SCHEMA directory TO read_home_board, vault_keeper;
GRANT EXECUTE ON FUNCTION directory.stands_by(text, text, timestamptz) TO read_home_board, vault_keeper;
-- Rows of the directory are shown to its reader; the owner of the table is shown none.
GRANT CREATE ON SCHEMA directory TO read_directory;
ALTER FUNCTION directory.stands_by(text, text, timestamptz) OWNER TO read_directory;
REVOKE CREATE ON SCHEMA directory FROM read_directory;

-- The vault asks the same, for the instant of the opening.
GRANT CREATE ON SCHEMA vault TO vault_keeper;
SET LOCAL ROLE vault_keeper;
CREATE OR REPLACE FUNCTION vault.stands_by(the_organisation text, the_person text, the_moment timestamptz)
  RETURNS boolean LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT the_moment IS NOT NULL AND directory.stands_by(the_organisation, the_person, the_moment)
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA vault FROM vault_keeper;

-- Who is disqualified in a case (FL 16 §) is shown nothing of it by the function either.
CREATE TABLE home_board.disqualified_v1 (
  case_id text NOT NULL,
  person text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (case_id, person)
);
SELECT platform.guard_read_model('home_board', 'disqualified_v1', ARRAY['case_id'],
  $$person = current_setting('app.person', true)$$);

ALTER POLICY reader ON home_board.alarm_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR (SELECT directory.stands_by(current_setting('app.organisation', true), current_setting('app.person', true))))
    AND case_id NOT IN (SELECT d.case_id FROM home_board.disqualified_v1 d));
-- What belongs to an alarm plan is shown with it.
ALTER POLICY reader ON home_board.sealed_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR (foot = 'RESCUE' AND row_key IN (SELECT a.case_id FROM home_board.alarm_v1 a))));
