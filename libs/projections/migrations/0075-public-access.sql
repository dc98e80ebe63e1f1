-- Requests for official documents, at whatever authority. Not a schema of an agency kind: every authority registers and
-- answers them in the same way, and no row belongs to a case. Rows are those of the reader's own authority; that the
-- reader is one of its registrars or deciders is the policy's matter, and what is sealed has named readers.
SELECT platform.create_read_model_schema('public_access');
SELECT platform.create_shared_read_models('public_access');
-- Nobody's inbox: what waits is listed by status and clock.
DROP TABLE public_access.inbox_v1;

CREATE TABLE public_access.request_v1 (
  request_id text PRIMARY KEY,
  status text NOT NULL,
  authority_kind text NOT NULL,
  anonymous boolean NOT NULL,
  kinds text[] NOT NULL,
  received_at timestamptz NOT NULL,
  answer_by timestamptz NOT NULL,
  decide_by timestamptz,
  overdue boolean NOT NULL,
  step text,
  reason text,
  released text[] NOT NULL,
  answered_at timestamptz,
  served_on date,
  appeal_by timestamptz,
  appealed_in_time boolean,
  -- For the projection alone.
  organisation text NOT NULL CHECK (organisation <> ''),
  readers text[] NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('public_access', 'request_v1',
  ARRAY['request_id', 'status', 'authority_kind', 'anonymous', 'kinds', 'received_at', 'answer_by', 'decide_by',
    'overdue', 'step', 'reason', 'released', 'answered_at', 'served_on', 'appeal_by', 'appealed_in_time'],
  $$organisation = current_setting('app.organisation', true)$$);
