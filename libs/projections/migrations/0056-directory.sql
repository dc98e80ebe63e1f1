-- Look-ups of the application, in tokens: who holds which function, and which case a proposal belongs to. They propose;
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

CREATE TABLE directory.proposal_v1 (
  proposal_id text PRIMARY KEY,
  case_id text NOT NULL
);
SELECT platform.guard_read_model('directory', 'proposal_v1', ARRAY['proposal_id', 'case_id'], 'true');
