-- Police. The unit of the home region and that of the receiving region are two organisations of one kind: what the one
-- knows stands in tables of its own, under keys that do not meet.
SELECT platform.create_read_model_schema('police');
SELECT platform.create_shared_read_models('police');

CREATE TABLE police.home_case_v1 (
  case_id text PRIMARY KEY,
  status text NOT NULL,
  sex text NOT NULL,
  age_band text NOT NULL,
  environment text NOT NULL,
  police_region text NOT NULL,
  support_decided boolean NOT NULL,
  adults integer,
  children integer,
  level text,
  assessment_version integer,
  assessed_at timestamptz,
  assessed_by text,
  valid_until timestamptz,
  restrictions text[],
  -- A lower level waits for a second assessor.
  lowering jsonb,
  reassess_due_at timestamptz,
  reassess_reason text,
  -- How the boards that were asked answered, without saying which they were.
  answers jsonb NOT NULL,
  proposal_id text,
  planned_arrival date,
  transfer_started_at timestamptz,
  arrived_at timestamptz,
  follow_ups jsonb NOT NULL,
  departure_pending boolean NOT NULL,
  close_code text,
  -- For the projection alone. `visible` turns true with the first disclosure to this unit.
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  visible boolean NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON police.home_case_v1 (organisation, case_id);
SELECT platform.guard_read_model('police', 'home_case_v1',
  ARRAY['case_id', 'status', 'sex', 'age_band', 'environment', 'police_region', 'support_decided', 'adults',
    'children', 'level', 'assessment_version', 'assessed_at', 'assessed_by', 'valid_until', 'restrictions', 'lowering',
    'reassess_due_at', 'reassess_reason', 'answers', 'proposal_id', 'planned_arrival', 'transfer_started_at',
    'arrived_at', 'follow_ups', 'departure_pending', 'close_code'],
  $$visible AND organisation = current_setting('app.organisation', true)
    AND current_setting('app.person', true) = ANY (persons)$$);

-- The unit of a candidate's region, asked for the rings only.
CREATE TABLE police.referral_v1 (
  candidate_id text PRIMARY KEY,
  status text NOT NULL,
  municipality text NOT NULL,
  area text NOT NULL,
  level text,
  adults integer,
  children integer,
  due_at timestamptz,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  case_id text NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON police.referral_v1 (case_id);
SELECT platform.guard_read_model('police', 'referral_v1',
  ARRAY['candidate_id', 'status', 'municipality', 'area', 'level', 'adults', 'children', 'due_at'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);

-- The same unit from clearance: identity and the alarm plan lie in sealed_v1.
CREATE TABLE police.placement_v1 (
  proposal_id text PRIMARY KEY,
  status text NOT NULL,
  level text,
  valid_until timestamptz,
  planned_arrival date,
  transfer_started_at timestamptz,
  arrived_at timestamptz,
  departure_pending boolean NOT NULL,
  conflict_alerted boolean NOT NULL,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  case_id text NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON police.placement_v1 (case_id);
SELECT platform.guard_read_model('police', 'placement_v1',
  ARRAY['proposal_id', 'status', 'level', 'valid_until', 'planned_arrival', 'transfer_started_at', 'arrived_at',
    'departure_pending', 'conflict_alerted'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);
