-- The national coordinator's desk: references, tokens of places, verdicts and true reasons; never a name or an address.
SELECT platform.create_read_model_schema('coordinator');
SELECT platform.create_shared_read_models('coordinator');

-- Who sits at the desk: a deputy takes over by appointment, also of cases that were opened before.
CREATE TABLE coordinator.desk_v1 (
  appointment_id text PRIMARY KEY,
  organisation text NOT NULL CHECK (organisation <> ''),
  official text NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON coordinator.desk_v1 (organisation, official);
SELECT platform.guard_read_model('coordinator', 'desk_v1', ARRAY['organisation', 'official'],
  $$organisation = current_setting('app.organisation', true) AND official = current_setting('app.person', true)$$);

CREATE TABLE coordinator.request_v1 (
  case_id text PRIMARY KEY,
  status text NOT NULL,
  adults integer,
  children integer,
  housing_form text,
  competences text[],
  desired_start date,
  no_go_places text[],
  level text,
  assessment_version integer,
  valid_until timestamptz,
  waiver text NOT NULL,
  contested boolean NOT NULL,
  held_by text,
  attention jsonb NOT NULL,
  close_code text,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  visible boolean NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON coordinator.request_v1 (organisation, case_id);
SELECT platform.guard_read_model('coordinator', 'request_v1',
  ARRAY['case_id', 'status', 'adults', 'children', 'housing_form', 'competences', 'desired_start', 'no_go_places',
    'level', 'assessment_version', 'valid_until', 'waiver', 'contested', 'held_by', 'attention', 'close_code'],
  $$visible AND organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1))$$);

CREATE TABLE coordinator.candidate_v1 (
  candidate_id text PRIMARY KEY,
  case_id text NOT NULL,
  municipality text NOT NULL,
  board text NOT NULL,
  area text NOT NULL,
  -- CLEAR, REFER_TO_POLICE or NOT_AVAILABLE; an answer of Police and their silence look the same.
  verdict text NOT NULL,
  checked_at timestamptz NOT NULL,
  referral_due_at timestamptz,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON coordinator.candidate_v1 (case_id);
SELECT platform.guard_read_model('coordinator', 'candidate_v1',
  ARRAY['candidate_id', 'case_id', 'municipality', 'board', 'area', 'verdict', 'checked_at', 'referral_due_at'],
  $$organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1))$$);

CREATE TABLE coordinator.proposal_v1 (
  proposal_id text PRIMARY KEY,
  case_id text NOT NULL,
  candidate_id text NOT NULL,
  municipality text NOT NULL,
  board text NOT NULL,
  reference_code text NOT NULL,
  status text NOT NULL,
  reason text,
  level text NOT NULL,
  start_on date NOT NULL,
  answer_by timestamptz NOT NULL,
  round integer NOT NULL,
  counter_terms jsonb,
  planned_arrival date,
  arrived_at timestamptz,
  departure_pending boolean NOT NULL,
  conflict_alerted boolean NOT NULL,
  -- Read in the inbox only.
  clearance_due_at timestamptz,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON coordinator.proposal_v1 (case_id);
SELECT platform.guard_read_model('coordinator', 'proposal_v1',
  ARRAY['proposal_id', 'case_id', 'candidate_id', 'municipality', 'board', 'reference_code', 'status', 'reason',
    'level', 'start_on', 'answer_by', 'round', 'counter_terms', 'planned_arrival', 'arrived_at', 'departure_pending',
    'conflict_alerted'],
  $$organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1))$$);

-- Capacity and spread belong to no case: whoever sits at the desk sees them.
CREATE TABLE coordinator.destination_v1 (
  board text PRIMARY KEY,
  municipality text NOT NULL,
  places integer NOT NULL,
  housing_forms text[] NOT NULL,
  competences text[] NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('coordinator', 'destination_v1',
  ARRAY['board', 'municipality', 'places', 'housing_forms', 'competences'], $$EXISTS (SELECT FROM coordinator.desk_v1)$$);

CREATE TABLE coordinator.reservation_v1 (
  proposal_id text PRIMARY KEY,
  board text NOT NULL,
  places integer NOT NULL,
  state text NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON coordinator.reservation_v1 (board);
SELECT platform.guard_read_model('coordinator', 'reservation_v1', ARRAY['proposal_id', 'board', 'places', 'state'],
  $$EXISTS (SELECT FROM coordinator.desk_v1)$$);

CREATE TABLE coordinator.occupancy_v1 (
  proposal_id text PRIMARY KEY,
  area text NOT NULL,
  municipality text NOT NULL,
  state text NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('coordinator', 'occupancy_v1', ARRAY['proposal_id', 'area', 'municipality', 'state'],
  $$EXISTS (SELECT FROM coordinator.desk_v1)$$);

-- Tasks and sealed needs follow the case: the deputy sees the task; the needs open to those who were named.
DROP POLICY reader ON coordinator.inbox_v1;
CREATE POLICY reader ON coordinator.inbox_v1 FOR SELECT TO read_coordinator
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons) OR EXISTS (SELECT FROM coordinator.desk_v1)));
