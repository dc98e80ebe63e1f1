-- Look-ups of the application, in tokens: who holds which function, and which case a candidate or a proposal belongs to. They propose;
-- what they propose is read again in its stream before anything is decided. No agency reads here.
SELECT platform.create_read_model_schema('directory');

CREATE TABLE directory.appointment_v1 (
  appointment_id text PRIMARY KEY,
  official text NOT NULL,
  organisation text NOT NULL,
  agency_kind text NOT NULL,
  function text NOT NULL,
  delegated boolean NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz
);
CREATE INDEX ON directory.appointment_v1 (organisation, function);
CREATE INDEX ON directory.appointment_v1 (official);
SELECT platform.guard_read_model('directory', 'appointment_v1',
  ARRAY['appointment_id', 'official', 'organisation', 'agency_kind', 'function', 'delegated', 'from_at', 'until_at'],
  'true');

-- For routes that name a candidate or a proposal and must not name the case.
CREATE TABLE directory.case_of_v1 (
  id text PRIMARY KEY,
  case_id text NOT NULL
);
SELECT platform.guard_read_model('directory', 'case_of_v1', ARRAY['id', 'case_id'], 'true');
