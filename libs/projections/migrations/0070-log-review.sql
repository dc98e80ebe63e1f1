-- What waits for the reviewers of an agency: one row for each record that was drawn into a sample or set off an alert.
-- A row says which record; what the record says stays in the vault and is shown by its door (0041).
SELECT platform.create_read_model_schema('log_review');

CREATE TABLE log_review.item_v1 (
  -- review, '/', record
  item text PRIMARY KEY,
  review_id text NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  -- SAMPLE, or the pattern of an alert
  origin text NOT NULL,
  -- READS or REFUSALS
  records text NOT NULL,
  record bigint NOT NULL,
  settle_by timestamptz NOT NULL,
  outcome text,
  reason text,
  settled_at timestamptz,
  last_position text NOT NULL
);
CREATE INDEX ON log_review.item_v1 (review_id);
CREATE INDEX ON log_review.item_v1 (organisation, settle_by, item);
SELECT platform.guard_read_model('log_review', 'item_v1',
  ARRAY['item', 'review_id', 'origin', 'records', 'record', 'settle_by', 'outcome', 'reason', 'settled_at'],
  $$organisation = current_setting('app.organisation', true)$$);
