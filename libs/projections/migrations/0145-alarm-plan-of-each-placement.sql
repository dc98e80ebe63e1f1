-- A case may have two placements at once: somebody may still be leaving the first when the second is cleared. So an alarm
-- plan is of a placement, and what belongs to it is found under the proposal. A database that was filled before is brought
-- up by `ops migrate` and then `ops rebuild all`, as README.md of this lib says.
ALTER TABLE home_board.alarm_v1 DROP CONSTRAINT alarm_v1_pkey;
ALTER TABLE home_board.alarm_v1 ADD PRIMARY KEY (proposal_id);
CREATE INDEX ON home_board.alarm_v1 (case_id);
UPDATE home_board.sealed_v1 s SET row_key = a.proposal_id FROM home_board.alarm_v1 a
  WHERE s.foot = 'RESCUE' AND s.row_key = a.case_id AND s.source = a.disclosure_id;
ALTER POLICY reader ON home_board.sealed_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR (foot = 'RESCUE' AND row_key IN (SELECT a.proposal_id FROM home_board.alarm_v1 a))));

-- Placements that have ended and that nobody has said to be left, for whoever confirms the departure; Police at home are
-- shown only whether there is one.
ALTER TABLE home_board.case_v1 ADD COLUMN awaited_departures text[] NOT NULL DEFAULT '{}';
GRANT SELECT (awaited_departures) ON home_board.case_v1 TO read_home_board;
ALTER TABLE police.home_case_v1 ADD COLUMN awaited_departures text[] NOT NULL DEFAULT '{}';
