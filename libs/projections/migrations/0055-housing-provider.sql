-- The provider that is asked to admit: an alias, never a name; its own housing, never a home municipality.
SELECT platform.create_read_model_schema('housing_provider');
SELECT platform.create_shared_read_models('housing_provider');

CREATE TABLE housing_provider.admission_v1 (
  proposal_id text PRIMARY KEY,
  alias text NOT NULL,
  status text NOT NULL,
  age_band text,
  level text,
  housing text,
  start_on date,
  planned_arrival date,
  arrived_at timestamptz,
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  case_id text NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON housing_provider.admission_v1 (case_id);
SELECT platform.guard_read_model('housing_provider', 'admission_v1',
  ARRAY['proposal_id', 'alias', 'status', 'age_band', 'level', 'housing', 'start_on', 'planned_arrival', 'arrived_at'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)$$);
