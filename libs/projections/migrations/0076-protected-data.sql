-- What the home board looks after about protected personal data: applications with their dates, the notice that the
-- population register is wrong, the checklist of registers. A schema of its own beside home_board, so that it grows and is
-- rebuilt by itself. No municipality of registration has a place here.
SELECT platform.create_read_model_schema('home_protection');
SELECT platform.create_shared_read_models('home_protection');
DROP TABLE home_protection.inbox_v1;

CREATE TABLE home_protection.case_v1 (
  case_id text PRIMARY KEY,
  protections jsonb NOT NULL,
  -- NONE, SENT or WITHHELD.
  notice text NOT NULL,
  notice_reason text,
  notice_on date,
  notice_reminders integer NOT NULL,
  registers jsonb NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('home_protection', 'case_v1',
  ARRAY['case_id', 'protections', 'notice', 'notice_reason', 'notice_on', 'notice_reminders', 'registers'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);

-- Skatteverket's protection officers: what is asked of them, and what they registered. No destination has a place here.
SELECT platform.create_read_model_schema('tax_agency');
SELECT platform.create_shared_read_models('tax_agency');
DROP TABLE tax_agency.inbox_v1;

CREATE TABLE tax_agency.protection_v1 (
  case_id text PRIMARY KEY,
  protections jsonb NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('tax_agency', 'protection_v1', ARRAY['case_id', 'protections'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);
