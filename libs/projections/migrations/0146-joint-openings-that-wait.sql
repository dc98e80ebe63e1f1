-- What an officer has asked for waits for the other named officers, whoever they are by then: so it is kept who asked. No
-- reader is shown this table; what waits is an item of the inbox.
CREATE TABLE home_board.joint_opening_v1 (
  opening_id text PRIMARY KEY,
  case_id text NOT NULL,
  requested_by text NOT NULL,
  answer_by timestamptz NOT NULL,
  last_position text NOT NULL
);
CREATE INDEX ON home_board.joint_opening_v1 (case_id);
SELECT platform.guard_read_model('home_board', 'joint_opening_v1', NULL, NULL);
