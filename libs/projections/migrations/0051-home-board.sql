-- The social board that placed the person: its named officers see the case; municipality and address of the placement
-- are not here at all, only envelopes in sealed_v1, from clearance.
SELECT platform.create_read_model_schema('home_board');
SELECT platform.create_shared_read_models('home_board');

CREATE TABLE home_board.case_v1 (
  case_id text PRIMARY KEY,
  status text NOT NULL,
  sex text NOT NULL,
  age_band text NOT NULL,
  environment text NOT NULL,
  entry_route text NOT NULL,
  police_region text NOT NULL,
  waiver text NOT NULL,
  waiver_version integer,
  waiver_valid_until date,
  support_decision text,
  support_decided_on date,
  adults integer,
  children integer,
  housing_form text,
  competences text[],
  desired_start date,
  level text,
  assessment_version integer,
  valid_until timestamptz,
  restrictions text[],
  -- How many boards that were asked could not: declined, silent, full or anything else, all the same.
  not_available integer NOT NULL,
  -- Only while a counter-proposal waits for this board, and from clearance.
  proposal_id text,
  counter_terms jsonb,
  counter_answer_by timestamptz,
  planned_arrival date,
  transfer_started_at timestamptz,
  arrived_at timestamptz,
  follow_ups jsonb NOT NULL,
  departure_pending boolean NOT NULL,
  closing_contact_on date,
  close_code text,
  -- For the projection alone.
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  claimed boolean NOT NULL,
  stage text NOT NULL,
  asked text[] NOT NULL,
  unavailable text[] NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON home_board.case_v1 (organisation, case_id);
SELECT platform.guard_read_model('home_board', 'case_v1',
  ARRAY['case_id', 'status', 'sex', 'age_band', 'environment', 'entry_route', 'police_region', 'waiver',
    'waiver_version', 'waiver_valid_until', 'support_decision', 'support_decided_on', 'adults', 'children',
    'housing_form', 'competences', 'desired_start', 'level', 'assessment_version', 'valid_until', 'restrictions',
    'not_available', 'proposal_id', 'counter_terms', 'counter_answer_by', 'planned_arrival', 'transfer_started_at',
    'arrived_at', 'follow_ups', 'departure_pending', 'closing_contact_on', 'close_code'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);

-- The alarm plan for the board's duty officers: there from clearance until the departure is confirmed.
CREATE TABLE home_board.alarm_v1 (
  case_id text PRIMARY KEY,
  proposal_id text NOT NULL,
  level text,
  departure_pending boolean NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  disclosure_id text NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('home_board', 'alarm_v1',
  ARRAY['case_id', 'proposal_id', 'level', 'departure_pending'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);
