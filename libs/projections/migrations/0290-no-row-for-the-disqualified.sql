-- Who is disqualified in a case (FL 16 §) is shown nothing of it at the board that receives and at Police, whoever a row
-- names: those leave it when they declare, and nothing names them afterwards, but a mistake there must not open a row.
CREATE TABLE receiving_board.disqualified_v1 (
  case_id text NOT NULL,
  person text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (case_id, person)
);
-- A board is told no id of a case. Whoever declared finds the own one here, and nobody else any.
SELECT platform.guard_read_model('receiving_board', 'disqualified_v1', ARRAY['case_id'],
  $$person = current_setting('app.person', true)$$);

ALTER POLICY reader ON receiving_board.proposal_v1
  USING (visible AND organisation = current_setting('app.organisation', true)
    AND current_setting('app.person', true) = ANY (persons)
    AND case_id NOT IN (SELECT d.case_id FROM receiving_board.disqualified_v1 d));
ALTER POLICY reader ON receiving_board.sealed_v1
  USING (organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)
    AND case_id NOT IN (SELECT d.case_id FROM receiving_board.disqualified_v1 d));
-- What waits is shown with its row.
ALTER POLICY reader ON receiving_board.inbox_v1
  USING (organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)
    AND EXISTS (SELECT FROM receiving_board.proposal_v1 p WHERE p.proposal_id = inbox_v1.row_key));

ALTER POLICY reader ON police.home_case_v1
  USING (visible AND organisation = current_setting('app.organisation', true)
    AND current_setting('app.person', true) = ANY (persons)
    AND case_id NOT IN (SELECT d.case_id FROM police.disqualified_v1 d));
ALTER POLICY reader ON police.inquiry_notice_v1
  USING (organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)
    AND case_id NOT IN (SELECT d.case_id FROM police.disqualified_v1 d));
ALTER POLICY reader ON police.referral_v1
  USING (organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)
    AND case_id NOT IN (SELECT d.case_id FROM police.disqualified_v1 d));
-- As 0203 has it, and the last condition for those who are named, too.
ALTER POLICY reader ON police.placement_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR (status <> 'OVER'
        AND (SELECT directory.holds(current_setting('app.organisation', true), ARRAY[current_setting('app.person', true)],
          ARRAY['POLICE_COORDINATOR'], nullif(current_setting('app.now', true), '')::timestamptz))
        AND NOT directory.holds(organisation, persons, ARRAY['POLICE_COORDINATOR'],
          nullif(current_setting('app.now', true), '')::timestamptz)))
    AND case_id NOT IN (SELECT d.case_id FROM police.disqualified_v1 d));
ALTER POLICY reader ON police.sealed_v1
  USING (organisation = current_setting('app.organisation', true)
    AND (current_setting('app.person', true) = ANY (persons)
      OR (foot = 'RESCUE' AND row_key IN (SELECT p.proposal_id FROM police.placement_v1 p)))
    AND case_id NOT IN (SELECT d.case_id FROM police.disqualified_v1 d));
-- An item begins with what it is about: a case, a candidate or a placement.
ALTER POLICY reader ON police.inbox_v1
  USING (organisation = current_setting('app.organisation', true) AND current_setting('app.person', true) = ANY (persons)
    AND (EXISTS (SELECT FROM police.home_case_v1 c WHERE c.case_id = split_part(inbox_v1.item, '/', 1))
      OR EXISTS (SELECT FROM police.referral_v1 r WHERE r.candidate_id = split_part(inbox_v1.item, '/', 1))
      OR EXISTS (SELECT FROM police.placement_v1 p WHERE p.proposal_id = split_part(inbox_v1.item, '/', 1))));
