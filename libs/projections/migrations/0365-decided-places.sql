-- Where a decision says that a child stays, there is no alarm plan: who stands by at the home board is shown that there is
-- such a place, of which case, and nothing of where, which a glass opens. The row is of the function at the time of the
-- request and names nobody, so it follows every change of duty. What a build before this one has followed waits for
-- `ops rebuild home_board`.
CREATE TABLE home_board.decided_place_v1 (
  place_decision_id text PRIMARY KEY,
  case_id text NOT NULL,
  decision_id text NOT NULL,
  decided_on date NOT NULL,
  -- When it was said that the child left. The row stays, so that what was said of the wrong place is seen and taken back.
  departed_at timestamptz,
  organisation text NOT NULL CHECK (organisation <> '')
);
CREATE INDEX ON home_board.decided_place_v1 (case_id);
SELECT platform.guard_read_model('home_board', 'decided_place_v1',
  ARRAY['place_decision_id', 'case_id', 'decision_id', 'decided_on', 'departed_at'],
  $$organisation = current_setting('app.organisation', true)
    AND (SELECT directory.stands_by(current_setting('app.organisation', true), current_setting('app.person', true),
      nullif(current_setting('app.now', true), '')::timestamptz))
    AND case_id NOT IN (SELECT d.case_id FROM home_board.disqualified_v1 d)$$);
