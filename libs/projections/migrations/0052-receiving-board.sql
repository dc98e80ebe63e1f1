-- The social board that is asked. The key is the proposal: no case id, no origin, nothing of other proposals.
SELECT platform.create_read_model_schema('receiving_board');
SELECT platform.create_shared_read_models('receiving_board');

CREATE TABLE receiving_board.proposal_v1 (
  proposal_id text PRIMARY KEY,
  reference_code text NOT NULL,
  status text NOT NULL,
  level text,
  adults integer,
  children integer,
  housing_form text,
  competences text[],
  start_on date,
  answer_by timestamptz,
  round integer,
  reminded boolean,
  prepared_answer jsonb,
  prepared_by text,
  counter_terms jsonb,
  planned_arrival date,
  arrived_at timestamptz,
  -- For the projection alone. `visible` turns true when the board is asked, not when the question is ordered.
  organisation text NOT NULL CHECK (organisation <> ''),
  persons text[] NOT NULL,
  receivers text[] NOT NULL,
  own_housing boolean NOT NULL,
  case_id text NOT NULL,
  visible boolean NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON receiving_board.proposal_v1 (case_id);
CREATE INDEX ON receiving_board.proposal_v1 (organisation, proposal_id);
SELECT platform.guard_read_model('receiving_board', 'proposal_v1',
  ARRAY['proposal_id', 'reference_code', 'status', 'level', 'adults', 'children', 'housing_form', 'competences',
    'start_on', 'answer_by', 'round', 'reminded', 'prepared_answer', 'prepared_by', 'counter_terms',
    'planned_arrival', 'arrived_at'],
  $$visible AND organisation = current_setting('app.organisation', true)
    AND current_setting('app.person', true) = ANY (persons)$$);

-- What a board has declared of itself; reservations are secret and not here.
CREATE TABLE receiving_board.capacity_v1 (
  organisation text PRIMARY KEY CHECK (organisation <> ''),
  places integer NOT NULL,
  housing_forms text[] NOT NULL,
  competences text[] NOT NULL,
  last_position text NOT NULL
);
SELECT platform.guard_read_model('receiving_board', 'capacity_v1', ARRAY['places', 'housing_forms', 'competences'],
  $$organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) <> ''$$);
