-- The level in a proposal of the desk, and level and counts in a question to Police about a candidate, stand on the telling of
-- the case to the desk (libs/projections/shared/told-facts.ts). What waits for it lies apart, as in 0305. Rows that a build
-- before this one filled wait for `ops rebuild coordinator` and `ops rebuild police`.
ALTER TABLE coordinator.proposal_v1 ALTER COLUMN level DROP NOT NULL;
DO $$
DECLARE
  one record;
  place text;
BEGIN
  FOR one IN
    SELECT * FROM (VALUES ('coordinator', 'proposal_v1'), ('police', 'referral_v1')) AS waits (schema_name, table_name)
  LOOP
    place := one.schema_name || '_' || one.table_name;
    EXECUTE format('ALTER TABLE %I.%I ADD COLUMN told boolean NOT NULL DEFAULT false, ADD COLUMN told_until timestamptz',
      one.schema_name, one.table_name);
    EXECUTE format('GRANT SELECT (told_until) ON %I.%I TO %I', one.schema_name, one.table_name,
      'read_' || one.schema_name);
    EXECUTE format($ddl$
      CREATE TABLE untold.%I (
        row_key text PRIMARY KEY,
        case_id text NOT NULL,
        facts jsonb NOT NULL
      )$ddl$, place);
    EXECUTE format('CREATE INDEX ON untold.%I (case_id)', place);
    EXECUTE format('ALTER TABLE untold.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', place);
    EXECUTE format('CREATE POLICY projector ON untold.%I TO %I USING (true) WITH CHECK (true)', place,
      'project_' || one.schema_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON untold.%I TO %I', place, 'project_' || one.schema_name);
  END LOOP;
END
$$;
