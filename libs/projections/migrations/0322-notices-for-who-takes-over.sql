-- The notice of a glass is that of whoever coordinates at home Police: when nobody whom the case names holds that function any
-- more, the region's coordinators have the part (libs/application, `takersOf`), and the notice is theirs as well, by what the
-- directory says at the instant of the request. They see no row of the case before one of them is named; so a function that
-- sees it says whether the case is theirs, and only of one that Police have been told of.
GRANT USAGE ON SCHEMA directory TO project_police;
SET LOCAL ROLE read_directory;
GRANT EXECUTE ON FUNCTION directory.holds(text, text[], text[], timestamptz) TO project_police;
RESET ROLE;
CREATE FUNCTION police.takes_over(the_case text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM police.home_case_v1 c,
      LATERAL (SELECT nullif(current_setting('app.now', true), '')::timestamptz AS moment) AS request
    WHERE c.case_id = the_case AND c.visible AND c.organisation = current_setting('app.organisation', true)
      AND directory.holds(c.organisation, ARRAY[current_setting('app.person', true)], ARRAY['POLICE_COORDINATOR'], request.moment)
      AND NOT directory.holds(c.organisation, c.persons, ARRAY['POLICE_COORDINATOR'], request.moment)
      AND NOT EXISTS (
        SELECT FROM police.disqualified_v1 d
        WHERE d.case_id = the_case AND d.person = current_setting('app.person', true)
      )
  )
$$;
REVOKE ALL ON FUNCTION police.takes_over(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION police.takes_over(text) TO read_police;
-- Every row of the case is seen by who writes them.
GRANT CREATE ON SCHEMA police TO project_police;
ALTER FUNCTION police.takes_over(text) OWNER TO project_police;
REVOKE CREATE ON SCHEMA police FROM project_police;

-- What waits as it was shown, and that.
DO $$
BEGIN
  EXECUTE format(
    'ALTER POLICY reader ON police.inbox_v1 USING ((%s) OR (organisation = current_setting(''app.organisation'', true)
       AND kind IN (''GLASS_BROKEN'', ''GLASS_BROKEN_AGAIN'', ''GLASS_NOT_CONFIRMED'')
       AND police.takes_over(split_part(item, ''/'', 1))))',
    (SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
      WHERE p.polrelid = 'police.inbox_v1'::regclass AND p.polname = 'reader'));
END
$$;
