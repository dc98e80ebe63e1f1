-- Facts of a case that others wrote are shown to an agency on its way while something is told to it. What is told to
-- whom and not ended, by row; and in each row what waits for a telling (`held`), which no reader may select.
DO $$
DECLARE
  schema_name text;
BEGIN
  FOREACH schema_name IN ARRAY ARRAY['home_board', 'receiving_board', 'housing_provider', 'police'] LOOP
    EXECUTE format($ddl$
      CREATE TABLE %1$I.open_telling_v1 (
        disclosure_id text PRIMARY KEY,
        row_key text NOT NULL,
        case_id text NOT NULL,
        organisation text NOT NULL CHECK (organisation <> ''),
        foot text NOT NULL,
        last_position text NOT NULL
      )$ddl$, schema_name);
    EXECUTE format('CREATE INDEX ON %I.open_telling_v1 (row_key)', schema_name);
    EXECUTE format('CREATE INDEX ON %I.open_telling_v1 (case_id)', schema_name);
    PERFORM platform.guard_read_model(schema_name, 'open_telling_v1', NULL, NULL);
  END LOOP;
END
$$;

-- Rows that a build before this one filled wait for `ops rebuild`.
ALTER TABLE home_board.case_v1 ADD COLUMN told boolean NOT NULL DEFAULT false, ADD COLUMN held jsonb;
ALTER TABLE receiving_board.proposal_v1 ADD COLUMN told boolean NOT NULL DEFAULT false, ADD COLUMN held jsonb;
ALTER TABLE housing_provider.admission_v1 ADD COLUMN told boolean NOT NULL DEFAULT false, ADD COLUMN held jsonb;
ALTER TABLE police.placement_v1 ADD COLUMN told boolean NOT NULL DEFAULT false, ADD COLUMN held jsonb;
