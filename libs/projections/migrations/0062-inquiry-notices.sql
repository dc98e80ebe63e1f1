-- That somebody has asked about the person of a case: a coded notice for the case's own police coordinator, and for
-- nobody else. Not who was asked: a receiving board that is asked would be the destination.
CREATE TABLE police.inquiry_notice_v1 (
  -- Case and inquiry: the claim on a person may pass to another case while an inquiry is open.
  notice_id text PRIMARY KEY,
  inquiry_id text NOT NULL,
  case_id text NOT NULL,
  kind text NOT NULL,
  requester text NOT NULL,
  received_at timestamptz NOT NULL,
  closed_at timestamptz,
  seen boolean NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON police.inquiry_notice_v1 (case_id);
SELECT platform.guard_read_model('police', 'inquiry_notice_v1',
  ARRAY['notice_id', 'inquiry_id', 'case_id', 'kind', 'requester', 'received_at', 'closed_at', 'seen'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);
