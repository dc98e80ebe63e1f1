-- The date of what waits may rest on what was told: from the instant on at which the telling runs out by time, the date that
-- is the reader's own stands there, or none (libs/projections/shared/read.ts), as with the facts of rows. Items that a build
-- before this one wrote wait for `ops rebuild coordinator`.
DO $$
DECLARE
  schema_name text;
BEGIN
  FOR schema_name IN
    SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relname = 'inbox_v1' AND c.relkind = 'r'
  LOOP
    EXECUTE format('ALTER TABLE %I.inbox_v1 ADD COLUMN told_until timestamptz, ADD COLUMN own_due_at timestamptz', schema_name);
    EXECUTE format('GRANT SELECT (told_until, own_due_at) ON %I.inbox_v1 TO %I', schema_name, 'read_' || schema_name);
  END LOOP;
END
$$;
-- Whether a waiver is in force follows the time, too: from this instant on it is not.
ALTER TABLE coordinator.request_v1 ADD COLUMN waiver_until timestamptz;
GRANT SELECT (waiver_until) ON coordinator.request_v1 TO read_coordinator;
