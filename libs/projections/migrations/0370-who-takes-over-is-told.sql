-- A part must not be nobody's (libs/application, `takesOver`): when nobody who is named for one holds the function that names
-- others there any more, who does takes it over. They were told of it by nobody: here is what waits for them, the id by which
-- their agency knows the thing and nothing else. It is a function of the row, of the appointments and of the instant of the
-- request, so that an appointment that runs out by the calendar needs no event, and that somebody is named none that ends it.

-- Who decided for a board may name others there as long as he or she decides there, named to receive or not. For the
-- projection alone; empty before the read model is rebuilt, which shows deciders a placement of officers who are there.
ALTER TABLE receiving_board.proposal_v1 ADD COLUMN deciders text[] NOT NULL DEFAULT '{}';

-- Everybody who holds a function at an organisation at an instant.
CREATE FUNCTION directory.holding(the_organisation text, the_function text, the_moment timestamptz)
  RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(a.official), '{}')
  FROM directory.appointment_v1 a
  WHERE a.organisation = the_organisation AND a.function = the_function
    AND a.from_at <= the_moment AND (a.until_at IS NULL OR a.until_at > the_moment)
$$;
REVOKE ALL ON FUNCTION directory.holding(text, text, timestamptz) FROM PUBLIC;
GRANT USAGE ON SCHEMA directory
  TO project_home_board, project_receiving_board, project_police, project_housing_provider, project_tax_agency;
GRANT EXECUTE ON FUNCTION directory.holding(text, text, timestamptz)
  TO project_home_board, project_receiving_board, project_police, project_housing_provider, project_tax_agency;
-- Rows of the directory are shown to its reader; the owner of the table is shown none.
GRANT CREATE ON SCHEMA directory TO read_directory;
ALTER FUNCTION directory.holding(text, text, timestamptz) OWNER TO read_directory;
REVOKE CREATE ON SCHEMA directory FROM read_directory;

-- One function for each schema, of its writer, who sees every row: the reader sees none of these.
DO $do$
DECLARE
  schema_name text;
  parts text;
BEGIN
  FOR schema_name, parts IN
    SELECT part.schema_name, string_agg(format($part$
      (WITH at_this_instant AS MATERIALIZED (
         SELECT directory.holding(current_setting('app.organisation', true), %L,
           nullif(current_setting('app.now', true), '')::timestamptz) AS holders
       )
       SELECT part.%I
       FROM at_this_instant, %I.%I AS part
       WHERE current_setting('app.person', true) = ANY (holders)
         AND part.organisation = current_setting('app.organisation', true)
         AND (%s)
         AND NOT (%s) && holders
         AND NOT EXISTS (
           SELECT FROM %I.disqualified_v1 d
           WHERE d.case_id = part.case_id AND d.person = current_setting('app.person', true)
         ))$part$,
      part.names_others, part.key, part.schema_name, part.table_name, part.open, part.named, part.schema_name), ' UNION ALL ')
    FROM (VALUES
      ('home_board', 'case_v1', 'case_id', 'HOME_OFFICER', 'part.persons',
        $$part.status <> 'CLOSED' OR part.departure_pending$$),
      -- Also before its yes, when every decider of the board may answer, and nobody who is named.
      ('receiving_board', 'proposal_v1', 'proposal_id', 'RECEIVING_DECIDER', 'part.persons || part.deciders',
        $$part.visible AND part.status NOT IN ('DECLINED', 'EXPIRED', 'CANCELLED', 'CLOSED')$$),
      ('police', 'home_case_v1', 'case_id', 'POLICE_COORDINATOR', 'part.persons',
        $$part.visible AND (part.status <> 'CLOSED' OR part.departure_pending)$$),
      ('police', 'placement_v1', 'proposal_id', 'POLICE_COORDINATOR', 'part.persons', $$part.status <> 'OVER'$$),
      ('housing_provider', 'admission_v1', 'proposal_id', 'FACILITY_DIRECTOR', 'part.persons',
        $$part.status NOT IN ('REFUSED', 'CANCELLED')$$),
      -- The row goes when nothing is asked any more.
      ('tax_agency', 'protection_v1', 'case_id', 'PROTECTION_OFFICER', 'part.persons', 'true')
    ) AS part (schema_name, table_name, key, names_others, named, open)
    GROUP BY part.schema_name
  LOOP
    EXECUTE format('CREATE FUNCTION %I.to_take_over() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
      SET search_path = pg_catalog, pg_temp AS %L', schema_name, parts);
    EXECUTE format('REVOKE ALL ON FUNCTION %I.to_take_over() FROM PUBLIC', schema_name);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.to_take_over() TO %I', schema_name, 'read_' || schema_name);
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO %I', schema_name, 'project_' || schema_name);
    EXECUTE format('ALTER FUNCTION %I.to_take_over() OWNER TO %I', schema_name, 'project_' || schema_name);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %I', schema_name, 'project_' || schema_name);
  END LOOP;
END
$do$;
