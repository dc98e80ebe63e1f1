-- Skatteverket's protection officers have an inbox as the others have: the applications that wait for a decision.
CREATE TABLE tax_agency.inbox_v1 (
  item text PRIMARY KEY,
  row_key text NOT NULL,
  kind text NOT NULL,
  due_at timestamptz,
  actions text[] NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL
);
CREATE INDEX ON tax_agency.inbox_v1 (row_key);
CREATE INDEX ON tax_agency.inbox_v1 (organisation, due_at, item);
SELECT platform.guard_read_model('tax_agency', 'inbox_v1', ARRAY['item', 'row_key', 'kind', 'due_at', 'actions'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);
