-- What waits for its telling lies in a schema of its own and no more in that of the agency to which it was not told
-- (libs/projections/shared/told-facts.ts): whoever reads there, or has a copy of that schema, has nothing that was not told.
-- No reader may use this schema; of each table the projection may that fills the row beside it.
CREATE SCHEMA untold;
DO $$
DECLARE
  one record;
  place text;
  writer text;
BEGIN
  FOR one IN
    SELECT * FROM (VALUES ('home_board', 'case_v1', 'case_id'), ('receiving_board', 'proposal_v1', 'proposal_id'),
      ('housing_provider', 'admission_v1', 'proposal_id'), ('police', 'home_case_v1', 'case_id'),
      ('police', 'placement_v1', 'proposal_id'), ('coordinator', 'request_v1', 'case_id'))
      AS waits (schema_name, table_name, key)
  LOOP
    place := one.schema_name || '_' || one.table_name;
    writer := 'project_' || one.schema_name;
    EXECUTE format($ddl$
      CREATE TABLE untold.%I (
        row_key text PRIMARY KEY,
        case_id text NOT NULL,
        facts jsonb NOT NULL
      )$ddl$, place);
    EXECUTE format('CREATE INDEX ON untold.%I (case_id)', place);
    -- Row-level security of the row beside it holds for the owner, too: not while its facts are moved.
    EXECUTE format('ALTER TABLE %I.%I NO FORCE ROW LEVEL SECURITY', one.schema_name, one.table_name);
    EXECUTE format('INSERT INTO untold.%I SELECT %I, case_id, held FROM %I.%I WHERE held IS NOT NULL',
      place, one.key, one.schema_name, one.table_name);
    EXECUTE format('ALTER TABLE %I.%I DROP COLUMN held, FORCE ROW LEVEL SECURITY', one.schema_name, one.table_name);
    EXECUTE format('ALTER TABLE untold.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', place);
    EXECUTE format('CREATE POLICY projector ON untold.%I TO %I USING (true) WITH CHECK (true)', place, writer);
    EXECUTE format('GRANT USAGE ON SCHEMA untold TO %I', writer);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON untold.%I TO %I', place, writer);
  END LOOP;
END
$$;
