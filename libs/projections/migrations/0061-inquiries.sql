-- What others ask about a person, at whatever holder. Not a schema of an agency kind: a request is registered in the same
-- way by all of them, and says nothing of a case. Rows are those in which the reader is named.
SELECT platform.create_read_model_schema('inquiry');
SELECT platform.create_shared_read_models('inquiry');
-- Nobody's inbox: open inquiries are listed by status.
DROP TABLE inquiry.inbox_v1;

CREATE TABLE inquiry.inquiry_v1 (
  inquiry_id text PRIMARY KEY,
  kind text NOT NULL,
  status text NOT NULL,
  requester text NOT NULL,
  basis text NOT NULL,
  purpose text NOT NULL,
  asked text[] NOT NULL,
  received_at timestamptz NOT NULL,
  decide_by timestamptz,
  outcome text,
  released text[] NOT NULL,
  reasons text[] NOT NULL,
  weighed_by text,
  decided_at timestamptz,
  -- For the projection alone: where it came in, and who decides.
  organisations text[] NOT NULL,
  decides_at text NOT NULL CHECK (decides_at <> ''),
  persons text[] NOT NULL,
  readers text[] NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('inquiry', 'inquiry_v1',
  ARRAY['inquiry_id', 'kind', 'status', 'requester', 'basis', 'purpose', 'asked', 'received_at', 'decide_by', 'outcome',
    'released', 'reasons', 'weighed_by', 'decided_at'],
  $$current_setting('app.organisation', true) = ANY (organisations)
    AND current_setting('app.person', true) = ANY (persons)$$);
