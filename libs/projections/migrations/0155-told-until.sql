-- What was told runs out by time, too: the row says when the last telling does, and from then on the facts of others are
-- not read (libs/projections/shared/read.ts). The coordinator's request waits for its telling like the rows of the others.
CREATE TABLE coordinator.open_telling_v1 (
  disclosure_id text PRIMARY KEY,
  row_key text NOT NULL,
  case_id text NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  foot text NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON coordinator.open_telling_v1 (row_key);
CREATE INDEX ON coordinator.open_telling_v1 (case_id);
SELECT platform.guard_read_model('coordinator', 'open_telling_v1', NULL, NULL);
ALTER TABLE coordinator.request_v1 ADD COLUMN told boolean NOT NULL DEFAULT false, ADD COLUMN held jsonb;

-- Rows that a build before this one filled wait for `ops rebuild`.
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT * FROM (VALUES ('home_board', 'case_v1'), ('receiving_board', 'proposal_v1'), ('housing_provider', 'admission_v1'),
      ('police', 'placement_v1'), ('coordinator', 'request_v1')) AS told (schema_name, table_name)
  LOOP
    EXECUTE format('ALTER TABLE %I.open_telling_v1 ADD COLUMN expires_at timestamptz', one.schema_name);
    EXECUTE format('ALTER TABLE %I.%I ADD COLUMN told_until timestamptz', one.schema_name, one.table_name);
    EXECUTE format('GRANT SELECT (told_until) ON %I.%I TO %I', one.schema_name, one.table_name,
      'read_' || one.schema_name);
  END LOOP;
END
$$;
